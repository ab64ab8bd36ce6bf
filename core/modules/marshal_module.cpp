// marshal: values as bytes, for the compiled-code cache. The format of everything but code objects is CPython's version 4
// without back references when writing; reading follows them.
#include "core/base/number/big_int.h"
#include "core/modules/marshal.h"
#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/audit.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/compiler/opcodes.h"
#include "core/vm/inline_cache.h"
#include "memory/buffer.h"
#include "memory/root_vector.h"

#include <cstring>

namespace py {

namespace {

constexpr u32 kMaxDepth = 2000;

class Writer {
 public:
  explicit Writer(Thread& thread) : thread_(thread) {}
  std::string out;

  Result<void> write(Value value) {
    if (++depth_ > kMaxDepth) return raise(thread_, types.ValueError, "object too deeply nested to marshal");
    Result<void> done = write_value(value);
    --depth_;
    return done;
  }

 private:
  void byte(char c) { out += c; }
  void number(u64 value, u32 bytes) {
    for (u32 i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  }
  void sized(std::string_view text) {
    number(text.size(), 4);
    out += text;
  }

  Result<void> write_value(Value value) {
    if (value == None) return byte('N'), Result<void>();
    if (value == True) return byte('T'), Result<void>();
    if (value == False) return byte('F'), Result<void>();
    if (value == Ellipsis) return byte('.'), Result<void>();
    if (value == types.StopIteration->value()) return byte('S'), Result<void>();
    Type& type = type_of(value);
    if (&type == types.int_) return write_int(value);
    if (&type == types.float_) {
      byte('g');
      const double number_value = float_value(value);
      out.append(reinterpret_cast<const char*>(&number_value), 8);
      return {};
    }
    if (&type == types.complex) {
      byte('y');
      out.append(reinterpret_cast<const char*>(&as<Complex>(value).real), 8);
      out.append(reinterpret_cast<const char*>(&as<Complex>(value).imaginary), 8);
      return {};
    }
    if (&type == types.str) {
      byte(as<Str>(value).is_interned() ? 't' : 'u');
      sized(as<Str>(value).utf8());
      return {};
    }
    if (&type == types.tuple) return write_items('(', as<Tuple>(value));
    if (&type == types.list) {
      Ref<Tuple> items = TRY(as<List>(value).to_tuple(thread_));
      return write_items('[', *items);
    }
    if (&type == types.dict) return write_dict(as<Dict>(value));
    if (&type == types.set || &type == types.frozenset) {
      Ref<Tuple> items = TRY(to_tuple(thread_, value));
      return write_items(&type == types.set ? '<' : '>', *items);
    }
    if (&type == types.code) return write_code(as<Code>(value));
    if (has_buffer(value)) {
      Buffer buffer = TRY(get_buffer(thread_, value));
      byte('s');
      sized(buffer.view());
      return {};
    }
    return raise(thread_, types.ValueError, "unmarshallable object");
  }

  Result<void> write_int(Value value) {
    if (value.is_int() && value.as_int() >= INT32_MIN && value.as_int() <= INT32_MAX) {
      byte('i');
      number(static_cast<u32>(value.as_int()), 4);
      return {};
    }
    // Digits of 15 bits, their count carrying the sign.
    const IntegerView integer(value);
    const BigView view = integer.view();
    std::vector<u16> digits;
    BigInt rest = big::absolute(view);
    const u64 bits = big::bit_length(view);
    for (u64 at = 0; at < bits; at += 15) {
      u64 digit = 0;
      for (u64 bit = 0; bit < 15 && at + bit < bits; ++bit) {
        digit |= ((view.limbs[(at + bit) / 64] >> ((at + bit) % 64)) & 1) << bit;
      }
      digits.push_back(static_cast<u16>(digit));
    }
    byte('l');
    number(static_cast<u32>(view.negative ? -static_cast<i32>(digits.size()) : static_cast<i32>(digits.size())), 4);
    for (u16 digit : digits) number(digit, 2);
    return {};
  }

  Result<void> write_items(char kind, Tuple& items) {
    byte(kind);
    number(static_cast<u64>(items.length), 4);
    for (isize i = 0; i < items.length; ++i) TRY(write(items[i]));
    return {};
  }

  Result<void> write_dict(Dict& dict) {
    byte('{');
    isize position = 0;
    Value key, value;
    while (dict.next_entry(position, key, value)) {
      Ref<> keep_key = Ref<>::share(key), keep_value = Ref<>::share(value);
      TRY(write(key));
      TRY(write(value));
    }
    byte('0');
    return {};
  }

  Result<void> write_code(Code& code) {
    byte('c');
    for (const Field* field : {&code.name, &code.qualified_name, &code.filename, &code.constants, &code.names, &code.local_names,
                               &code.cell_names, &code.free_names}) {
      TRY(write(field->peek()));
    }
    for (u32 value : {code.word_count, code.position_count, code.range_count, static_cast<u32>(code.first_line), code.flags,
                      u32{code.argument_count}, u32{code.positional_only_count}, u32{code.keyword_only_count}, u32{code.local_count},
                      u32{code.register_count}, u32{code.cell_count}, u32{code.quick_argument_count}, u32{code.is_generator}}) {
      number(value, 4);
    }
    for (u32 at = 0; at < code.word_count;) {
      const u64 word = code.words[at].load(std::memory_order_relaxed);
      number(is_quickened(Instruction{word}.op()) ? plain_instruction(word).word : word, 8);
      const u8 caches = op_info[word & 0xFF].cache_words;
      for (u8 i = 0; i < caches; ++i) number(0, 8);
      at += 1u + caches;
    }
    out.append(reinterpret_cast<const char*>(code.positions), sizeof(CodePosition) * code.position_count);
    out.append(reinterpret_cast<const char*>(code.ranges), sizeof(ExceptionRange) * code.range_count);
    out.append(reinterpret_cast<const char*>(code.cell_registers), 2 * usize{code.cell_count});
    return {};
  }

  Thread& thread_;
  u32 depth_ = 0;
};

class Reader {
 public:
  Reader(Thread& thread, std::string_view data) : thread_(thread), data_(data) {}
  usize consumed() const { return at_; }

  // Owned; Unbound for the end mark of a dict.
  Result<Ref<>> read() {
    if (++depth_ > kMaxDepth) return raise(thread_, types.ValueError, "bad marshal data (too deeply nested)");
    Result<Ref<>> value = read_value();
    --depth_;
    return value;
  }

 private:
  Failure bad(const char* what) { return raise(thread_, types.ValueError, "bad marshal data ({})", what); }
  Failure short_data() { return raise(thread_, types.EOFError, "marshal data too short"); }
  bool has(usize bytes) const { return data_.size() - at_ >= bytes; }
  u64 number(u32 bytes) {
    u64 value = 0;
    for (u32 i = 0; i < bytes; ++i) value |= u64{static_cast<u8>(data_[at_ + i])} << (8 * i);
    at_ += bytes;
    return value;
  }
  Result<std::string_view> text(u32 length_bytes) {
    if (!has(length_bytes)) return short_data();
    const u64 size = number(length_bytes);
    if (size > 0x7FFFFFFF) return bad("string size out of range");
    if (!has(size)) return short_data();
    const std::string_view piece = data_.substr(at_, size);
    at_ += size;
    return piece;
  }
  double real() {
    double value;
    std::memcpy(&value, data_.data() + at_, 8);
    at_ += 8;
    return value;
  }

  Result<Ref<>> read_value() {
    if (!has(1)) return raise(thread_, types.EOFError, "EOF read where object expected");
    const u8 lead = static_cast<u8>(data_[at_++]);
    const bool keep = lead & 0x80;
    const usize slot = refs_.size();
    if (keep) refs_.push(Ref<>::adopt(None));
    Ref<> value = TRY(read_kind(static_cast<char>(lead & 0x7F)));
    if (keep) refs_.set(slot, value.share());
    return value;
  }

  Result<Ref<>> read_kind(char kind) {
    switch (kind) {
      case '0': return Ref<>::adopt(Unbound);
      case 'N': return Ref<>::adopt(None);
      case 'T': return Ref<>::adopt(True);
      case 'F': return Ref<>::adopt(False);
      case '.': return Ref<>::adopt(Ellipsis);
      case 'S': return Ref<>::share(types.StopIteration->value());
      case 'i':
        if (!has(4)) return short_data();
        return Ref<>::adopt(Value::integer(static_cast<i32>(number(4))));
      case 'l': return read_long();
      case 'g':
        if (!has(8)) return short_data();
        return make_float(thread_, real());
      case 'y': {
        if (!has(16)) return short_data();
        const double re = real();
        return make_complex(thread_, re, real());
      }
      case 's': return Ref<>(TRY(Bytes::from(thread_, TRY(text(4)))));
      case 'u': case 'a': return Ref<>(TRY(Str::from_utf8(thread_, TRY(text(4)))));
      case 'z': return Ref<>(TRY(Str::from_utf8(thread_, TRY(text(1)))));
      case 't': case 'A': return Ref<>::share(intern(thread_, TRY(text(4))).value());
      case 'Z': return Ref<>::share(intern(thread_, TRY(text(1))).value());
      case ')':
        if (!has(1)) return short_data();
        return read_tuple(number(1));
      case '(': case '[': case '<': case '>': return read_items(kind);
      case '{': return read_dict();
      case 'c': return read_code();
      case 'r': {
        if (!has(4)) return short_data();
        const u64 index = number(4);
        if (index >= refs_.size()) return bad("invalid reference");
        return Ref<>::share(refs_[index]);
      }
      default: return bad("unknown type code");
    }
  }

  Result<Ref<>> read_long() {
    if (!has(4)) return short_data();
    const i32 count = static_cast<i32>(number(4));
    const u32 digits = static_cast<u32>(count < 0 ? -i64{count} : count);
    if (!has(usize{digits} * 2)) return short_data();
    BigInt value;
    u64* limbs = value.allocate(digits / 4 + 1);
    if (!limbs) return raise_memory_error(thread_);
    std::memset(limbs, 0, 8 * (usize{digits} / 4 + 1));
    for (u32 i = 0; i < digits; ++i) {
      const u64 digit = number(2);
      if (digit > 0x7FFF) return bad("digit out of range in long");
      const u64 bit = u64{i} * 15;
      limbs[bit / 64] |= digit << (bit % 64);
      if (bit % 64 > 49) limbs[bit / 64 + 1] |= digit >> (64 - bit % 64);
    }
    value.finish(digits / 4 + 1, count < 0);
    return make_integer(thread_, std::move(value));
  }

  Result<Ref<>> read_tuple(u64 count) {
    if (!has(count)) return short_data();
    Ref<Tuple> tuple = TRY(Tuple::allocate(thread_, static_cast<isize>(count)));
    for (u64 i = 0; i < count; ++i) {
      Ref<> item = TRY(read());
      if (tuple->is_shared()) publish(item);
      tuple->items()[i].initialize(std::move(item));
    }
    return Ref<>(std::move(tuple));
  }

  Result<Ref<>> read_items(char kind) {
    if (!has(4)) return short_data();
    Ref<> items = TRY(read_tuple(number(4)));
    if (kind == '(') return items;
    if (kind == '[') return Ref<>(TRY(to_list(thread_, items)));
    return call(thread_, (kind == '<' ? types.set : types.frozenset)->value(), {items});
  }

  Result<Ref<>> read_dict() {
    Ref<Dict> dict = TRY(Dict::make(thread_));
    for (;;) {
      Ref<> key = TRY(read());
      if (key.value() == Unbound) return Ref<>(std::move(dict));
      Ref<> value = TRY(read());
      TRY(dict->set(thread_, key, value));
    }
  }

  template <class T>
  Result<T*> array(u32 count) {
    if (!has(sizeof(T) * usize{count})) return short_data();
    auto* copy = static_cast<T*>(buffer_allocate(sizeof(T) * usize{count} + 8));
    if (!copy) return raise_memory_error(thread_);
    std::memcpy(static_cast<void*>(copy), data_.data() + at_, sizeof(T) * usize{count});
    at_ += sizeof(T) * usize{count};
    return copy;
  }

  // Constants of code are never counted, so that threads share them freely.
  Result<Ref<>> read_deferred_tuple() {
    Ref<> value = TRY(read());
    if (!is_exact<Tuple>(value)) return bad("bad code");
    Tuple& tuple = as<Tuple>(value);
    for (isize i = 0; i < tuple.length; ++i) {
      const Value item = tuple[i];
      if (item.is_counted() && !is<Code>(item)) {
        make_deferred(item.object());
        tuple.items()[i].initialize(item.object()->value());
      }
    }
    return value;
  }

  Result<Ref<>> read_code() {
    Ref<Code> code = TRY(new_object<Code>(thread_, *types.code));
    std::memset(static_cast<void*>(&code->words), 0, sizeof(Code) - (reinterpret_cast<char*>(&code->words) - reinterpret_cast<char*>(code.get())));
    make_deferred(code.get());
    u32 index = 0;
    for (Field* field : {&code->name, &code->qualified_name, &code->filename, &code->constants, &code->names, &code->local_names,
                         &code->cell_names, &code->free_names}) {
      constexpr u32 kTexts = 3;  // then come tuples, the constants first
      Ref<> value = index == kTexts ? TRY(read_deferred_tuple()) : TRY(read());
      if (index++ < kTexts ? !is_exact<Str>(value) : !is_exact<Tuple>(value)) return bad("bad code");  // of another interpreter, say
      field->store(*code, std::move(value));
    }
    if (!has(13 * 4)) return short_data();
    code->word_count = static_cast<u32>(number(4));
    code->position_count = static_cast<u32>(number(4));
    code->range_count = static_cast<u32>(number(4));
    code->first_line = static_cast<i32>(number(4));
    code->flags = static_cast<u32>(number(4));
    u16* const counts[] = {&code->argument_count, &code->positional_only_count, &code->keyword_only_count, &code->local_count,
                           &code->register_count, &code->cell_count};
    for (u16* count : counts) *count = static_cast<u16>(number(4));
    code->quick_argument_count = static_cast<u16>(number(4));
    code->is_generator = number(4);
    code->words = TRY(array<std::atomic<u64>>(code->word_count));
    code->positions = TRY(array<CodePosition>(code->position_count));
    code->ranges = TRY(array<ExceptionRange>(code->range_count));
    code->cell_registers = TRY(array<u16>(code->cell_count));
    register_code(*code);
    return Ref<>(std::move(code));
  }

  Thread& thread_;
  std::string_view data_;
  usize at_ = 0;
  u32 depth_ = 0;
  RootVector refs_;
};

Result<Ref<>> marshal_dumps(Thread& thread, Value value, Value version) {
  TRY(audit(thread, "marshal.dumps", {value, version == Unbound ? Value::integer(4) : version}));
  Writer writer(thread);
  TRY(writer.write(value));
  return Ref<>(TRY(Bytes::from(thread, writer.out)));
}
Result<Ref<>> marshal_loads(Thread& thread, Value data) {
  Buffer buffer = TRY(get_buffer(thread, data));
  if (has_audit_hooks.load(std::memory_order_relaxed)) {
    Ref<Bytes> bytes = TRY(Bytes::from(thread, buffer.view()));
    TRY(audit(thread, "marshal.loads", {bytes.value()}));
  }
  return unmarshal(thread, buffer.view());
}
Result<void> marshal_dump(Thread& thread, Value value, Value file, Value version) {
  Ref<> data = TRY(marshal_dumps(thread, value, version));
  TRY(call_method(thread, file, names::write(), {data}));
  return {};
}
Result<Ref<>> marshal_load(Thread& thread, Value file) {
  TRY(audit(thread, "marshal.load", {}));
  Ref<> data = TRY(call_method(thread, file, names::read(), {}));
  Buffer buffer = TRY(get_buffer(thread, data));
  Reader reader(thread, buffer.view());
  Ref<> value = TRY(reader.read());
  if (reader.consumed() < buffer.view().size()) {
    const isize back = static_cast<isize>(reader.consumed()) - static_cast<isize>(buffer.view().size());
    TRY(call_method(thread, file, names::seek(), {Value::integer(back), Value::integer(1)}));
  }
  return value;
}

constexpr MethodSpec kFunctions[] = {
    function<marshal_dumps>("dumps(value, version=4, /)", "Return the bytes object that would be written to a file by dump(value, file)."),
    function<marshal_loads>("loads(bytes, /)", "Convert the bytes-like object to a value."),
    function<marshal_dump>("dump(value, file, version=4, /)", "Write the value on the open file."),
    function<marshal_load>("load(file, /)", "Read one value from the open file and return it."),
};

Result<void> initialize(Thread& thread, Module& module) { return add_int_to_module(thread, module, "version", 4); }

}  // namespace

Result<Ref<>> unmarshal(Thread& thread, std::string_view data) {
  Reader reader(thread, data);
  Ref<> value = TRY(reader.read());
  if (value.value() == Unbound) return raise(thread, types.TypeError, "NULL object in marshal data for object");
  return value;
}

Result<std::string> marshal_value(Thread& thread, Value value) {
  Writer writer(thread);
  TRY(writer.write(value));
  return std::move(writer.out);
}

const ModuleSpec kMarshalModule = {"marshal", "Values as bytes, in a format for this machine's compiled-code cache.", kFunctions,
                                   std::size(kFunctions), initialize};

}  // namespace py
