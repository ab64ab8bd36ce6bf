// Fusion: which two instructions run as one, where the result of the first dies in the second. The first takes the form
// (opcodes.def); the second stays where it is, for when the form hands over to the plain instruction.
//
// Threads: constant.
#pragma once
#include "core/compiler/opcodes.h"

#include <algorithm>
#include <array>

namespace py {

// Where the second takes the result: as its operand A, B or C, which dies there; as what A is compared with by a jump; as the
// last argument of the call or of the call of a method; as what is called, without arguments.
enum class Taken : u8 { A, B, C, Compared, LastArgument, LastMethodArgument, Callee };

struct Fusion {
  Op form, second;
  Taken taken;
};

#define ARITHMETIC(first)                                                                          \
  {Op::first##ThenReturn, Op::Return, Taken::A},                                                   \
  {Op::first##ThenAdd, Op::Add, Taken::B}, {Op::first##ThenAddRight, Op::Add, Taken::C},           \
  {Op::first##ThenSubtract, Op::Subtract, Taken::B}, {Op::first##ThenSubtractRight, Op::Subtract, Taken::C}, \
  {Op::first##ThenMultiply, Op::Multiply, Taken::B}, {Op::first##ThenMultiplyRight, Op::Multiply, Taken::C}
#define CONDITION(first)                                            \
  {Op::first##ThenJumpIfTrue, Op::JumpIfTrue, Taken::A},            \
  {Op::first##ThenJumpIfFalse, Op::JumpIfFalse, Taken::A}
#define COMPARED(order)                                                       \
  {Op::ConstantThenJumpIf##order, Op::JumpIf##order, Taken::Compared},               \
  {Op::ConstantThenJumpUnless##order, Op::JumpUnless##order, Taken::Compared}
#define REMAINDER(order)                                                                    \
  {Op::RemainderIntThenJumpIf##order, Op::JumpIf##order##Int, Taken::A},                    \
  {Op::RemainderIntThenJumpUnless##order, Op::JumpUnless##order##Int, Taken::A}
inline constexpr Fusion fusions[] = {
    {Op::SliceThen, Op::GetItem, Taken::C},
    {Op::SliceThen, Op::SetItem, Taken::B},
    {Op::LoadImmediateThenSetItem, Op::SetItem, Taken::C},
    {Op::LoadImmediateThenReturn, Op::Return, Taken::A},
    ARITHMETIC(Add), ARITHMETIC(Subtract), ARITHMETIC(Multiply),
    {Op::MoveThenCall, Op::CallPositional, Taken::LastArgument},
    {Op::AddIntThenCall, Op::CallPositional, Taken::LastArgument},
    {Op::SubtractIntThenCall, Op::CallPositional, Taken::LastArgument},
    {Op::MoveThenCallMethod, Op::CallMethodPositional, Taken::LastMethodArgument},
    {Op::GetMethodThenCall, Op::CallMethodPositional, Taken::Callee},
    CONDITION(In), CONDITION(NotIn), CONDITION(GetItem), CONDITION(BitAndInt), CONDITION(RemainderInt),
    REMAINDER(Equal), REMAINDER(NotEqual),
    COMPARED(Less), COMPARED(LessEqual), COMPARED(Equal), COMPARED(NotEqual), COMPARED(Greater), COMPARED(GreaterEqual),
};
#undef ARITHMETIC
#undef CONDITION
#undef COMPARED
#undef REMAINDER

inline constexpr auto is_second = [] {
  std::array<bool, kOpCount> second = {};
  for (const Fusion& fusion : fusions) second[static_cast<u8>(fusion.second)] = true;
  return second;
}();

// Whether `second` takes register `result` that way, and only so.
constexpr bool takes(Instruction second, Taken taken, u16 result) {
  const u8 flags = second.flags();
  switch (taken) {
    case Taken::A: return second.a() == result && (flags & kDropA);
    case Taken::B: return second.b() == result && (flags & kDropB) && second.c() != result;
    case Taken::C: return second.c() == result && (flags & kDropC) && !(flags & kDropA) && second.b() != result;
    case Taken::Compared: return second.b() == result && (flags & kDropB) && second.a() != result;
    case Taken::LastArgument: return second.b() > 0 && second.a() + kFrameHeader + second.b() - 1 == result;
    case Taken::LastMethodArgument: return second.b() > 0 && second.a() + kFrameHeader + second.b() == result;
    case Taken::Callee: return second.b() == 0 && second.a() == result;
  }
  return false;
}

// The form of `first` that runs `second` along, or its plain form.
constexpr Op fused(Instruction first, Instruction second) {
  if (!is_second[static_cast<u8>(second.op())]) return first.op();
  const Fusion* found = std::find_if(std::begin(fusions), std::end(fusions), [&](const Fusion& fusion) {
    return fusion.second == second.op() && plain_op(fusion.form) == first.op() && takes(second, fusion.taken, first.a());
  });
  return found == std::end(fusions) ? first.op() : found->form;
}

}  // namespace py
