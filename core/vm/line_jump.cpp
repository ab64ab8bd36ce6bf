#include "core/vm/line_jump.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/object/error.h"
#include "core/vm/tracing.h"

namespace py {

namespace {

// What a register above the local variables holds. Anything of a block has a kind of its own; Other is a part of an expression.
enum class Kind : u8 { Nothing, Other, Iterator, AsyncIterator, Exit, AsyncExit, Exception, HandledBefore };
struct Held {
  Kind kind;
  u32 origin = 0;  // the instruction with which the block began

  bool operator==(const Held&) const = default;
};
constexpr Held kNothing{Kind::Nothing}, kOther{Kind::Other};
using Registers = std::vector<Held>;

class Flow {
 public:
  explicit Flow(Code& code) : code_(code), states_(code.word_count) {
    first_ = code.local_count;
    for (u32 i = 0; i < code.cell_count; ++i) first_ = std::max<u32>(first_, code.cell_registers[i] + 1u);
    reach(0, Registers(code.register_count, kNothing));
    while (!pending_.empty()) {
      const u32 index = pending_.back();
      pending_.pop_back();
      step(index);
    }
  }

  // Of the instruction at a word; none: no way leads to it.
  const std::optional<Registers>& at(u32 index) const { return states_[index]; }
  u32 first_temporary() const { return first_; }

 private:
  Instruction instruction(u32 index) const { return plain_instruction(code_.words[index].load(std::memory_order_relaxed)); }

  void reach(u32 index, const Registers& registers) {
    std::optional<Registers>& known = states_[index];
    if (known) {
      bool changed = false;
      for (u32 i = 0; i < registers.size(); ++i) {
        if ((*known)[i] == registers[i] || (*known)[i] == kOther) continue;
        (*known)[i] = kOther;
        changed = true;
      }
      if (!changed) return;
    } else {
      known = registers;
    }
    pending_.push_back(index);
  }

  void put(Registers& registers, u32 number, Held held) const {
    if (number >= first_ && number < registers.size()) registers[number] = held;
  }
  void clear(Registers& registers, u32 number, u32 count) const {
    for (u32 i = 0; i < count; ++i) put(registers, number + i, kNothing);
  }

  // An exception takes the way of the innermost range.
  void step_to_handler(u32 index, const Registers& before) {
    for (u32 i = 0; i < code_.range_count; ++i) {
      const ExceptionRange& range = code_.ranges[i];
      if (index < range.start || index >= range.end) continue;
      Registers registers = before;
      clear(registers, range.live, static_cast<u32>(registers.size()) - range.live);
      put(registers, range.live, {Kind::Exception, range.handler});
      return reach(range.handler, registers);
    }
  }

  void step(u32 index) {
    const Instruction word = instruction(index);
    const Op op = word.op();
    Registers after = *states_[index];
    step_to_handler(index, after);
    const u32 next = index + 1 + op_info[static_cast<u32>(op)].cache_words;
    const auto target = [&](i32 distance) { return static_cast<u32>(static_cast<i32>(index) + 1 + distance); };
    if (op >= Op::Jump && op <= Op::JumpIfNotNone) {
      if (word.flags() & kDropA) put(after, word.a(), kNothing);
      reach(target(word.d()), after);
      if (op != Op::Jump && op != Op::Loop) reach(next, after);
      return;
    }
    if (op == Op::ForIterator) {
      Registers ended = after;
      put(ended, word.a(), kNothing);
      reach(target(word.sc()), ended);
      put(after, word.b(), kOther);
      return reach(next, after);
    }
    if (op == Op::Send) {
      Registers ended = after;
      put(ended, word.a() + 1u, kNothing);
      put(ended, word.a(), kOther);
      reach(target(word.d()), ended);
      put(after, word.a() + 1u, kOther);
      return reach(next, after);
    }
    change(word, index, after);
    if (op >= Op::JumpIfLess && op <= Op::JumpUnlessGreaterEqualInt) reach(target(word.sc()), after);
    if (op != Op::Return && op != Op::ReturnNone && op != Op::Raise && op != Op::Reraise) reach(next, after);
  }

  // What an instruction leaves in the registers.
  void change(Instruction word, u32 index, Registers& after) const {
    const Op op = word.op();
    const u32 a = word.a(), b = word.b(), c = word.c();
    switch (op) {
      case Op::Clear: return clear(after, a, b + 1);
      case Op::PopHandled: return put(after, a, kNothing);
      case Op::LoadConstant:
      case Op::LoadImmediate: return put(after, a, kOther);
      case Op::BuildTuple:
      case Op::BuildList:
      case Op::BuildSet:
      case Op::BuildString:
      case Op::BuildSpreadTuple: clear(after, b, c); return put(after, a, kOther);
      case Op::BuildDict: clear(after, b, 2 * c); return put(after, a, kOther);
      case Op::BuildSlice: clear(after, b, 3); return put(after, a, kOther);
      case Op::ImportName: clear(after, c, 2); return put(after, a, kOther);
      case Op::MakeFunction: clear(after, c, 4); return put(after, a, kOther);
      case Op::MakeTypeParameter:
      case Op::MakeTypeAlias: clear(after, c, 2); return put(after, a, kOther);
      case Op::Call:
      case Op::CallMethod:
      case Op::CallSpread: clear(after, a, static_cast<u32>(after.size()) - a); return put(after, a, kOther);
      case Op::GetMethod: drop_dying(word, after); put(after, a + kFrameHeader, kOther); return put(after, a, kOther);
      case Op::LoadSuperAttribute:
        clear(after, b, 3);
        if (word.flags() & kFlag8) put(after, a + kFrameHeader, kOther);
        return put(after, a, kOther);
      case Op::GetIterator:
      case Op::GetYieldFromIterator: drop_dying(word, after); return put(after, a, {Kind::Iterator, index});
      case Op::GetAsyncIterator: drop_dying(word, after); return put(after, a, {Kind::AsyncIterator, index});
      case Op::EndAsyncFor: return clear(after, a, 1), clear(after, b, 1);
      case Op::EnterWith:
      case Op::EnterAsyncWith:
        drop_dying(word, after);
        put(after, a + 1, kOther);
        return put(after, a, {op == Op::EnterWith ? Kind::Exit : Kind::AsyncExit, index});
      case Op::PushHandled: put(after, a, {Kind::Exception, index}); return put(after, a + 1, {Kind::HandledBefore, index});
      case Op::UnpackSequence:
        drop_dying(word, after);
        for (u32 i = 0; i < c; ++i) put(after, a + i, kOther);
        return;
      case Op::UnpackExtended:
        drop_dying(word, after);
        for (u32 i = 0; i < (c & 0xFF) + (c >> 8) + 1; ++i) put(after, a + i, kOther);
        return;
      case Op::MatchExceptionGroup: drop_dying(word, after); put(after, a + 1, kOther); return put(after, a, kOther);
      case Op::FormatValue: {
        if (word.flags() & kDropB) put(after, b, kNothing);
        if (word.flags() & kFlag8) put(after, c, kNothing);
        return put(after, a, kOther);
      }
      default:
        drop_dying(word, after);
        if (!only_reads(op)) put(after, a, kOther);
    }
  }

  void drop_dying(Instruction word, Registers& after) const {
    if (word.flags() & kDropA) put(after, word.a(), kNothing);
    if (word.flags() & kDropB) put(after, word.b(), kNothing);
    if (word.flags() & kDropC) put(after, word.c(), kNothing);
  }

  // Instructions that leave A as it is, or dead where their flags say so.
  static bool only_reads(Op op) {
    if (op >= Op::JumpIfLess && op <= Op::JumpUnlessGreaterEqualInt) return true;
    switch (op) {
      case Op::CheckLocal:
      case Op::StoreCell:
      case Op::StoreFree:
      case Op::StoreGlobal:
      case Op::DeleteGlobal:
      case Op::StoreName:
      case Op::DeleteName:
      case Op::SetAttribute:
      case Op::DeleteAttribute:
      case Op::SetItem:
      case Op::DeleteItem:
      case Op::ListAppend:
      case Op::SetAdd:
      case Op::DictInsert:
      case Op::ListExtend:
      case Op::SetUpdate:
      case Op::DictUpdate:
      case Op::DictMerge:
      case Op::SetFunctionParameters:
      case Op::SetupAnnotations:
      case Op::ImportStar:
      case Op::PrintExpression:
      case Op::MakeGenerator:
      case Op::Nop: return true;
      default: return false;
    }
  }

  Code& code_;
  std::vector<std::optional<Registers>> states_;
  std::vector<u32> pending_;
  u32 first_;
};

// The first instruction of a row that is part of its line, or of the row after one that has no instructions; -1: none.
i64 beginning_of_row(const Code& code, u32 row) {
  u32 end = code.word_count;
  for (u32 later = row + 1; later < code.position_count && end == code.word_count; ++later) {
    if (code.positions[later].instruction != code.positions[row].instruction) end = code.positions[later].instruction;
  }
  for (u32 index = code.positions[row].instruction; index < end;) {
    const Instruction instruction = plain_instruction(code.words[index].load(std::memory_order_relaxed));
    if (!is_silent(instruction)) return index;
    index += 1 + op_info[static_cast<u32>(instruction.op())].cache_words;
  }
  return -1;
}

// Calls f(line, instruction) where a line begins. The line of the definition is where the code begins.
template <class Function>
void for_each_beginning(const Code& code, Function function) {
  u32 start = 0;
  while (is_prologue(Instruction{code.words[start].load(std::memory_order_relaxed)}.op())) ++start;
  function(code.first_line, start);
  i32 last = -1;
  for (u32 row = 0; row < code.position_count; ++row) {
    const i32 line = std::exchange(last, code.positions[row].line) == code.positions[row].line ? 0 : code.positions[row].line;
    const i64 index = line > 0 ? beginning_of_row(code, row) : -1;
    if (index >= 0) function(line, static_cast<u32>(index));
  }
}

// The first line at or after this one that the program can come to; 0: none.
i64 line_at_or_after(const Code& code, const Flow& flow, i64 wanted) {
  i64 found = 0;
  for_each_beginning(code, [&](i32 line, u32 index) {
    if (flow.at(index) && line >= wanted && (found == 0 || line < found)) found = line;
  });
  return found;
}

// How well the registers now do for the target: the more of it they hold the better, best when no exception stands in for
// another one, as in the copy of a `finally` for exceptions. -1: not at all.
i32 fitness(const Registers& now, const Registers& target, u32 first) {
  i32 depth = 0;
  bool same = true;
  for (u32 i = first; i < target.size(); ++i) {
    if (target[i] == kNothing) continue;
    if (target[i] == kOther || target[i].kind != now[i].kind) return -1;
    same &= target[i].kind != Kind::Exception || target[i] == now[i];
    depth = static_cast<i32>(i - first) + 1;
  }
  return same ? depth + static_cast<i32>(target.size()) : depth;
}

const char* reason(const std::optional<Registers>& target) {
  if (!target) return "can't jump into an exception handler, or code may be unreachable";
  const auto top = std::find_if(target->rbegin(), target->rend(), [](Held held) { return held != kNothing; });
  switch (top == target->rend() ? Kind::Other : top->kind) {
    case Kind::HandledBefore:
    case Kind::Exception: return "can't jump into an 'except' block as there's no exception";
    case Kind::Iterator:
    case Kind::AsyncIterator: return "can't jump into the body of a for loop";
    default: return "incompatible stacks";
  }
}

// Leaves what the target does not hold, innermost first.
void leave_blocks(Thread& thread, Value* fp, const Registers& now, const Registers& target, u32 first) {
  for (u32 i = static_cast<u32>(now.size()); i-- > first;) {
    if (target[i] != kNothing || now[i] == kNothing) continue;
    if (now[i].kind == Kind::HandledBefore) {
      Ref<>::adopt(std::exchange(thread.handled, take(fp[i])));
    } else {
      drop(fp[i]);
    }
  }
}

}  // namespace

Result<void> jump_to_line(Thread& thread, Value* fp, i64 line) {
  Code& code = frame_code(fp);
  if (line < code.first_line) return raise(thread, types.ValueError, "line {} comes before the current code block", static_cast<isize>(line));
  const Flow flow(code);
  const i64 found = line_at_or_after(code, flow, line);
  if (!found) return raise(thread, types.ValueError, "line {} comes after the current code block", static_cast<isize>(line));
  const std::optional<Registers>& now = flow.at(static_cast<u32>(frame_pc(fp) - code.words));
  if (!now) return raise(thread, types.ValueError, "can't jump from unreachable code");
  const char* problem = "cannot find bytecode for specified line";
  i32 best_fitness = -1;
  u32 best = 0;
  for_each_beginning(code, [&](i32 beginning, u32 index) {
    if (beginning != found) return;
    const std::optional<Registers>& target = flow.at(index);
    const i32 fits = target ? fitness(*now, *target, flow.first_temporary()) : -1;
    if (fits > best_fitness) {
      best_fitness = fits;
      best = index;
    } else if (fits < 0) {
      problem = reason(target);
    }
  });
  if (best_fitness < 0) return raise(thread, types.ValueError, "{}", problem);
  leave_blocks(thread, fp, *now, *flow.at(best), flow.first_temporary());
  // The code that is jumped over would have given them a value, and what follows need not look.
  for (u32 i = 0; i < code.local_count; ++i) {
    if (fp[i] == Unbound) fp[i] = None;
  }
  set_frame_pointer(fp, kPc, code.words + best);
  return {};
}

}  // namespace py
