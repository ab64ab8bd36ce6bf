// The instructions of pickles. Threads: constant.
#pragma once
#include "core/base/types.h"

namespace py::pickle {

inline constexpr int kHighestProtocol = 5, kDefaultProtocol = 4;

enum class Opcode : u8 {
  Mark = '(',
  Stop = '.',
  Pop = '0',
  PopMark = '1',
  Dup = '2',
  Float = 'F',
  Int = 'I',
  BinInt = 'J',
  BinInt1 = 'K',
  Long = 'L',
  BinInt2 = 'M',
  None = 'N',
  PersId = 'P',
  BinPersId = 'Q',
  Reduce = 'R',
  String = 'S',
  BinString = 'T',
  ShortBinString = 'U',
  Unicode = 'V',
  BinUnicode = 'X',
  Append = 'a',
  Build = 'b',
  Global = 'c',
  Dict = 'd',
  EmptyDict = '}',
  Appends = 'e',
  Get = 'g',
  BinGet = 'h',
  Inst = 'i',
  LongBinGet = 'j',
  List = 'l',
  EmptyList = ']',
  Obj = 'o',
  Put = 'p',
  BinPut = 'q',
  LongBinPut = 'r',
  SetItem = 's',
  Tuple = 't',
  EmptyTuple = ')',
  SetItems = 'u',
  BinFloat = 'G',
  // Protocol 2
  Proto = 0x80,
  NewObj,
  Ext1,
  Ext2,
  Ext4,
  Tuple1,
  Tuple2,
  Tuple3,
  NewTrue,
  NewFalse,
  Long1,
  Long4,
  // Protocol 3
  BinBytes = 'B',
  ShortBinBytes = 'C',
  // Protocol 4
  ShortBinUnicode = 0x8c,
  BinUnicode8,
  BinBytes8,
  EmptySet,
  AddItems,
  FrozenSet,
  NewObjEx,
  StackGlobal,
  Memoize,
  Frame,
  // Protocol 5
  ByteArray8,
  NextBuffer,
  ReadOnlyBuffer,
};

}  // namespace py::pickle
