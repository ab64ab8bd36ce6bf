#include "core/vm/interpreter.h"

#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/object/type_system.h"
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"
#include "core/vm/generator.h"
#include "core/vm/inline_cache.h"
#include "core/vm/sys_access.h"
#include "core/vm/tracing.h"
#include "core/vm/unraisable.h"
#include "memory/destroy.h"
#include "memory/hot.h"
#include "memory/garbage.h"
#include "memory/roots.h"

#include <cstdio>
#include <sys/mman.h>

namespace py {

SLOW(op_invalid) { CHECK(!"an invalid opcode"); }

namespace {

constexpr Handler kHandlers[256] = {
#define OP(name, cache_words, format) op_##name,
#include "core/compiler/opcodes.def"
#undef OP
};

SLOW(op_traced) {
  if (is_tracing(*thread)) {
    SAVE_PC();
    if (UNLIKELY(!trace_instruction(*thread, fp))) RAISE();
    pc = frame_pc(fp);  // f_lineno may have been set
  }
  MUSTTAIL return kHandlers[static_cast<u8>(plain_op(op_at(pc)))](pc, fp, thread, word);  // one instruction at a time
}

}  // namespace

Handler op_table[256] = {
#define OP(name, cache_words, format) op_##name,
#include "core/compiler/opcodes.def"
#undef OP
};

void switch_op_table(bool traced) {
  for (u32 i = 0; i < kOpCount; ++i) op_table[i] = traced ? op_traced : kHandlers[i];
}

namespace {

constexpr usize kStackBytes = usize{64} << 20;
constexpr usize kNativeReserve = usize{256} << 10;  // left for whatever runs after RecursionError was raised

Dict* builtins_of(Dict& globals) {
  const Value value = globals.find_str(names::__builtins__());
  if (is<Module>(value)) return static_cast<Dict*>(as<Module>(value).dict.peek().object());
  if (is<Dict>(value)) return &as<Dict>(value);
  Dict* modules = loaded_modules();
  const Value module = modules ? modules->find_str(names::builtins()) : Empty;
  return is<Module>(module) ? static_cast<Dict*>(as<Module>(module).dict.peek().object()) : nullptr;
}

void visit_word(Visitor& visitor, Value& word) {
  if (word.is_object()) visitor.visit(reinterpret_cast<Field&>(word));
}

// What the collector and publishing must see of a thread: the frames' words, the exceptions, the context.
void visit_thread(Thread& thread, Visitor& visitor) {
  for (Value* fp = thread.frame_registers; fp; fp = frame_caller(fp)) {
    visit_word(visitor, fp[kFunction]);
    if (frame_flags(fp)) visit_word(visitor, fp[kFrameObject]);
    if (frame_flags(fp) & kGeneratorFrame) {
      visit_word(visitor, frame_generator(fp).outer_handled);
    } else if (frame_flags(fp)) {
      visit_word(visitor, fp[kLocals]);
    }
    for (u32 i = 0; i < frame_code(fp).register_count; ++i) visit_word(visitor, fp[i]);
  }
  visit_tracing(thread, visitor);
  visit_word(visitor, thread.pending);
  visit_word(visitor, thread.handled);
  visit_word(visitor, thread.context);
}

Value innermost_globals(Thread& thread) {
  return thread.frame_registers ? frame_globals(thread.frame_registers).value() : Empty;
}

void run_finalizer(Thread& thread, Object& object) {
  Ref<> pending = take_pending(thread);
  const Value self = object.value();
  FinalizeSlot slot = type_of_object(object).slots.finalize;
  if (slot && slot(thread, self).failed()) {
    Ref<> method = Ref<>::adopt(get_attribute_or_empty(thread, type_of_object(object).value(), names::__del__()).release());
    // A finaliser written in Python is named; a native one stands for its object.
    const bool is_native = method.value().is_object() && &type_of(method) == types.wrapper_descriptor;
    report_unraisable(thread, is_native ? self : method.is_empty() || method.value().is_error() ? None : method.value());
  }
  thread.pending = pending.release();
}

}  // namespace

Result<Ref<Function>> make_function(Thread& thread, Code& code, Dict& globals) {
  Ref<Function> function = TRY(new_object<Function>(thread, *types.function));
  // A function of a module or class lives as long as its program: its references are never counted. A nested one holds
  // its captured values and should die with its last reference.
  if (!code.has(CodeFlag::Nested)) make_deferred(function.get());
  Dict* builtins = builtins_of(globals);
  if (!builtins) return raise(thread, types.RuntimeError, "no builtins");
  Function& f = *function;
  f.version.store(1, std::memory_order_relaxed);
  f.reserved = 0;
  f.code.initialize(counted_copy(code.value()));
  f.globals.initialize(counted_copy(globals.value()));
  f.builtins.initialize(counted_copy(builtins->value()));
  for (Field* field : {&f.closure, &f.defaults, &f.keyword_defaults, &f.annotations, &f.dict, &f.type_params}) field->initialize(None);
  f.name.initialize(counted_copy(code.name.peek()));
  f.qualified_name.initialize(counted_copy(code.qualified_name.peek()));
  const Value module = globals.find_str(names::__name__());
  f.module.initialize(module.is_empty() ? None : counted_copy(module));
  const Tuple& constants = *static_cast<Tuple*>(code.constants.peek().object());
  const bool documented = code.has(CodeFlag::Optimized) && constants.length && is<Str>(constants[0]);
  f.doc.initialize(documented ? counted_copy(constants[0]) : None);
  return function;
}

namespace {

Result<Ref<>> run_in_namespace(Thread& thread, Function& function, Value locals) {
  Code& code = as<Code>(function.code.peek());
  if (UNLIKELY(static_cast<char*>(__builtin_frame_address(0)) < thread.native_stack_limit)) {
    return raise(thread, types.RecursionError, "maximum recursion depth exceeded");
  }
  Value* caller = thread.frame_registers;
  Value* fp = (caller ? frame_end(caller) : thread.stack_begin) + kFrameHeader;
  if (!enter_frame(thread, fp, code)) return failure;
  for (u32 i = 0; i < code.local_count; ++i) fp[i] = Unbound;
  fp[kFunction] = counted_copy(function.value());
  fill_header(fp, function, code, caller, kEntry);
  fp[kLocals] = counted_copy(locals);
  thread.frame_registers = fp;
  const Value result = execute(thread, code.words, fp);
  if (result.is_error()) return failure;
  return Ref<>::adopt(result);
}

}  // namespace

Result<Ref<>> run_code(Thread& thread, Code& code, Dict& globals, Value locals, Value closure) {
  if (globals.find_str(names::__builtins__()).is_empty()) {
    Dict* modules = loaded_modules();
    const Value builtins = modules ? modules->find_str(names::builtins()) : Empty;
    if (is<Module>(builtins)) TRY(globals.set(thread, names::__builtins__().value(), as<Module>(builtins).dict.peek()));
  }
  Ref<Function> function = TRY(make_function(thread, code, globals));
  function->closure.store(*function, closure);
  return run_in_namespace(thread, *function, locals);
}

Result<Ref<>> run_class_body(Thread& thread, Function& body, Value name_space) {
  return run_in_namespace(thread, body, name_space);
}

std::atomic<u32> default_recursion_limit{1000};

bool enter_interpreter(Thread& thread) {
  thread.recursion_limit = default_recursion_limit.load(std::memory_order_relaxed);
  void* stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stack == MAP_FAILED) return false;
  thread.stack_begin = thread.stack_top = static_cast<Value*>(stack);
  thread.stack_end = thread.stack_begin + kStackBytes / sizeof(Value) - 1024;
  thread.quick_frame_limit = thread.stack_end - Code::kMostQuickRegisters - kFrameHeadroom;
  const usize size = static_cast<usize>(thread.native_stack_high - thread.native_stack_low);
  thread.native_stack_limit = thread.native_stack_low + (size > 4 * kNativeReserve ? kNativeReserve : size / 4);
  return true;
}

void leave_interpreter(Thread& thread) {
  forget_tracing(thread);
  decref(thread.handled);
  thread.handled = None;
  decref(thread.context);
  thread.context = None;
}

namespace {

void release_stack(Thread& thread) {
  if (thread.stack_begin) munmap(thread.stack_begin, kStackBytes);
  thread.stack_begin = thread.stack_top = thread.stack_end = thread.quick_frame_limit = nullptr;
}

}  // namespace

void initialize_interpreter(Thread& thread) {
  visit_thread_hook = visit_thread;
  leave_thread_hook = release_stack;
  notices_hot_objects = true;
  current_globals = innermost_globals;
  sweep_inline_caches = sweep_all_caches;
  code_made_hook = register_code;
  code_died_hook = forget_code;
  finalize_hook = run_finalizer;
  deferred_garbage_hook = forget_garbage_class;
  handled_outside = handled_outside_generators;
  make_unraisable_type(thread);
}

void disassemble(Code& code) {
  std::fprintf(stderr, "Disassembly of %s, %u registers:\n", as<Str>(code.qualified_name.peek()).utf8().c_str(), code.register_count);
  for (u32 at = 0; at < code.word_count;) {
    const Instruction word{code.words[at].load(std::memory_order_relaxed)};
    const OpInfo& info = op_info[static_cast<u32>(word.op())];
    std::fprintf(stderr, "%5d %5u %-24s %02x  A=%u B=%d C=%d D=%d\n", code.position(at).line, at, info.name, word.flags(), word.a(), word.b(),
                 word.c(), word.d());
    at += 1u + info.cache_words;
  }
  for (u32 i = 0; i < code.range_count; ++i) {
    const ExceptionRange& range = code.ranges[i];
    std::fprintf(stderr, "  %u-%u -> %u, live %u\n", range.start, range.end, range.handler, range.live);
  }
  const Tuple& constants = as<Tuple>(code.constants.peek());
  for (isize i = 0; i < constants.length; ++i) {
    if (is<Code>(constants[i])) disassemble(as<Code>(constants[i]));
  }
}

}  // namespace py
