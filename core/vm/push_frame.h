// How a call of a Python function pushes its frame right away, without a C++ call. For the ops_*.cpp files only.
#pragma once
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"
#include "core/vm/generator.h"

namespace py {

// `words`, by way of what this call met last. Where both agree, and they mostly do, what comes next does not wait for the
// loads that lead from the callable to its code: the processor goes on with the cached word.
INLINE Pc predict(Pc words, std::atomic<u64>& cache) {
  u64 predicted = cache.load(std::memory_order_relaxed);
  if (UNLIKELY(predicted != reinterpret_cast<u64>(words))) {
    predicted = reinterpret_cast<u64>(words);
    cache.store(predicted, std::memory_order_relaxed);
  }
  asm("" : "+r"(predicted));  // the compiler may not take one for the other
  return reinterpret_cast<Pc>(predicted);
}

// The callee's frame, over its owned arguments at `arguments`; its function's word stands at arguments[-kFrameHeader].
#define PUSH_FRAME(function, code, arguments, given, flags, locals)                           \
  do {                                                                                        \
    Value* const frame_ = (arguments);                                                        \
    const u32 locals_ = (code).local_count;                                                   \
    ++thread->recursion_depth;                                                                \
    _Pragma("clang loop vectorize(disable) unroll(disable)")                                  \
    for (u32 i_ = (given); i_ < locals_; ++i_) frame_[i_] = Unbound;                          \
    set_frame_pointer(frame_, kReturn, pc + kCallWords);                                      \
    set_frame_pointer(frame_, kCode, &(code));                                                \
    set_frame_pointer(frame_, kCaller, fp);                                                   \
    set_frame_pointer(frame_, kGlobals, (function).globals.peek().object());                  \
    if ((flags) != 0) {                                                                       \
      frame_[kLocals] = (locals);                                                             \
      frame_[kFrameObject] = Empty;                                                           \
    }                                                                                         \
    frame_[kFlags].bits = (flags);                                                            \
    fp = frame_;                                                                              \
    thread->frame_registers = fp;                                                             \
    pc = predict((code).words, pc[1]);                                                        \
    DISPATCH();                                                                               \
  } while (0)

// Pushes the frame right away, in the common shape of functions and of callers; else goes on behind it. Not a safepoint:
// the return is one.
#define TRY_PUSH_FRAME(callable, arguments, given)                                                            \
  do {                                                                                                        \
    Function& function_ = *static_cast<Function*>((callable).object());                                       \
    Code& code_ = *static_cast<Code*>(function_.code.peek().object());                                        \
    if (UNLIKELY((given) != code_.quick_argument_count)) break;                                               \
    if (UNLIKELY(thread->recursion_depth >= thread->recursion_limit)) break;                                  \
    if (UNLIKELY((arguments) > thread->quick_frame_limit)) break;                                             \
    SAVE_PC();                                                                                                \
    PUSH_FRAME(function_, code_, arguments, given, 0, Empty);                                                 \
  } while (0)

// The same from a generator, whose frame is not on the thread's stack: the arguments move there.
#define TRY_PUSH_FRAME_FROM_GENERATOR(callable, arguments, given)                                             \
  do {                                                                                                        \
    Function& function_ = *static_cast<Function*>((callable).object());                                       \
    Code& code_ = *static_cast<Code*>(function_.code.peek().object());                                        \
    Value* const base_ = frame_generator(fp).stack_base + kFrameHeader;                                       \
    if (UNLIKELY((given) != code_.quick_argument_count)) break;                                               \
    if (UNLIKELY(thread->recursion_depth >= thread->recursion_limit)) break;                                  \
    if (UNLIKELY(base_ > thread->quick_frame_limit)) break;                                                   \
    SAVE_PC();                                                                                                \
    for (u32 i_ = 0; i_ < (given); ++i_) base_[i_] = take((arguments)[i_]);                                   \
    base_[kFunction] = take((arguments)[kFunction]);                                                          \
    PUSH_FRAME(function_, code_, base_, given, 0, Empty);                                                     \
  } while (0)

// Where calls go on that are not as simple as that (ops_call.cpp).
SLOW(call_slowly);
SLOW(call_any);
SLOW(call_function);
SLOW(call_method_function);
SLOW(call_method_slowly);
SLOW(call_native_function);
SLOW(call_native_method);
SLOW(call_native_attribute);
SLOW(call_native_class);

// The call at pc: of a plain function, or else handed over.
#define CALL(push)                                                                            \
  do {                                                                                        \
    const Value callable_ = fp[OP_A];                                                         \
    if (LIKELY(is_exact<Function>(callable_))) {                                              \
      Value* const arguments_ = fp + OP_A + kFrameHeader;                                     \
      const u32 given_ = OP_B;                                                                \
      push(callable_, arguments_, given_);                                                    \
      GO(call_function);                                                                      \
    } else if (callable_.is_object() && has_shape(*callable_.object(), BuiltinShape::builtin_function)) { \
      GO(call_native_function);                                                               \
    }                                                                                         \
    GO(call_slowly);                                                                          \
  } while (0)
#define CALL_METHOD(push)                                                                     \
  do {                                                                                        \
    const Value callable_ = fp[OP_A];                                                         \
    if (LIKELY(is_exact<Function>(callable_) && !fp[OP_A + kFrameHeader].is_empty())) {       \
      Value* const arguments_ = fp + OP_A + kFrameHeader;                                     \
      const u32 given_ = OP_B + 1u;                                                           \
      push(callable_, arguments_, given_);                                                    \
      GO(call_method_function);                                                               \
    } else if (callable_.is_object()) {                                                       \
      if (has_shape(*callable_.object(), BuiltinShape::method_descriptor)) GO(call_native_method);  \
      if (has_shape(*callable_.object(), BuiltinShape::builtin_function)) GO(call_native_attribute); \
    }                                                                                         \
    GO(call_method_slowly);                                                                   \
  } while (0)

}  // namespace py
