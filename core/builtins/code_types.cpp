// code, frame, traceback.
#include "core/builtins/builtin_types.h"
#include "core/compiler/opcodes.h"
#include "core/object/allocate.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/generator.h"
#include "memory/buffer.h"
#include "memory/heap.h"

namespace py {

// code
namespace {

Result<Ref<>> code_repr(Thread& thread, Value self) {
  Code& code = as<Code>(self);
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<code object {} at {}, file \"{}\", line {}>", code.name.peek(), address, code.filename.peek(), code.first_line)));
}

template <Field Code::*field>
Result<Ref<>> code_field(Thread&, Value self) {
  return (as<Code>(self).*field).load();
}
Result<Ref<>> number(i64 value) { return Ref<>::adopt(Value::integer(value)); }
Result<Ref<>> co_argcount(Thread&, Value self) { return number(as<Code>(self).argument_count); }
Result<Ref<>> co_posonlyargcount(Thread&, Value self) { return number(as<Code>(self).positional_only_count); }
Result<Ref<>> co_kwonlyargcount(Thread&, Value self) { return number(as<Code>(self).keyword_only_count); }
Result<Ref<>> co_flags(Thread&, Value self) { return number(as<Code>(self).flags); }
Result<Ref<>> co_firstlineno(Thread&, Value self) { return number(as<Code>(self).first_line); }
Result<Ref<>> co_stacksize(Thread&, Value self) { return number(as<Code>(self).register_count - as<Code>(self).local_count); }

// co_varnames: locals that are no mere cells.
Result<Ref<>> co_varnames(Thread& thread, Value self) {
  Code& code = as<Code>(self);
  Tuple& all = as<Tuple>(code.local_names.peek());
  Ref<List> names = TRY(List::make(thread));
  for (isize i = 0; i < all.length; ++i) {
    bool cell = false;
    for (u32 c = 0; c < code.cell_count; ++c) cell |= code.cell_registers[c] == i && i >= static_cast<isize>(code.parameter_count());
    if (!cell) TRY(names->append(thread, all[i]));
  }
  return Ref<>(TRY(names->to_tuple(thread)));
}
Result<Ref<>> co_nlocals(Thread& thread, Value self) {
  Ref<> names = TRY(co_varnames(thread, self));
  return number(as<Tuple>(names).length);
}
Result<Ref<>> co_code(Thread& thread, Value self) {
  Code& code = as<Code>(self);
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, code.word_count * 8));
  for (u32 i = 0; i < code.word_count; ++i) {
    const u64 word = code.words[i].load(std::memory_order_relaxed);
    std::memcpy(bytes->data() + i * 8, &word, 8);
  }
  return Ref<>(std::move(bytes));
}
Result<Ref<>> co_empty_bytes(Thread& thread, Value) { return Ref<>(TRY(Bytes::allocate(thread, 0))); }

// (start, end, line) in units of two bytes for each run of instructions of one line.
// What the compiler adds of its own stands in no line.
Value line_or_none(i32 line) { return line ? Value::integer(line) : None; }

Result<Ref<>> code_lines(Thread& thread, Code& code) {
  Ref<List> rows = TRY(List::make(thread));
  for (u32 i = 0; i < code.position_count; ++i) {
    const u32 start = code.positions[i].instruction * 2;
    u32 next = i + 1;
    while (next < code.position_count && code.positions[next].line == code.positions[i].line) ++next;
    const u32 end = next < code.position_count ? code.positions[next].instruction * 2 : code.word_count * 2;
    Ref<Tuple> row = TRY(Tuple::from(thread, {Value::integer(start), Value::integer(end), line_or_none(code.positions[i].line)}));
    TRY(rows->append(thread, row.value()));
    i = next - 1;
  }
  return iterate(thread, rows.value());
}
Result<Ref<>> code_positions(Thread& thread, Code& code) {
  Ref<List> rows = TRY(List::make(thread));
  for (u32 word = 0; word < code.word_count; ++word) {
    const CodePosition& at = code.position(word);
    const Value place[] = {line_or_none(at.line), Value::integer(at.end_line), Value::integer(at.column), Value::integer(at.end_column)};
    Ref<Tuple> row = TRY(at.line ? Tuple::from(thread, place, 4) : Tuple::from(thread, {None, None, None, None}));
    TRY(rows->append(thread, row.value()));
  }
  return iterate(thread, rows.value());
}
Result<Ref<>> code_replace(Thread& thread, Code& self, Keywords keywords) {
  Ref<Code> copy = TRY(new_object<Code>(thread, *types.code));
  std::memcpy(static_cast<void*>(&copy->words), &self.words, sizeof(Code) - (reinterpret_cast<char*>(&self.words) - reinterpret_cast<char*>(&self)));
  make_deferred(copy.get());
  auto duplicate = [](auto* from, usize count) {
    using T = std::remove_reference_t<decltype(*from)>;
    auto* to = static_cast<T*>(buffer_allocate(count * sizeof(T) + 8));
    std::memcpy(static_cast<void*>(to), static_cast<const void*>(from), count * sizeof(T));
    return to;
  };
  copy->words = duplicate(self.words, self.word_count);
  copy->positions = duplicate(self.positions, self.position_count);
  copy->ranges = duplicate(self.ranges, self.range_count);
  copy->cell_registers = duplicate(self.cell_registers, self.cell_count);
  // Inline caches hold records of the original.
  for (u32 at = 0; at < copy->word_count;) {
    const u8 caches = op_info[static_cast<u32>(Instruction{copy->words[at].load()}.op())].cache_words;
    for (u8 i = 1; i <= caches; ++i) copy->words[at + i].store(0, std::memory_order_relaxed);
    at += 1u + caches;
  }
  for (Field Code::*field : {&Code::name, &Code::qualified_name, &Code::filename, &Code::constants, &Code::names, &Code::local_names,
                             &Code::cell_names, &Code::free_names}) {
    ((*copy).*field).store(*copy, (self.*field).load());
  }
  for (u32 i = 0; i < keywords.count(); ++i) {
    const Str& name = as<Str>((*keywords.names)[i]);
    const Value value = keywords.values[i];
    if (name.equals("co_name")) copy->name.store(*copy, value);
    else if (name.equals("co_qualname")) copy->qualified_name.store(*copy, value);
    else if (name.equals("co_filename")) copy->filename.store(*copy, value);
    else if (name.equals("co_consts")) copy->constants.store(*copy, value);
    else if (name.equals("co_names")) copy->names.store(*copy, value);
    else if (name.equals("co_firstlineno")) copy->first_line = static_cast<i32>(TRY(to_i64(thread, value)));
    else if (name.equals("co_flags")) copy->flags = static_cast<u32>(TRY(to_i64(thread, value)));
    else if (name.equals("co_freevars")) copy->free_names.store(*copy, value);
    else if (!name.equals("co_linetable") && !name.equals("co_exceptiontable") && !name.equals("co_varnames") && !name.equals("co_cellvars")) {
      return raise(thread, types.TypeError, "'{}' is an invalid keyword argument for replace()", name);
    }
  }
  return Ref<>(std::move(copy));
}
Result<Ref<>> code_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !is<Code>(left) || !is<Code>(right)) return Ref<>::adopt(NotImplemented);
  Code& a = as<Code>(left);
  Code& b = as<Code>(right);
  bool same = &a == &b;
  if (!same && a.word_count == b.word_count && a.first_line == b.first_line && a.flags == b.flags && a.argument_count == b.argument_count) {
    same = TRY(equal(thread, a.name.peek(), b.name.peek())) && TRY(equal(thread, a.constants.peek(), b.constants.peek())) &&
           TRY(equal(thread, a.local_names.peek(), b.local_names.peek()));
    for (u32 at = 0; same && at < a.word_count;) {
      same = a.words[at].load() == b.words[at].load();
      at += 1u + op_info[a.words[at].load() & 0xFF].cache_words;
    }
  }
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}
Result<i64> code_hash(Thread& thread, Value self) {
  const i64 name = TRY(hash_of(thread, as<Code>(self).name.peek()));
  return name ^ (as<Code>(self).word_count * 31) ^ as<Code>(self).first_line;
}

constexpr MethodSpec kCodeMethods[] = {
    def<code_lines>("co_lines()", "Iterate over the ranges of instructions and their lines."),
    def<code_positions>("co_positions()", "Iterate over the source positions of the instructions."),
    def<code_replace>("replace(**kwargs)", "Return a copy of the code object with new values for the specified fields."),
};
constexpr PropertySpec kCodeProperties[] = {
    {"co_name", nullptr, code_field<&Code::name>},
    {"co_qualname", nullptr, code_field<&Code::qualified_name>},
    {"co_filename", nullptr, code_field<&Code::filename>},
    {"co_consts", nullptr, code_field<&Code::constants>},
    {"co_names", nullptr, code_field<&Code::names>},
    {"co_varnames", nullptr, co_varnames},
    {"co_cellvars", nullptr, code_field<&Code::cell_names>},
    {"co_freevars", nullptr, code_field<&Code::free_names>},
    {"co_argcount", nullptr, co_argcount},
    {"co_posonlyargcount", nullptr, co_posonlyargcount},
    {"co_kwonlyargcount", nullptr, co_kwonlyargcount},
    {"co_nlocals", nullptr, co_nlocals},
    {"co_flags", nullptr, co_flags},
    {"co_firstlineno", nullptr, co_firstlineno},
    {"co_stacksize", nullptr, co_stacksize},
    {"co_code", nullptr, co_code},
    {"co_linetable", nullptr, co_empty_bytes},
    {"co_lnotab", nullptr, co_empty_bytes},
    {"co_exceptiontable", nullptr, co_empty_bytes},
};

}  // namespace

const TypeSpec code_spec = {.name = "code",
                            .doc = "Create a code object.  Not for mere mortals.",
                            .methods = kCodeMethods,
                            .method_count = std::size(kCodeMethods),
                            .properties = kCodeProperties,
                            .property_count = std::size(kCodeProperties),
                            .slots = {.repr = code_repr, .hash = code_hash, .compare = code_compare},
                            .ops = &Code::kOps,
                            .size = sizeof(Code),
                            .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

// frame
namespace {

FrameObject& frame_of(Value self) { return *static_cast<FrameObject*>(self.object()); }

Result<Ref<>> f_back(Thread& thread, Value self) {
  Value* fp = frame_of(self).registers.load(std::memory_order_acquire);
  if (!fp) return frame_of(self).back.load();
  Value* caller = frame_caller(fp);
  if (!caller) return Ref<>::adopt(None);
  return Ref<>(TRY(frame_object(thread, caller)));
}
Result<Ref<>> f_code(Thread&, Value self) { return frame_of(self).code.load(); }
Result<Ref<>> f_globals(Thread&, Value self) { return frame_of(self).globals.load(); }
Result<Ref<>> f_builtins(Thread&, Value self) { return frame_of(self).builtins.load(); }
Result<Ref<>> f_locals(Thread& thread, Value self) { return frame_locals(thread, frame_of(self)); }
Result<Ref<>> f_lineno(Thread&, Value self) { return Ref<>::adopt(line_or_none(frame_line(frame_of(self)))); }
Result<Ref<>> f_lasti(Thread&, Value self) {
  FrameObject& frame = frame_of(self);
  Value* fp = frame.registers.load(std::memory_order_acquire);
  const i64 word = fp ? frame_pc(fp) - frame_code(fp).words : frame.last_instruction;
  return Ref<>::adopt(Value::integer(word * 2));
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
  if (!value.is_bool()) return raise(thread, types.TypeError, "attribute value type must be bool");
  u32& flags = frame_of(self).trace_flags;
  flags = (value == True) == on_means ? flags | flag : flags & ~flag;
  return {};
}
Result<void> set_f_trace_lines(Thread& thread, Value self, Value value) {
  return set_trace_flag(thread, self, value, false, FrameObject::kNoLines);
}
Result<void> set_f_trace_opcodes(Thread& thread, Value self, Value value) {
  return set_trace_flag(thread, self, value, true, FrameObject::kOpcodes);
}
Result<void> set_f_lineno(Thread& thread, Value, Value value) {
  if (value == Unbound) return raise(thread, types.AttributeError, "cannot delete attribute");
  return raise(thread, types.ValueError, "f_lineno can only be set by a line trace function");
}
Result<void> frame_clear(Thread& thread, Value self) {
  FrameObject& frame = frame_of(self);
  Value* fp = frame.registers.load(std::memory_order_acquire);
  if (fp) {
    if (!(frame_flags(fp) & kGeneratorFrame)) return raise(thread, types.RuntimeError, "cannot clear an executing frame");
    Generator& generator = frame_generator(fp);
    if (generator.load_state() == GeneratorState::Running) return raise(thread, types.RuntimeError, "cannot clear an executing frame");
    Ref<> keep = Ref<>::share(generator.value());
    TRY(type_of(keep).slots.finalize(thread, keep));
  }
  frame.values.store(frame, None);
  if (as<Code>(frame.code.peek()).has(CodeFlag::Optimized)) frame.locals.store(frame, None);
  frame.trace_flags |= FrameObject::kCleared;
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
  made->instruction = static_cast<i32>(TRY(to_i64(thread, bound[2])) / 2);
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
Result<Ref<>> tb_lasti(Thread&, Value self) { return Ref<>::adopt(Value::integer(as<Traceback>(self).instruction * 2)); }
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
