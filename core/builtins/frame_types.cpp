// frame, traceback.
#include "core/bind/member_values.h"
#include "core/builtins/builtin_types.h"
#include "core/object/allocate.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/generator.h"
#include "core/vm/line_jump.h"
#include "core/vm/still_frame.h"
#include "core/vm/tracing.h"
#include "memory/heap.h"

namespace py {

namespace {

Value line_or_none(i32 line) { return line ? Value::integer(line) : None; }
// Places in code count two for each word, after one for the entry (code_type.cpp).
i64 place_of_word(i64 word) { return (word + 1) * 2; }

}  // namespace

// frame
namespace {

FrameObject& frame_of(Value self) { return *static_cast<FrameObject*>(self.object()); }

Result<Ref<>> f_back(Thread& thread, Value self) {
  return caller_frame(thread, frame_of(self));
}
Result<Ref<>> f_code(Thread&, Value self) { return frame_of(self).code.load(); }
Result<Ref<>> f_globals(Thread&, Value self) { return frame_of(self).globals.load(); }
Result<Ref<>> f_builtins(Thread&, Value self) { return frame_of(self).builtins.load(); }
Result<Ref<>> f_locals(Thread& thread, Value self) { return frame_locals(thread, frame_of(self)); }
Result<Ref<>> f_lineno(Thread&, Value self) { return Ref<>::adopt(line_or_none(frame_line(frame_of(self)))); }
Result<Ref<>> f_lasti(Thread& thread, Value self) {
  FrameObject& frame = frame_of(self);
  StillFrame still(thread, frame);
  Value* fp = still.registers();
  const i64 word = fp ? frame_instruction(fp) : frame.last_instruction;
  return Ref<>::adopt(Value::integer(place_of_word(word)));
}
Result<Ref<>> f_trace(Thread&, Value self) { return frame_of(self).trace.load(); }
Result<void> set_f_trace(Thread&, Value self, Value value) {
  frame_of(self).trace.store(frame_of(self), value == Unbound ? None : value);
  return {};
}
// f_trace_lines and f_trace_opcodes.
Result<Ref<>> f_trace_lines(Thread&, Value self) {
  return Ref<>::adopt(Value::boolean(!(frame_of(self).trace_flags & FrameObject::kNoLines)));
}
Result<Ref<>> f_trace_opcodes(Thread&, Value self) {
  return Ref<>::adopt(Value::boolean(frame_of(self).trace_flags & FrameObject::kOpcodes));
}
Result<void> set_trace_flag(Thread& thread, Value self, Value value, bool on_means, u32 flag) {
  const bool on = TRY(to_member_bool(thread, value));
  std::atomic<u32>& flags = frame_of(self).trace_flags;
  if (on == on_means) {
    flags.fetch_or(flag);
  } else {
    flags.fetch_and(~flag);
  }
  return {};
}
Result<void> set_f_trace_lines(Thread& thread, Value self, Value value) {
  return set_trace_flag(thread, self, value, false, FrameObject::kNoLines);
}
Result<void> set_f_trace_opcodes(Thread& thread, Value self, Value value) {
  return set_trace_flag(thread, self, value, true, FrameObject::kOpcodes);
}
Result<void> set_f_lineno(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.AttributeError, "cannot delete attribute");
  if (&type_of(value) != types.int_) return raise(thread, types.ValueError, "lineno must be an integer");
  const std::string_view event = thread.vm ? thread.vm->event : "call";
  if (event == "call") return raise(thread, types.ValueError, "can't jump from the 'call' trace event of a new frame");
  if (event != "line" || thread.vm->reported != &frame_of(self)) {
    return raise(thread, types.ValueError, "can only jump from a 'line' trace event");
  }
  if (frame_of(self).trace.peek().is_none()) return raise(thread, types.ValueError, "f_lineno can only be set by a trace function");
  if (!value.is_int() || value.as_int() != static_cast<i32>(value.as_int())) return raise(thread, types.ValueError, "lineno out of range");
  return jump_to_line(thread, frame_of(self).registers.load(), value.as_int());
}
// The generator whose suspended frame it is; empty when the frame has ended.
Result<Ref<>> suspended_generator(Thread& thread, FrameObject& frame) {
  StillFrame still(thread, frame);
  if (!still.registers()) return Ref<>();
  if (frame_flags(still.registers()) & kGeneratorFrame) {
    Generator& generator = frame_generator(still.registers());
    if (generator.load_state() != GeneratorState::Running) return Ref<>::share(generator.value());
  }
  return raise(thread, types.RuntimeError, "cannot clear an executing frame");
}
Result<void> frame_clear(Thread& thread, Value self) {
  FrameObject& frame = frame_of(self);
  Ref<> generator = TRY(suspended_generator(thread, frame));
  if (!generator.is_empty()) TRY(type_of(generator).slots.finalize(thread, generator));
  frame.values.store(frame, None);
  if (as<Code>(frame.code.peek()).has(CodeFlag::Optimized)) frame.locals.store(frame, None);
  frame.trace_flags.fetch_or(FrameObject::kCleared);
  return {};
}
Result<Ref<>> frame_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  Code& code = as<Code>(frame_of(self).code.peek());
  return Ref<>(TRY(format_str(thread, "<frame at {}, file {!r}, line {}, code {}>", address, code.filename.peek(), frame_line(frame_of(self)), code.name.peek())));
}

constexpr MethodSpec kFrameMethods[] = {def<frame_clear>("clear()", "Clear all references held by the frame.")};
constexpr PropertySpec kFrameProperties[] = {
    {"f_back", nullptr, f_back},       {"f_code", nullptr, f_code},     {"f_globals", nullptr, f_globals},
    {"f_builtins", nullptr, f_builtins}, {"f_locals", nullptr, f_locals}, {"f_lineno", nullptr, f_lineno, set_f_lineno},
    {"f_lasti", nullptr, f_lasti},     {"f_trace", nullptr, f_trace, set_f_trace},
    {"f_trace_lines", nullptr, f_trace_lines, set_f_trace_lines},
    {"f_trace_opcodes", nullptr, f_trace_opcodes, set_f_trace_opcodes}};

}  // namespace

const TypeSpec frame_spec = {.name = "frame",
                             .doc = nullptr,
                             .methods = kFrameMethods,
                             .method_count = std::size(kFrameMethods),
                             .properties = kFrameProperties,
                             .property_count = std::size(kFrameProperties),
                             .slots = {.repr = frame_repr},
                             .ops = &FrameObject::kOps,
                             .size = sizeof(FrameObject),
                             .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

// traceback
namespace {

Result<Ref<>> traceback_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "traceback(tb_next, tb_frame, tb_lasti, tb_lineno)", arguments);
  if (!bound[0].is_none() && !is<Traceback>(bound[0])) {
    return raise(thread, types.TypeError, "expected traceback object or None, got '{}'", type_of(bound[0]));
  }
  if (&type_of(bound[1]) != types.frame) {
    return raise(thread, types.TypeError, "traceback() argument 'tb_frame' must be frame, not {}", type_of(bound[1]));
  }
  Ref<Traceback> made = TRY(new_object<Traceback>(thread, *types.traceback));
  made->next.initialize(Ref<>::share(bound[0]).release());
  made->frame.initialize(Ref<>::share(bound[1]).release());
  made->instruction = static_cast<i32>(TRY(to_i64(thread, bound[2])) / 2 - 1);
  made->line = static_cast<i32>(TRY(to_i64(thread, bound[3])));
  return Ref<>(std::move(made));
}
Result<Ref<>> tb_next(Thread&, Value self) { return as<Traceback>(self).next.load(); }
Result<void> set_tb_next(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "can't delete tb_next attribute");
  if (!value.is_none() && !is<Traceback>(value)) {
    return raise(thread, types.TypeError, "expected traceback object, got '{}'", type_of(value));
  }
  for (Value at = value; at.is_object(); at = as<Traceback>(at).next.peek()) {
    if (at == self) return raise(thread, types.ValueError, "traceback loop detected");
  }
  as<Traceback>(self).next.store(as<Traceback>(self), value);
  return {};
}
Result<Ref<>> tb_frame(Thread&, Value self) { return as<Traceback>(self).frame.load(); }
Result<Ref<>> tb_lineno(Thread&, Value self) { return Ref<>::adopt(Value::integer(traceback_line(as<Traceback>(self)))); }
Result<Ref<>> tb_lasti(Thread&, Value self) { return Ref<>::adopt(Value::integer(place_of_word(as<Traceback>(self).instruction))); }
Result<Ref<>> traceback_dir(Thread& thread, Value) {
  Ref<List> names = TRY(List::make(thread));
  for (const char* name : {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"}) TRY(names->append(thread, intern(thread, name).value()));
  return Ref<>(std::move(names));
}
constexpr MethodSpec kTracebackMethods[] = {def<traceback_dir>("__dir__()", nullptr)};
constexpr PropertySpec kTracebackProperties[] = {
    {"tb_next", nullptr, tb_next, set_tb_next}, {"tb_frame", nullptr, tb_frame}, {"tb_lineno", nullptr, tb_lineno}, {"tb_lasti", nullptr, tb_lasti}};

}  // namespace

const TypeSpec traceback_spec = {.name = "traceback",
                                 .doc = "Create a new traceback object.",
                                 .methods = kTracebackMethods,
                                 .method_count = std::size(kTracebackMethods),
                                 .properties = kTracebackProperties,
                                 .property_count = std::size(kTracebackProperties),
                                 .slots = {.new_ = traceback_new},
                                 .ops = &Traceback::kOps,
                                 .size = sizeof(Traceback)};

}  // namespace py
