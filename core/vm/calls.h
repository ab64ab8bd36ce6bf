// Calling Python functions: binding arguments to parameters and pushing frames.
#pragma once
#include "core/vm/frame.h"

namespace py {

// Calls that may push a frame are as long as this, so that a return needs no look at what was called.
inline constexpr u32 kCallWords = 2;

// The names of the keyword arguments of a call (strs, borrowed), whose values follow the positional ones.
struct KeywordNames {
  const Value* names = nullptr;
  u32 count = 0;
  KeywordNames() = default;
  KeywordNames(const Value* names, u32 count) : names(names), count(count) {}
  explicit KeywordNames(const Tuple* tuple) {
    if (!tuple) return;
    names = tuple->values();
    count = static_cast<u32>(tuple->length);
  }
};
// Makes the owned arguments in a frame's first registers its parameters, and the other locals unbound. When it fails the
// arguments are dropped.
bool bind_parameters(Thread& thread, Function& function, Code& code, Value* registers, u32 positional, KeywordNames keywords);
// Fills the header of a frame whose function word is set.
INLINE void fill_header(Value* fp, Function& function, Code& code, Value* caller, u64 flags) {
  set_frame_pointer(fp, kCode, &code);
  set_frame_pointer(fp, kPc, code.words);
  set_frame_pointer(fp, kCaller, caller);
  set_frame_pointer(fp, kGlobals, function.globals.peek().object());
  // Code of a module that a function was made of keeps its names in the globals, which live as long as the function.
  const bool has_namespace = UNLIKELY(!code.has(CodeFlag::Optimized));
  fp[kLocals] = has_namespace ? Value::uncounted(function.globals.peek().object()) : Empty;
  fp[kFrameObject] = Empty;
  fp[kFlags].bits = has_namespace ? flags | kNamespace : flags;
}
// Runs a frame from its first instruction (or `pc`) until it returns; the frame has the kEntry flag. Owned or Error.
Value execute(Thread& thread, Pc pc, Value* fp);
// The same, starting by raising the pending exception at pc.
Value execute_raising(Thread& thread, Pc pc, Value* fp);
// The call slot of function objects.
Result<Ref<>> call_function(Thread& thread, Value self, const Arguments& arguments);
// Words kept free above every frame, for the windows of its calls.
inline constexpr u32 kFrameHeadroom = 64;
// Pushes a frame that runs `function` with these arguments (borrowed) for an instruction that is no call: what it returns
// is the instruction's result. Null: not in this simple way. The caller has saved its pc.
Value* push_for_instruction(Thread& thread, Value* fp, Function& function, const Value* arguments, u32 given);
// Whether one more frame of this size fits: the recursion limit and the register stack.
INLINE bool frame_fits(const Thread& thread, const Value* fp, const Code& code) {
  return LIKELY(thread.recursion_depth < thread.recursion_limit) &&
         LIKELY(fp + code.register_count + kFrameHeadroom <= thread.stack_end);
}
// Counts the frame; raises RecursionError when it does not fit.
[[nodiscard]] bool enter_frame(Thread& thread, Value* fp, const Code& code);
// Drops what an ended frame holds: registers, function, namespace. The frame object takes its copy first.
void clear_frame(Thread& thread, Value* fp);

}  // namespace py
