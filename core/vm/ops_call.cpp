// Calls.
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/iterators.h"
#include "core/object/names.h"
#include "core/object/native.h"
#include "core/object/sequence.h"
#include "core/object/slot_table.h"
#include "core/object/type_system.h"
#include "core/vm/attribute_resolution.h"
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"
#include "core/vm/generator.h"
#include "core/vm/inline_cache.h"
#include "core/vm/object_new.h"
#include "core/vm/push_frame.h"
#include "core/vm/quick_arithmetic.h"

namespace py {

namespace {

// Where the callee's frame goes: over its arguments, or, from a generator's frame, to the thread's stack.
INLINE Value* place_frame(Value* fp, Value* arguments, u32 given) {
  if (LIKELY(!(frame_flags(fp) & kGeneratorFrame))) return arguments;
  Value* base = frame_generator(fp).stack_base + kFrameHeader;
  for (u32 i = 0; i < given; ++i) {
    base[i] = arguments[i];
    arguments[i] = Empty;
  }
  return base;
}

struct Window {
  Value* arguments;
  u32 positional;
};

// A native method taken from its class may be called with anything as self.
INLINE bool takes_self(const NativeFunction& method, const Value* arguments, u32 positional) {
  if (positional == 0) return false;
  Type& type = type_of(arguments[0]);
  return &type == method.owner || layout_extends(type, *method.owner);
}

// What a call of something that is no plain function returns: owned or Error. The arguments stay in their registers.
Value call_other(Thread& thread, Value callable, const Value* arguments, u32 positional, Tuple* keywords) {
  Type& type = type_of(callable);
  if (&type == types.builtin_function || &type == types.method_descriptor) {
    NativeFunction& native = *static_cast<NativeFunction*>(callable.object());
    if (&type == types.method_descriptor ? takes_self(native, arguments, positional) : native.spec->binding == Binding::Function) {
      return native.spec->entry(thread, *native.spec, arguments, positional, keywords);
    }
  }
  return call(thread, callable, Arguments{arguments, positional, keywords}).release();
}

Tuple* keyword_names(Pc pc, Value* fp) {
  return OP_C ? static_cast<Tuple*>(frame_code(fp).constant_values()[OP_C - 1].object()) : nullptr;
}

}  // namespace

SLOW(call_slowly);
SLOW(call_any);
SLOW(call_function);
SLOW(call_method_function);
SLOW(call_method_slowly);
SLOW(call_native_function);
SLOW(call_native_method);
SLOW(call_native_attribute);
SLOW(call_native_class);

OPCODE(Call) {
  if (LIKELY(is_exact<Function>(fp[OP_A]))) GO(call_function);
  GO(call_slowly);
}
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
OPCODE(CallPositional) { CALL(TRY_PUSH_FRAME); }
OPCODE(CallFromGenerator) { CALL(TRY_PUSH_FRAME_FROM_GENERATOR); }

OPCODE(CallMethod) {
  if (LIKELY(is_exact<Function>(fp[OP_A]) && !fp[OP_A + kFrameHeader].is_empty())) GO(call_method_function);
  GO(call_method_slowly);
}
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
OPCODE(CallMethodPositional) { CALL_METHOD(TRY_PUSH_FRAME); }
OPCODE(CallMethodFromGenerator) { CALL_METHOD(TRY_PUSH_FRAME_FROM_GENERATOR); }

// The last argument, then the call.
#define MOVE_THEN(name, call)                                     \
  OPCODE(name) {                                                  \
    const Value value = fp[OP_B];                                 \
    DCHECK(!fp[OP_A].is_counted());                               \
    if (OP_FLAGS & kDropB) {                                      \
      fp[OP_B] = Empty;                                           \
    } else if (UNLIKELY(!try_quick_incref(value))) {              \
      GO(op_Move);                                                \
    }                                                             \
    fp[OP_A] = value;                                             \
    pc += 1;                                                      \
    call(TRY_PUSH_FRAME);                                         \
  }
MOVE_THEN(MoveThenCall, CALL)
MOVE_THEN(MoveThenCallMethod, CALL_METHOD)
#define ARITHMETIC_THEN_CALL(name, plain, operation)                                              \
  OPCODE(name) {                                                                                  \
    const Value left = fp[OP_B], right = Value::integer(OP_SC);                                   \
    Value result;                                                                                 \
    if (UNLIKELY(!both_ints(left, right) || !int_operation<operation>(left, right, result))) GO(plain); \
    DCHECK(!fp[OP_A].is_counted());                                                               \
    fp[OP_A] = result;                                                                            \
    pc += 1;                                                                                      \
    CALL(TRY_PUSH_FRAME);                                                                         \
  }
ARITHMETIC_THEN_CALL(AddIntThenCall, op_AddInt, BinaryOp::add)
ARITHMETIC_THEN_CALL(SubtractIntThenCall, op_SubtractInt, BinaryOp::subtract)

// The method of a class that the cache knows, without arguments.
OPCODE(GetMethodThenCall) {
  const Value object = fp[OP_B];
  if (UNLIKELY(!object.is_object())) GO(op_GetMethod);
  const u64 cache = pc[1].load(std::memory_order_relaxed);
  const u32 shape = object.object()->shape_number();
  if (UNLIKELY(static_cast<u32>(cache >> 32) != shape || cache_kind(cache) != CacheKind::Method)) GO(op_GetMethod);
  const AttributeRecord* record = record_of(pc);
  if (UNLIKELY(!record || !record_valid(record, shape))) GO(op_GetMethod);
  const Value method = record->value;
  if (UNLIKELY(method.is_counted())) GO(op_GetMethod);
  if (OP_FLAGS & kDropB) {
    fp[OP_B] = Empty;
  } else if (UNLIKELY(!try_quick_incref(object))) {
    GO(op_GetMethod);
  }
  Value* const arguments = fp + OP_A + kFrameHeader;
  fp[OP_A] = method;
  arguments[0] = object;
  pc += 3;
  if (LIKELY(is_exact<Function>(method))) TRY_PUSH_FRAME(method, arguments, 1u);
  GO(op_CallMethodPositional);
}

namespace {

// A call in slow motion: `base` is the register of the callable, arguments at base + kFrameHeader.
enum class Next : u8 { Pushed, Done, Failed };

struct SlowCall {
  Next next;
  Value* fp;  // Pushed: the new frame
};

// Pushes the frame of a function whose owned arguments stand in the frame's first registers; fp[kFunction] of it is set. All is
// consumed, also when it fails.
INLINE SlowCall push_bound(Thread& thread, Value* fp, Value* frame, Function& function, u32 positional, KeywordNames keywords, u64 flags,
                    Value instance) {
  Code& code = *static_cast<Code*>(function.code.peek().object());
  const u32 given = positional + keywords.count;
  bool pushed = enter_frame(thread, frame, code);
  if (UNLIKELY(!pushed)) {
    for (u32 i = 0; i < given; ++i) drop(frame[i]);
  } else if (LIKELY(given == code.quick_argument_count && !keywords.count)) {
    for (u32 i = given; i < code.local_count; ++i) frame[i] = Unbound;
  } else if (UNLIKELY(!bind_parameters(thread, function, code, frame, positional, keywords))) {
    --thread.recursion_depth;
    pushed = false;
  }
  if (UNLIKELY(!pushed)) {
    drop(frame[kFunction]);
    decref(instance);
    return {Next::Failed, nullptr};
  }
  fill_header(frame, function, code, fp, flags);
  if (!instance.is_empty()) frame[kLocals] = instance;
  set_frame_pointer(frame, kReturn, frame_pc(fp) + kCallWords);
  thread.frame_registers = frame;
  return {Next::Pushed, frame};
}

INLINE SlowCall push_function(Thread& thread, Value* fp, Function& function, Value* base, u32 positional, KeywordNames keywords, u64 flags,
                       Value instance) {
  Value* const arguments = base + kFrameHeader;
  Value* const frame = place_frame(fp, arguments, positional + keywords.count);
  if (frame != arguments) frame[kFunction] = take(*base);
  return push_bound(thread, fp, frame, function, positional, keywords, flags, instance);
}

// Inserts `self` (owned) before the arguments: the compiler left one spare word.
void insert_self(Value* base, u32 given, Value self) {
  Value* arguments = base + kFrameHeader;
  for (u32 i = given; i > 0; --i) arguments[i] = arguments[i - 1];
  arguments[0] = self;
}

// C(...) where C.__new__ is object's and C.__init__ is Python code.
Function* python_initializer(Type& type) {
  if (type.slots.new_ != object_new || type.has(TypeFlag::Abstract)) return nullptr;
  if (type.metatype()->slots.call != types.type->slots.call) return nullptr;
  return python_method(type, names::__init__());
}

// The __call__ of instances of a class that defines one in Python.
Function* python_call_method(Type& type) {
  return type.has(TypeFlag::Heap) && !type.has(TypeFlag::IsType) ? python_method(type, names::__call__()) : nullptr;
}

// What a callable comes down to if it is Python code: its function stands for it at *base then.
struct PythonCall {
  Function* function = nullptr;  // null: it is something else
  Value self = Empty;            // owned: what goes before the arguments
  u64 flags = 0;
  Value instance = Empty;        // owned: kConstructor
  bool failed = false;
};
INLINE PythonCall python_call(Thread& thread, Value* base) {
  const Value callable = *base;
  PythonCall result;
  if (is_exact<Function>(callable)) {
    result.function = static_cast<Function*>(callable.object());
    return result;
  }
  if (is_exact<BoundMethod>(callable)) {
    const BoundMethod& method = *static_cast<BoundMethod*>(callable.object());
    if (!is_exact<Function>(method.function.peek())) return result;
    result.function = static_cast<Function*>(method.function.peek().object());
    result.self = counted_copy(method.self.peek());
    *base = counted_copy(method.function.peek());
    decref(callable);
  } else if (Function* method = python_call_method(type_of(callable))) {
    result.function = method;
    result.self = callable;
    *base = counted_copy(method->value());
  } else if (is<Type>(callable)) {
    Type& type = as<Type>(callable);
    Function* const init = python_initializer(type);
    if (!init) return result;
    result.instance = new_instance(thread, type);
    result.failed = result.instance.is_error();
    if (result.failed) return result;
    result.function = init;
    result.self = counted_copy(result.instance);
    result.flags = kConstructor;
    *base = counted_copy(init->value());
    decref(callable);
  }
  return result;
}

SlowCall slow_call(Thread& thread, Value* fp, Value* base, u32 positional, Tuple* keywords, Value* result) {
  const u32 given = positional + (keywords ? static_cast<u32>(keywords->length) : 0);
  const PythonCall python = python_call(thread, base);
  if (python.failed) return {Next::Failed, nullptr};
  if (LIKELY(python.function != nullptr)) {
    const bool prepends = !python.self.is_empty();
    if (prepends) insert_self(base, given, python.self);
    return push_function(thread, fp, *python.function, base, positional + prepends, KeywordNames(keywords), python.flags, python.instance);
  }
  *result = call_other(thread, *base, base + kFrameHeader, positional, keywords);
  if (result->is_error()) return {Next::Failed, nullptr};
  for (u32 i = 0; i < given; ++i) drop(base[kFrameHeader + i]);
  drop(*base);
  return {Next::Done, nullptr};
}

}  // namespace

#define FINISH_CALL(outcome, value)                        \
  do {                                                     \
    if ((outcome).next == Next::Failed) RAISE();           \
    if ((outcome).next == Next::Pushed) {                  \
      fp = (outcome).fp;                                   \
      pc = frame_code(fp).words;                           \
      if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go); \
      DISPATCH();                                          \
    }                                                      \
    set_register(fp, OP_A, (value));                       \
    pc += kCallWords;                                      \
    if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);   \
    DISPATCH();                                            \
  } while (0)

// Calls the entry of a native function with `given` arguments at `arguments`, and goes on.
#define CALL_ENTRY(native, arguments, given)                                                         \
  do {                                                                                               \
    const MethodSpec& spec_ = *(native).spec;                                                        \
    const Value result_ = spec_.entry(*thread, spec_, (arguments), (given), nullptr);                \
    if (UNLIKELY(result_.is_error())) RAISE();                                                       \
    for (u32 i_ = 0; i_ < (given); ++i_) drop((arguments)[i_]);                                      \
    set_register(fp, OP_A, result_);                                                                 \
    pc += kCallWords;                                                                                \
    if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);                                             \
    DISPATCH();                                                                                      \
  } while (0)

// A Python function whose arguments do not simply stand where its parameters are.
#define CALL_FUNCTION(name, positional)                                                                           \
  SLOW(name) {                                                                                                    \
    SAVE_PC();                                                                                                    \
    Value* const base = fp + OP_A;                                                                                \
    Function& function = *static_cast<Function*>(base->object());                                                 \
    const SlowCall outcome = push_function(*thread, fp, function, base, positional, KeywordNames(keyword_names(pc, fp)), 0, Empty); \
    FINISH_CALL(outcome, Empty);                                                                                  \
  }
CALL_FUNCTION(call_function, OP_B)
CALL_FUNCTION(call_method_function, OP_B + 1u)

SLOW(call_native_function) {
  const NativeFunction& native = *static_cast<NativeFunction*>(fp[OP_A].object());
  if (UNLIKELY(native.spec->binding != Binding::Function)) GO(call_slowly);
  SAVE_PC();
  CALL_ENTRY(native, fp + OP_A + kFrameHeader, OP_B);
}
// A function found as an attribute, of a module say: the place of self is empty.
SLOW(call_native_attribute) {
  const NativeFunction& native = *static_cast<NativeFunction*>(fp[OP_A].object());
  if (UNLIKELY(native.spec->binding != Binding::Function || !fp[OP_A + kFrameHeader].is_empty())) GO(call_method_slowly);
  SAVE_PC();
  CALL_ENTRY(native, fp + OP_A + kFrameHeader + 1, OP_B);
}
// Self is an instance of the very class: subclasses and mistakes take the slow path.
SLOW(call_native_method) {
  const NativeFunction& native = *static_cast<NativeFunction*>(fp[OP_A].object());
  const Value self = fp[OP_A + kFrameHeader];
  if (UNLIKELY(!self.is_object() || &type_of_object(*self.object()) != native.owner)) GO(call_method_slowly);
  SAVE_PC();
  CALL_ENTRY(native, fp + OP_A + kFrameHeader, OP_B + 1u);
}

// A class that is no instance of a Python metaclass and has no Python code of its own.
INLINE bool is_native_class(const Type& type) {
  return !type.has(TypeFlag::Heap) && type.metatype() == types.type;
}

// range(...) that is iterated at once, as in most loops: what would be the iterator's state stands in three registers.
SLOW(iterate_range) {
  Value* const base = fp + OP_A;
  const Value* arguments = base + kFrameHeader;
  const u32 given = OP_B;
  const InstructionParts& then = instruction_at(pc + kCallWords);
  const bool iterated = op_at(pc + kCallWords) == Op::GetIterator && then.b == OP_A && (then.flags & kFlag8);
  if (!iterated || given == 0 || given > 3) GO(call_native_class);
  for (u32 i = 0; i < given; ++i) {
    if (!arguments[i].is_int()) GO(call_native_class);
  }
  const i64 start = given == 1 ? 0 : arguments[0].as_int(), stop = arguments[given == 1 ? 0 : 1].as_int();
  const i64 step = given == 3 ? arguments[2].as_int() : 1;
  if (step == 0) GO(call_native_class);
  const __int128 end = start + static_cast<__int128>(range_length(start, stop, step)) * step;  // what the last step leads to
  if (end < Value::kIntMin || end > Value::kIntMax) GO(call_native_class);
  drop(*base);
  Value* const range = fp + then.a;
  range[0] = Value::integer(start);
  range[1] = Value::integer(static_cast<i64>(end));
  range[2] = Value::integer(step);
  pc += kCallWords + 1;
  if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);
  DISPATCH();
}

// C(...) in the common shape: the instance is made, and the frame of __init__ pushed over the arguments.
SLOW(construct) {
  Value* const base = fp + OP_A;
  const u32 given = OP_B + 1u;
  Type& type = *static_cast<Type*>(base->object());
  Function* init = OP_C ? nullptr : python_initializer(type);
  if (UNLIKELY(!init)) GO(call_any);
  Code& code = *static_cast<Code*>(init->code.peek().object());
  if (given != code.quick_argument_count || (frame_flags(fp) & kGeneratorFrame)) GO(call_any);
  Value* const arguments = base + kFrameHeader;
  if (thread->recursion_depth >= thread->recursion_limit || arguments > thread->quick_frame_limit) GO(call_any);
  SAVE_PC();
  const Value instance = new_instance(*thread, type);
  if (UNLIKELY(instance.is_error())) RAISE();
  incref(instance);
  insert_self(base, given - 1, instance);
  incref(init->value());
  set_register(base, 0, init->value());
  PUSH_FRAME(*init, code, arguments, given, kConstructor, instance);
}

SLOW(call_slowly) {
  if (!is<Type>(fp[OP_A])) GO(call_any);
  if (OP_C == 0 && is_native_class(as<Type>(fp[OP_A]))) {
    if (fp[OP_A].object() == types.range) GO(iterate_range);
    GO(call_native_class);
  }
  GO(construct);
}

SLOW(call_native_class) {
  SAVE_PC();
  Value* const base = fp + OP_A;
  const Value result = types.type->slots.call(*thread, *base, Arguments{base + kFrameHeader, OP_B}).release();
  if (UNLIKELY(result.is_error())) RAISE();
  for (u32 i = 0; i < OP_B; ++i) drop(base[kFrameHeader + i]);
  set_register(fp, OP_A, result);
  pc += kCallWords;
  if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);
  DISPATCH();
}

SLOW(call_any) {
  SAVE_PC();
  Value* base = fp + OP_A;
  Value result = Empty;
  const SlowCall outcome = slow_call(*thread, fp, base, OP_B, keyword_names(pc, fp), &result);
  FINISH_CALL(outcome, result);
}

SLOW(call_method_slowly) {
  SAVE_PC();
  Value* base = fp + OP_A;
  Value result = Empty;
  u32 positional = OP_B + 1u;
  if (base[kFrameHeader].is_empty()) {
    base[1] = *base;
    *base = Empty;
    base += 1;
    positional -= 1;
  }
  const SlowCall outcome = slow_call(*thread, fp, base, positional, keyword_names(pc, fp), &result);
  FINISH_CALL(outcome, result);
}

namespace {

// f(*args, **kwargs): the tuple and the dict stand in the window.
Value call_spread(Thread& thread, Value* base, bool has_keywords) {
  Tuple& positional = *static_cast<Tuple*>(base[kFrameHeader].object());
  Dict* keywords = has_keywords ? static_cast<Dict*>(base[kFrameHeader + 1].object()) : nullptr;
  return call_with(thread, *base, positional, keywords).release();
}

// Keyword arguments taken out of a dict.
struct SpreadKeywords {
  static constexpr u32 kMost = 16;
  Value names[kMost], values[kMost];  // owned
  u32 count = 0;

  // False: too many, or keys that are no strings.
  bool take_from(const Dict& dict) {
    Value key, value;
    for (isize position = 0; dict.next_entry(position, key, value); ++count) {
      if (count == kMost || !is<Str>(key)) return false;
      names[count] = counted_copy(key);
      values[count] = counted_copy(value);
    }
    return true;
  }
  void drop_names() {
    for (u32 i = 0; i < count; ++i) decref(names[i]);
  }
  void drop_values() {
    for (u32 i = 0; i < count; ++i) decref(values[i]);
  }
};

// Spreads what stands in the window over the parameters of Python code, whose frame overlaps with the window. Done: it is no
// Python code, or too much; the window is as it was.
SlowCall push_spread(Thread& thread, Value* fp, Value* base, bool has_keywords) {
  SpreadKeywords keywords;
  Tuple& given = *static_cast<Tuple*>(base[kFrameHeader].object());
  const bool from_generator = frame_flags(fp) & kGeneratorFrame;
  Value* const frame = (from_generator ? frame_generator(fp).stack_base : base) + kFrameHeader;
  const u32 most = static_cast<u32>(given.length) + 1 + SpreadKeywords::kMost;
  const bool fits = given.length < 1000 && frame + most + kFrameHeadroom <= thread.stack_end;
  if (!fits || (has_keywords && !keywords.take_from(*static_cast<Dict*>(base[kFrameHeader + 1].object())))) {
    keywords.drop_names(), keywords.drop_values();
    return {Next::Done, nullptr};
  }
  const PythonCall python = python_call(thread, base);
  if (!python.function) {
    keywords.drop_names(), keywords.drop_values();
    return {python.failed ? Next::Failed : Next::Done, nullptr};
  }
  const Ref<> positional = Ref<>::adopt(take(base[kFrameHeader]));
  const Ref<> dict = has_keywords ? Ref<>::adopt(take(base[kFrameHeader + 1])) : Ref<>();
  if (from_generator) frame[kFunction] = take(*base);
  u32 count = 0;
  if (!python.self.is_empty()) frame[count++] = python.self;
  for (isize i = 0; i < given.length; ++i) frame[count++] = counted_copy(given[i]);
  for (u32 i = 0; i < keywords.count; ++i) frame[count + i] = keywords.values[i];
  const SlowCall outcome = push_bound(thread, fp, frame, *python.function, count, {keywords.names, keywords.count}, python.flags, python.instance);
  keywords.drop_names();
  return outcome;
}

}  // namespace

OPCODE(CallSpread) {
  SAVE_PC();
  Value* base = fp + OP_A;
  const bool has_keywords = OP_FLAGS & kFlag8;
  const SlowCall outcome = push_spread(*thread, fp, base, has_keywords);
  Value result = Empty;
  if (outcome.next == Next::Done) {
    result = call_spread(*thread, base, has_keywords);
    if (UNLIKELY(result.is_error())) RAISE();
    drop(base[kFrameHeader]);
    if (has_keywords) drop(base[kFrameHeader + 1]);
  }
  FINISH_CALL(outcome, result);
}

}  // namespace py
