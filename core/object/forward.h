// Names of the object classes, so that headers need not include each other, and the registry of builtin types.
#pragma once
#include "memory/value.h"

#include <string_view>

namespace py {

class Type;
class Str;
class Bytes;
class ByteArray;
class MemoryView;
class Tuple;
class List;
class Dict;
class Set;
class BigInteger;
class BoxedFloat;
class Complex;
class Slice;
class Range;
class Cell;
class Code;
class Function;
class BoundMethod;
class NativeFunction;
class Module;
class Generator;
class Exception;
class Traceback;
class Instance;
class Property;
class WeakReference;
struct Arguments;

// Every builtin type that C++ code names. Filled at start-up, immutable afterwards.
struct BuiltinTypes {
#define TYPE(member) Type* member = nullptr;
#include "core/object/types.def"
#undef TYPE
#define EXCEPTION(name, base, layout, doc) Type* name = nullptr;
#include "core/object/exceptions.def"
#undef EXCEPTION
};
extern BuiltinTypes types;

// The shape of plain instances of each builtin type, known when compiling: the types are made in this order, before any
// other shape. A type whose instances have no attribute slots has no other shape, so a shape tells the exact type.
enum class BuiltinShape : u32 {
  none_yet,
#define TYPE(member) member,
#include "core/object/types.def"
#undef TYPE
};

}  // namespace py
