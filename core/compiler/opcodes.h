// The instruction set: numbers, field access, and the layout of a frame that calls rely on.
#pragma once
#include "core/base/types.h"

namespace py {

enum class Op : u8 {
#define OP(name, cache_words, format) name,
#include "core/compiler/opcodes.def"
#undef OP
};
inline constexpr u32 kOpCount = 0
#define OP(name, cache_words, format) +1
#include "core/compiler/opcodes.def"
#undef OP
    ;

// Words in front of a frame's registers; see core/vm/frame.h.
inline constexpr u32 kFrameHeader = 9;

inline constexpr u32 kMostLocalsUnpacked = 8;  // by one UnpackSequence with flag 8
inline constexpr u8 kDropB = 1, kDropC = 2, kDropA = 4, kFlag8 = 8, kInPlace = 0x80;
inline constexpr u8 kNumberStays = 4;  // FormatValue
inline constexpr u8 kUnasked = 16;     // Yield: nobody looks at what is sent
// A is a temporary, which holds nothing counted when the instruction begins: set by the assembler on what takes_plain_target.
inline constexpr u8 kPlainTarget = 0x40;

struct Instruction {
  u64 word;
  static constexpr Instruction abc(Op op, u8 flags, u16 a, u16 b, u16 c) {
    return {static_cast<u64>(op) | u64{flags} << 8 | u64{a} << 16 | u64{b} << 32 | u64{c} << 48};
  }
  static constexpr Instruction ad(Op op, u8 flags, u16 a, i32 d) {
    return {static_cast<u64>(op) | u64{flags} << 8 | u64{a} << 16 | static_cast<u64>(static_cast<u32>(d)) << 32};
  }
  constexpr Op op() const { return static_cast<Op>(word & 0xFF); }
  constexpr u8 flags() const { return static_cast<u8>(word >> 8); }
  constexpr u16 a() const { return static_cast<u16>(word >> 16); }
  constexpr u16 b() const { return static_cast<u16>(word >> 32); }
  constexpr u16 c() const { return static_cast<u16>(word >> 48); }
  constexpr i16 sb() const { return static_cast<i16>(b()); }
  constexpr i16 sc() const { return static_cast<i16>(c()); }
  constexpr i32 d() const { return static_cast<i32>(word >> 32); }
};

// Instructions whose fast path writes A with FINISH (core/vm/dispatch.h).
constexpr bool takes_plain_target(Op op) {
  switch (op) {
    case Op::LoadConstant:
    case Op::LoadImmediate:
    case Op::LoadCell:
    case Op::LoadFree:
    case Op::LoadGlobal:
    case Op::GetAttribute:
    case Op::GetItem:
    case Op::GetItemInt: return true;
    default: return op >= Op::Add && op <= Op::NotIn;
  }
}

struct OpInfo {
  const char* name;
  u8 cache_words;
};
extern const OpInfo op_info[kOpCount];

// What an instruction is without its form (opcodes.def).
constexpr Op plain_op(Op op) {
  switch (op) {
#define OP(name, cache_words, format)
#define FORM(name, plain, cache_words) \
  case Op::name: return Op::plain;
#include "core/compiler/opcodes.def"
#undef OP
    default: return op;
  }
}
// Forms that come and go while the code runs.
constexpr bool is_quickened(Op op) { return op >= Op::AddFloats; }
constexpr Instruction plain_instruction(u64 word) {
  return {(word & ~u64{0xFF}) | static_cast<u64>(plain_op(Instruction{word}.op()))};
}

}  // namespace py
