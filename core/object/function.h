// The objects that running Python code is made of: Code, Function, Cell, BoundMethod, Module, and simple descriptors.
#pragma once
#include "core/object/type.h"

namespace py {

class Cell final : public Object {
 public:
  Field content;  // Empty: unbound
  u64 reserved;
  static const ObjectOps kOps;
};
Result<Ref<Cell>> make_cell(Thread& thread, Value content);

class BoundMethod final : public Object {
 public:
  Field function, self;
  static const ObjectOps kOps;
};
Result<Ref<>> make_bound_method(Thread& thread, Value function, Value self);

class Code;  // core/object/code.h

class Function final : public Object {
 public:
  Field code, globals, builtins, closure;      // Code, Dict, Dict, Tuple of cells or None
  Field defaults, keyword_defaults;            // Tuple or None, Dict or None
  Field name, qualified_name, module, doc, annotations, dict, type_params;
  std::atomic<u32> version;                    // changes when code or defaults are replaced; 0 is never used by caches
  u32 reserved;
  static const ObjectOps kOps;
};

class Module final : public Object {
 public:
  Field dict;
  const void* definition;  // of a native module
  static const ObjectOps kOps;
};
Result<Ref<Module>> make_module(Thread& thread, Value name);
// sys.modules; null before `sys` exists. The interpreter keeps it alive.
Dict* loaded_modules();
void set_loaded_modules(Value dict);
Result<Ref<Function>> make_function(Thread& thread, Code& code, Dict& globals);

class Property final : public Object {
 public:
  Field get, set, del, doc, name;
  u64 doc_from_getter;
  static const ObjectOps kOps;
};

// staticmethod and classmethod.
class MethodWrapper final : public Object {
 public:
  Field function;
  u64 reserved;
  static const ObjectOps kOps;
};

// __name__ of the module whose code runs, or Empty.
Ref<> current_module_name(Thread& thread);
// The hook behind it, installed by the interpreter: the globals of the innermost Python frame, borrowed, or Empty.
extern Value (*current_globals)(Thread& thread);

class Exception : public Object {
 public:
  Field args, traceback, context, cause, notes_unused;
  u64 suppress_context;
  Field details[];        // as many as the type's row in exceptions.def says
  void set_cause(Thread& thread, Value value);
  void set_context(Thread& thread, Value value);
  static const ObjectOps kOps;
};
// Made at start-up, for when there is no memory left to make one.
Value spare_memory_error();
// An exception of the type with these args, without running a Python __init__ (builtin types only).
Result<Ref<Exception>> make_exception(Thread& thread, Type& type, Tuple& args);

class Traceback final : public Object {
 public:
  static constexpr i32 kLineOfInstruction = -0x7FFFFFFF;
  Field next, frame;
  i32 line;  // kLineOfInstruction: not looked up yet
  i32 instruction;
  static const ObjectOps kOps;
};

class Slice final : public Object {
 public:
  Field start, stop, step;
  u64 reserved;
  static const ObjectOps kOps;
};
Result<Ref<Slice>> make_slice(Thread& thread, Value start, Value stop, Value step);
// Clipped bounds for a sequence of this length, as slice.indices().
struct SliceBounds {
  isize start, stop, step, count;
};
Result<SliceBounds> slice_bounds(Thread& thread, Slice& slice, isize length);
// The same for small ints and None, without a slice. False: something else, or a step of zero.
bool quick_slice_bounds(Value start, Value stop, Value step, isize length, SliceBounds& bounds);

class Range final : public Object {
 public:
  Field start, stop, step, length;  // ints
  static const ObjectOps kOps;
};

class Bytes final : public Object {
 public:
  std::atomic<u64> hash_cache;
  isize length;
  u8* data() { return reinterpret_cast<u8*>(this + 1); }
  const u8* data() const { return reinterpret_cast<const u8*>(this + 1); }
  std::string_view view() const { return {reinterpret_cast<const char*>(this + 1), static_cast<usize>(length)}; }
  static Result<Ref<Bytes>> allocate(Thread& thread, isize length);
  static Result<Ref<Bytes>> from(Thread& thread, std::string_view bytes);
  static const ObjectOps kOps;
};

}  // namespace py
