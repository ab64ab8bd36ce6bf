// code: what the compiler made of a piece of source.
//
// Python code sees it as if a word for the entry, which has the line of the definition, stood before the instructions.
// Places in it (co_lines, f_lasti) count two for each word.
#include "core/builtins/builtin_types.h"
#include "core/compiler/assembler.h"
#include "core/object/allocate.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "memory/buffer.h"
#include "memory/heap.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace py {

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
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, (1 + code.word_count) * 8));
  std::memset(bytes->data(), 0, (1 + usize{code.word_count}) * 8);
  const u64 entry = Instruction::abc(Op::Nop, 0, 0, 0, 0).word;
  std::memcpy(bytes->data(), &entry, 8);
  for (u32 at = 0; at < code.word_count;) {
    const Instruction instruction = plain_instruction(code.words[at].load(std::memory_order_relaxed));
    std::memcpy(bytes->data() + (1 + usize{at}) * 8, &instruction.word, 8);
    at += 1u + op_info[static_cast<u32>(instruction.op())].cache_words;
  }
  return Ref<>(std::move(bytes));
}

// Which constants are there as values; the others are names that instructions know.
std::vector<bool> value_constants(Code& code) {
  const Tuple& constants = as<Tuple>(code.constants.peek());
  std::vector<bool> values(static_cast<usize>(constants.length));
  for (isize i = 0; i < constants.length; ++i) values[static_cast<usize>(i)] = !is<Str>(constants[i]);
  if (code.has(CodeFlag::Optimized) && !values.empty()) values[0] = true;  // the docstring
  for (u32 at = 0; at < code.word_count;) {
    const Instruction instruction = plain_instruction(code.words[at].load(std::memory_order_relaxed));
    if (instruction.op() == Op::LoadConstant) values[static_cast<usize>(instruction.d())] = true;
    at += 1u + op_info[static_cast<u32>(instruction.op())].cache_words;
  }
  return values;
}
// The constants, then what instructions hold themselves.
Result<Ref<>> co_consts(Thread& thread, Value self) {
  Code& code = as<Code>(self);
  const Tuple& constants = as<Tuple>(code.constants.peek());
  const std::vector<bool> values = value_constants(code);
  std::vector<Value> shown;
  for (isize i = 0; i < constants.length; ++i) {
    if (values[static_cast<usize>(i)]) shown.push_back(constants[i]);
  }
  for (u32 at = 0; at < code.word_count;) {
    const Instruction instruction = plain_instruction(code.words[at].load(std::memory_order_relaxed));
    const Value value{static_cast<u64>(static_cast<i64>(instruction.d()))};
    const bool is_new = instruction.op() == Op::LoadImmediate && value != Unbound &&
                        std::none_of(shown.begin(), shown.end(), [&](Value other) { return other == value; });
    if (is_new) shown.push_back(value);
    at += 1u + op_info[static_cast<u32>(instruction.op())].cache_words;
  }
  return Ref<>(TRY(Tuple::from(thread, shown.data(), static_cast<isize>(shown.size()))));
}
// The constants that code with these co_consts has. What instructions hold themselves stays as it is.
Result<Ref<>> replaced_constants(Thread& thread, Code& code, Value given) {
  if (!is<Tuple>(given)) return raise(thread, types.TypeError, "replace() argument 'co_consts' must be tuple, not {}", type_of(given));
  Tuple& fresh = as<Tuple>(given);
  Tuple& constants = as<Tuple>(code.constants.peek());
  const std::vector<bool> values = value_constants(code);
  Ref<Tuple> result = TRY(Tuple::allocate(thread, constants.length));
  isize next = 0;
  for (isize i = 0; i < constants.length; ++i) {
    const bool shown = values[static_cast<usize>(i)];
    if (shown && next >= fresh.length) return raise(thread, types.ValueError, "co_consts is too short");
    Ref<> value = Ref<>::share(shown ? fresh[next++] : constants[i]);
    if (value.value().is_counted() && !is<Code>(value)) make_deferred(value.value().object());
    set_fresh(*result, result->items()[i], std::move(value));
  }
  return Ref<>(std::move(result));
}
Result<Ref<>> co_empty_bytes(Thread& thread, Value) { return Ref<>(TRY(Bytes::allocate(thread, 0))); }

// What the compiler adds of its own stands in no line.
Value line_or_none(i32 line) { return line ? Value::integer(line) : None; }
// A module is entered before its first line.
i32 entry_line(const Code& code) { return as<Str>(code.name.peek()).equals("<module>") ? 0 : code.first_line; }

// (start, end, line) for each run of instructions of one line.

Result<Ref<>> code_lines(Thread& thread, Code& code) {
  Ref<List> rows = TRY(List::make(thread));
  Ref<Tuple> entry = TRY(Tuple::from(thread, {Value::integer(0), Value::integer(2), Value::integer(entry_line(code))}));
  TRY(rows->append(thread, entry.value()));
  for (u32 i = 0; i < code.position_count; ++i) {
    const u32 start = 2 + code.positions[i].instruction * 2;
    u32 next = i + 1;
    while (next < code.position_count && code.positions[next].line == code.positions[i].line) ++next;
    const u32 end = 2 + 2 * (next < code.position_count ? code.positions[next].instruction : code.word_count);
    Ref<Tuple> row = TRY(Tuple::from(thread, {Value::integer(start), Value::integer(end), line_or_none(code.positions[i].line)}));
    TRY(rows->append(thread, row.value()));
    i = next - 1;
  }
  return iterate(thread, rows.value());
}
Result<Ref<>> code_positions(Thread& thread, Code& code) {
  Ref<List> rows = TRY(List::make(thread));
  const Value line = Value::integer(entry_line(code)), start = Value::integer(0);
  Ref<Tuple> entry = TRY(Tuple::from(thread, {line, line, start, start}));
  TRY(rows->append(thread, entry.value()));
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
    else if (name.equals("co_consts")) copy->constants.store(*copy, TRY(replaced_constants(thread, self, value)));
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
// Type by type; code among them is compared as code.
bool same_constants(Thread& thread, const Tuple& left, const Tuple& right) {
  if (left.length != right.length) return false;
  for (isize i = 0; i < left.length; ++i) {
    const bool same = is<Code>(left[i]) ? MUST(equal(thread, left[i], right[i])) : same_constant(left[i], right[i]);
    if (!same) return false;
  }
  return true;
}
Result<Ref<>> code_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !is<Code>(left) || !is<Code>(right)) return Ref<>::adopt(NotImplemented);
  Code& a = as<Code>(left);
  Code& b = as<Code>(right);
  bool same = &a == &b;
  if (!same && a.word_count == b.word_count && a.first_line == b.first_line && a.flags == b.flags && a.argument_count == b.argument_count) {
    same = TRY(equal(thread, a.name.peek(), b.name.peek())) && same_constants(thread, as<Tuple>(a.constants.peek()), as<Tuple>(b.constants.peek())) &&
           TRY(equal(thread, a.local_names.peek(), b.local_names.peek()));
    for (u32 at = 0; same && at < a.word_count;) {
      same = plain_instruction(a.words[at].load()).word == plain_instruction(b.words[at].load()).word;
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
    {"co_consts", nullptr, co_consts},
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

}  // namespace py
