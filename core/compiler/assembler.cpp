#include "core/compiler/assembler.h"

#include "core/compiler/fusion.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "core/object/str.h"
#include "memory/buffer.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <cstring>

namespace py {

u16 Assembler::narrow(u32 number) {
  if (number > 0xFFFF) overflowed = true;
  return static_cast<u16>(number);
}

void Assembler::add_position(const ast::Location& where) {
  positions_.push_back({here(), where.line, where.end_line, static_cast<i16>(std::min(where.column, 32767)),
                        static_cast<i16>(std::min(where.end_column, 32767))});
}

void Assembler::push(u64 word) {
  for (const ast::Location& mark : marks_) add_position(mark);
  marks_.clear();
  const bool marked = !positions_.empty() && positions_.back().instruction == here();
  if (marked || positions_.empty() || positions_.back().line != where_.line || positions_.back().column != where_.column ||
      positions_.back().end_line != where_.end_line || positions_.back().end_column != where_.end_column) {
    add_position(where_);
  }
  last_ = static_cast<i32>(here());
  const Op op = Instruction{word}.op();
  words_.push_back(word);
  for (u8 i = 0; i < op_info[static_cast<u32>(op)].cache_words; ++i) words_.push_back(0);
}

void Assembler::append(Instruction instruction) {
  if (last_ >= 0) {
    u64& last = words_[static_cast<usize>(last_)];
    last = (last & ~u64{0xFF}) | static_cast<u64>(fused(Instruction{last}, instruction));
  }
  push(instruction.word);
}

void Assembler::emit(Op op, u8 flags, u32 a, u32 b, u32 c) {
  if (a >= first_temporary && takes_plain_target(op)) flags |= kPlainTarget;
  if (op == Op::Call && c == 0) op = in_generator ? Op::CallFromGenerator : Op::CallPositional;
  if (op == Op::CallMethod && c == 0) op = in_generator ? Op::CallMethodFromGenerator : Op::CallMethodPositional;
  append(Instruction::abc(op, flags, narrow(a), static_cast<u16>(b), static_cast<u16>(c)));
  if (b > 0xFFFF && static_cast<i32>(b) < -32768) overflowed = true;
}

void Assembler::emit_wide(Op op, u8 flags, u32 a, i32 d) {
  if (a >= first_temporary && takes_plain_target(op)) flags |= kPlainTarget;
  append(Instruction::ad(op, flags, narrow(a), d));
}

void Assembler::jump(Op op, u8 flags, u32 a, Label& label) {
  delegates_ |= op == Op::Send;
  label.uses.push_back(here());
  const i32 distance = label.place < 0 ? 0 : label.place - static_cast<i32>(here()) - 1;
  emit_wide(op, flags, a, distance);
}

void Assembler::compare_jump(Op op, u8 flags, u32 a, u32 b, Label& label) {
  label.uses.push_back(here());
  const i32 distance = label.place < 0 ? 0 : label.place - static_cast<i32>(here()) - 1;
  if (distance < -32768) overflowed = true;
  emit(op, flags, a, b, static_cast<u16>(distance));
}

void Assembler::place(Label& label) {
  if (!marks_.empty()) {
    // Whoever jumps here has not passed the marked line.
    const ast::Location saved = std::exchange(where_, marks_.back());
    marks_.pop_back();
    emit(Op::Nop, 0, 0);
    where_ = saved;
  }
  label.place = static_cast<i32>(here());
  last_ = -1;
  for (u32 use : label.uses) {
    const Instruction old{words_[use]};
    const i32 distance = label.place - static_cast<i32>(use) - 1;
    const bool compares = old.op() >= Op::JumpIfLess && old.op() <= Op::JumpUnlessGreaterEqualInt;
    if (compares || old.op() == Op::ForIterator) {
      if (distance > 32767) overflowed = true;
      words_[use] = Instruction::abc(old.op(), old.flags(), old.a(), old.b(), static_cast<u16>(distance)).word;
    } else {
      words_[use] = Instruction::ad(old.op(), old.flags(), old.a(), distance).word;
    }
  }
}

bool Assembler::ends_flow() const {
  if (last_ < 0) return false;
  switch (Instruction{words_[static_cast<usize>(last_)]}.op()) {
    case Op::Return:
    case Op::ReturnNone:
    case Op::Raise:
    case Op::Reraise:
    case Op::Jump:
    case Op::Loop:
    case Op::LoopFor: return true;
    default: return false;
  }
}

void Assembler::range(u32 start, u32 end, u32 handler, u32 live) {
  if (start < end) ranges_.push_back({start, end, handler, narrow(live), 0});
}

namespace {

bool same_items(const Tuple& a, const Tuple& b) {
  if (a.length != b.length) return false;
  for (isize i = 0; i < a.length; ++i) {
    if (!same_constant(a[i], b[i])) return false;
  }
  return true;
}
bool same_members(const Set& a, const Set& b) {
  if (a.length() != b.length()) return false;
  Value left, right, unused;
  for (isize i = 0; a.next_entry(i, left, unused);) {
    bool found = false;
    for (isize k = 0; !found && b.next_entry(k, right, unused);) found = same_constant(left, right);
    if (!found) return false;
  }
  return true;
}
bool same_bits(double a, double b) { return std::bit_cast<u64>(a) == std::bit_cast<u64>(b); }

}  // namespace

bool same_constant(Value a, Value b) {
  if (a == b) return true;
  if (!a.is_object() || !b.is_object() || &type_of(a) != &type_of(b)) return false;
  if (is<Bytes>(a)) return as<Bytes>(a).view() == as<Bytes>(b).view();
  if (is<Str>(a)) return as<Str>(a).equals(as<Str>(b));
  if (is<Tuple>(a)) return same_items(as<Tuple>(a), as<Tuple>(b));
  if (is<Set>(a)) return same_members(as<Set>(a), as<Set>(b));
  if (is_integer(a)) return integer_compare(a, b, CompareOp::Equal);
  if (is_float(a)) return same_bits(float_value(a), float_value(b));
  if (is<Complex>(a)) return same_bits(as<Complex>(a).real, as<Complex>(b).real) && same_bits(as<Complex>(a).imaginary, as<Complex>(b).imaginary);
  return false;
}

u32 Assembler::constant(Ref<> value) {
  const Value word = value.value();
  if (!word.is_object() || is<Str>(word)) {
    auto [at, fresh] = by_word_.try_emplace(word.bits, static_cast<u32>(constants_.size()));
    if (!fresh) return at->second;
  } else {
    const usize first = constants_.size() > 64 ? constants_.size() - 64 : 0;
    for (usize i = first; i < constants_.size(); ++i) {
      if (same_constant(constants_[i], word)) return static_cast<u32>(i);
    }
  }
  constants_.push(std::move(value));
  return static_cast<u32>(constants_.size() - 1);
}

u32 Assembler::name(Str& text) {
  const Value word = text.value();
  if (std::find(names_.begin(), names_.end(), word) == names_.end()) names_.push(Ref<>::share(word));
  return constant(Ref<>::share(word));
}

Result<void> Assembler::finish(Code& code) {
  if (in_generator && ranges_.empty() && !delegates_) words_[0] |= u64{kFlag8} << 8;
  code.word_count = here();
  code.words = static_cast<std::atomic<u64>*>(buffer_allocate(8 * (words_.size() + 1)));
  code.positions = static_cast<CodePosition*>(buffer_allocate(sizeof(CodePosition) * (positions_.size() + 1)));
  code.ranges = static_cast<ExceptionRange*>(buffer_allocate(sizeof(ExceptionRange) * (ranges_.size() + 1)));
  if (!code.words || !code.positions || !code.ranges) return raise_memory_error(thread_);
  std::memcpy(static_cast<void*>(code.words), words_.data(), 8 * words_.size());
  if (!positions_.empty()) std::memcpy(code.positions, positions_.data(), sizeof(CodePosition) * positions_.size());
  if (!ranges_.empty()) std::memcpy(code.ranges, ranges_.data(), sizeof(ExceptionRange) * ranges_.size());
  code.position_count = static_cast<u32>(positions_.size());
  code.range_count = static_cast<u32>(ranges_.size());
  Ref<Tuple> constants = TRY(Tuple::from(thread_, constants_.data(), static_cast<isize>(constants_.size())));
  code.constants.store(code, constants.value());
  Ref<Tuple> names = TRY(Tuple::from(thread_, names_.data(), static_cast<isize>(names_.size())));
  code.names.store(code, names.value());
  return {};
}

}  // namespace py
