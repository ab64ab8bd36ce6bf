// The layout of a running frame: kFrameHeader words below `fp`, the registers from `fp` up. Frames stand on the thread's
// register stack, overlapping (a call's arguments are the callee's first registers), or inside a generator.
//
// Invariant: every word is safe to look at as a Value: raw pointers are 8-aligned and read as ints. A register holds a
// reference it owns, or a word that needs no count; registers above the live temporaries hold nothing counted.
// Threads: of the running thread alone.
#pragma once
#include "core/compiler/opcodes.h"
#include "core/object/code.h"
#include "core/object/function.h"
#include "memory/thread.h"

namespace py {

using Pc = std::atomic<u64>*;

// Header words, counted down from fp.
enum FrameWord : i32 {
  kFunction = -9,   // owned: the Function, or None for code run by exec and for class bodies' modules
  kReturn = -8,     // of a frame that a call instruction pushed: where the caller goes on
  kCode = -7,       // Code*, kept alive by the function or by whoever runs it
  kPc = -6,         // where this frame is: stored before anything that can look
  kCaller = -5,     // fp of the calling frame, null at the bottom
  kGlobals = -4,    // Dict*, borrowed from the function
  // These two mean something only while kFlags is not 0: a plain call leaves them as they were.
  kLocals = -3,     // owned: the namespace of class bodies and modules; the instance that __init__ was called for; a Generator
                    // (borrowed) in its frames; or Empty
  kFrameObject = -2,  // owned: the frame object if one was asked for, or Empty
  kFlags = -1,
};

enum FrameFlag : u64 {  // multiples of 4: the word reads as an int
  kEntry = 4,          // returning leaves the interpreter
  kConstructor = 8,    // __init__ called by a type: the result is the instance, which waits in the caller's window
  kGeneratorFrame = 16,
  kBuiltinsCell = 32,
  kTraceEntered = 64,  // see tracing.h
  kOfInstruction = 128,  // pushed by an instruction that is no call: the result is that of the caller's instruction
  kNamespace = 256,    // code that keeps its names in kLocals
  kHasFrameObject = 512,
};

template <class T>
INLINE T* frame_pointer(Value* fp, FrameWord word) {
  return reinterpret_cast<T*>(fp[word].bits);
}
INLINE Code& frame_code(Value* fp) { return *frame_pointer<Code>(fp, kCode); }
INLINE Value* frame_caller(Value* fp) { return frame_pointer<Value>(fp, kCaller); }
INLINE Dict& frame_globals(Value* fp) { return *frame_pointer<Dict>(fp, kGlobals); }
INLINE Pc frame_pc(Value* fp) { return frame_pointer<std::atomic<u64>>(fp, kPc); }
INLINE u64 frame_flags(Value* fp) { return fp[kFlags].bits; }
INLINE void add_frame_flag(Value* fp, FrameFlag flag) {
  if (fp[kFlags].bits == 0) fp[kLocals] = fp[kFrameObject] = Empty;
  fp[kFlags].bits |= flag;
}
// kLocals or kFrameObject, or Empty where the frame has none; borrowed.
INLINE Value frame_extra(Value* fp, FrameWord word) { return frame_flags(fp) ? fp[word] : Empty; }
// Where a module or a class body keeps its names. That of a coroutine, as `await` in a module makes one, are the globals.
INLINE Value frame_namespace(Value* fp) {
  return frame_flags(fp) & kGeneratorFrame ? frame_pointer<Object>(fp, kGlobals)->value() : frame_extra(fp, kLocals);
}
INLINE void set_frame_pointer(Value* fp, FrameWord word, const void* pointer) {
  fp[word].bits = reinterpret_cast<u64>(pointer);
}
// The generator that owns a generator frame.
class Generator;
INLINE Generator& frame_generator(Value* fp) { return *reinterpret_cast<Generator*>(fp[kLocals].bits & ~u64{7}); }
// What locals() starts from: the namespace of a class body or module, borrowed; None for functions, whatever their word is used for.
INLINE Value frame_own_locals(Value* fp) {
  const bool used_otherwise = frame_flags(fp) & (kGeneratorFrame | kConstructor);
  const Value locals = used_otherwise ? Empty : frame_extra(fp, kLocals);
  return locals.is_object() ? locals : None;
}
// The dict of builtins that the frame's names fall back to.
Dict& frame_builtins(Value* fp);
// Where a frame that does not overlap with this one may start.
Value* frame_end(Value* fp);
// Takes a word that owns a reference out of a register. Empty stays behind also when nothing is counted: the collector
// would take a class in a dead register for one in use.
INLINE Value take(Value& word) {
  const Value value = word;
  word = Empty;
  return value;
}
INLINE void drop(Value& word) {
  const Value value = word;
  word = Empty;
  if (value.is_counted()) decref_object(value.object());
}

// The frame as an object: f_back, f_locals and so on. While the frame runs the object looks into it (`registers`); when it
// ends, what the program may still ask for is copied.
class FrameObject final : public Object {
 public:
  Field code, globals, builtins, function, back, locals, trace, values;  // values: tuple of the locals once it ended
  std::atomic<Value*> registers;  // null: ended
  i32 line;                       // once it ended: the reported line, or 0 for that of last_instruction
  i32 last_instruction;           // word index, once it ended
  // For tracing: what f_trace_lines and f_trace_opcodes say; the instruction and the line that were traced last; and what
  // f_lineno is while a line without instructions is reported, else 0.
  enum : u32 { kNoLines = 1, kOpcodes = 2, kCleared = 4 };  // kCleared: by clear(), the closure counts no more
  enum : i32 { kBeforeFirst = -1, kUnknown = -2 };
  i32 traced_instruction;
  i32 traced_line;
  i32 reported_line;
  std::atomic<u32> trace_flags;  // any thread
  static const ObjectOps kOps;
};
Result<Ref<FrameObject>> frame_object(Thread& thread, Value* fp);
// The frame ends: its object, if there is one, takes what it needs.
void detach_frame_object(Thread& thread, Value* fp);
// What the Yield at which a generator's frame stands delegates to, borrowed, or Empty.
Value frame_delegate(Value* fp);
// The word of the instruction that the frame is at: of a generator that waits, its Yield.
i64 frame_instruction(Value* fp);
i32 frame_line(Value* fp);
i32 frame_line(const FrameObject& frame);
i32 traceback_line(const Traceback& entry);
// Locals by name, as locals() shows them; for class bodies and modules the namespace itself.
Result<Ref<>> frame_locals(Thread& thread, FrameObject& frame);

}  // namespace py
