// The loop over the instructions, and those that only move things on the stack.
#include "core/builtins/sequence_operations.h"
#include "core/modules/pickle/loader.h"
#include "core/object/number.h"

namespace py::pickle {

Failure Loader::underflow() {
  return raise(thread_, unpickling_error, marks_.empty() ? "unpickling stack underflow" : "unexpected MARK found");
}
Result<Ref<>> Loader::pop() {
  if (height() <= fence()) return underflow();
  return stack_->pop(thread_, height() - 1);
}
Result<Ref<>> Loader::top(isize below) {
  if (height() - below <= fence()) return underflow();
  return item_of(*stack_, height() - 1 - below);
}
Result<isize> Loader::pop_mark() {
  if (marks_.empty()) return raise(thread_, unpickling_error, "could not find MARK");
  const isize start = marks_.back();
  marks_.pop_back();
  return start;
}
Result<Ref<List>> Loader::pop_list(isize start) {
  Ref<List> items = TRY(stack_->copy(thread_, start, height()));
  TRY(stack_->splice(thread_, start, height(), nullptr, 0));
  return items;
}
Result<Ref<Tuple>> Loader::pop_tuple(isize start) {
  const isize length = height() - start;
  if (length == 0) return Ref<Tuple>::share(&Tuple::empty());
  if (LIKELY(!stack_->is_shared())) {  // then the references move
    stack_->size.store(start, std::memory_order_relaxed);
    Field* slots = stack_->block.load(std::memory_order_relaxed)->slots;
    return Tuple::adopt(thread_, reinterpret_cast<Value*>(slots + start), length);
  }
  Ref<Tuple> items = TRY(Tuple::allocate(thread_, length));
  for (isize i = 0; i < length; ++i) items->items()[i].initialize(item_of(*stack_, start + i));
  TRY(stack_->splice(thread_, start, height(), nullptr, 0));
  return items;
}
Result<void> Loader::drop() {
  if (!marks_.empty() && marks_.back() == height()) return marks_.pop_back(), Result<void>();
  TRY(pop());
  return {};
}
Result<void> Loader::duplicate() {
  Ref<> value = TRY(top());
  return push(std::move(value));
}

Result<void> Loader::set_protocol() {
  const u8 protocol = TRY(input_.number<u8>());
  if (protocol > kHighestProtocol) {
    return raise(thread_, types.ValueError, "unsupported pickle protocol: {}", int{protocol});
  }
  unpickler_.protocol = protocol;
  return {};
}

Result<void> Loader::get(u64 index) {
  Ref<> value = TRY(memo_item(thread_, unpickler_, index));
  if (value.is_empty()) return raise(thread_, unpickling_error, "Memo value not found at index {}", index);
  return push(std::move(value));
}
Result<void> Loader::put(u64 index) {
  Ref<> value = TRY(top());
  return set_memo_item(thread_, unpickler_, index, value);
}
Result<u64> Loader::text_index(const char* what) {
  Ref<> number = TRY(parse_int(TRY(argument_line()), 10));
  const isize index = TRY(to_isize(thread_, number));
  if (index < 0 && what) return raise(thread_, types.ValueError, "negative {} argument", what);
  if (index < 0) return raise(thread_, unpickling_error, "Memo value not found at index {}", index);
  return static_cast<u64>(index);
}

Result<Ref<>> Loader::run() {
  for (;;) {
    const u8 code = TRY(input_.opcode());
    if (code == static_cast<u8>(Opcode::Stop)) break;
    TRY(execute(code));
  }
  Ref<> result = TRY(pop());
  TRY(input_.finish());
  return result;
}

Result<void> Loader::execute(u8 code) {
  switch (static_cast<Opcode>(code)) {
    case Opcode::Mark: return marks_.push_back(height()), Result<void>();
    case Opcode::Pop: return drop();
    case Opcode::PopMark: {
      const isize start = TRY(pop_mark());
      return stack_->splice(thread_, start, height(), nullptr, 0);
    }
    case Opcode::Dup: return duplicate();
    case Opcode::Proto: return set_protocol();
    case Opcode::Frame: {
      const u64 size = TRY(input_.number<u64>());
      if (size > PTRDIFF_MAX) {
        return raise(thread_, types.OverflowError, "FRAME length exceeds system's maximum of {} bytes", i64{PTRDIFF_MAX});
      }
      return input_.frame(size);
    }

    case Opcode::None: return push(None);
    case Opcode::NewTrue: return push(True);
    case Opcode::NewFalse: return push(False);
    case Opcode::Int: return load_int_text();
    case Opcode::Long: return load_long_text();
    case Opcode::BinInt: return push(Value::integer(TRY(input_.number<i32>())));
    case Opcode::BinInt1: return push(Value::integer(TRY(input_.number<u8>())));
    case Opcode::BinInt2: return push(Value::integer(TRY(input_.number<u16>())));
    case Opcode::Long1: return load_long(TRY(input_.number<u8>()));
    case Opcode::Long4: return load_long(TRY(input_.number<i32>()));
    case Opcode::Float: return load_float_text();
    case Opcode::BinFloat: return load_float();

    case Opcode::ShortBinBytes: return load_bytes(TRY(input_.number<u8>()));
    case Opcode::BinBytes: return load_bytes(TRY(input_.number<u32>()));
    case Opcode::BinBytes8: return load_bytes(TRY(input_.number<u64>()));
    case Opcode::ByteArray8: return load_bytearray(TRY(input_.number<u64>()));
    case Opcode::NextBuffer: return load_next_buffer();
    case Opcode::ReadOnlyBuffer: return make_top_read_only();
    case Opcode::String: return load_string_text();
    case Opcode::ShortBinString: return load_string(TRY(input_.number<u8>()));
    case Opcode::BinString: return load_string(TRY(input_.number<u32>()));
    case Opcode::Unicode: return load_unicode_text();
    case Opcode::ShortBinUnicode: return load_unicode(TRY(input_.number<u8>()));
    case Opcode::BinUnicode: return load_unicode(TRY(input_.number<u32>()));
    case Opcode::BinUnicode8: return load_unicode(TRY(input_.number<u64>()));

    case Opcode::EmptyTuple: return push(Tuple::empty().value());
    case Opcode::Tuple: return load_tuple(TRY(pop_mark()));
    case Opcode::Tuple1: return load_short_tuple(1);
    case Opcode::Tuple2: return load_short_tuple(2);
    case Opcode::Tuple3: return load_short_tuple(3);
    case Opcode::EmptyList: return push(Ref<>(TRY(List::make(thread_))));
    case Opcode::List: return load_list();
    case Opcode::EmptyDict: return push(Ref<>(TRY(Dict::make(thread_))));
    case Opcode::Dict: return load_dict();
    case Opcode::EmptySet: return push(Ref<>(TRY(Set::make_set(thread_, *types.set))));
    case Opcode::FrozenSet: return load_frozenset();
    case Opcode::Append: return append(height() - 1);
    case Opcode::Appends: return append(TRY(pop_mark()));
    case Opcode::SetItem: return set_items(height() - 2);
    case Opcode::SetItems: return set_items(TRY(pop_mark()));
    case Opcode::AddItems: return add_items();

    case Opcode::Global: return load_global();
    case Opcode::StackGlobal: return load_stack_global();
    case Opcode::Ext1: return load_extension(TRY(input_.number<u8>()));
    case Opcode::Ext2: return load_extension(TRY(input_.number<u16>()));
    case Opcode::Ext4: return load_extension(TRY(input_.number<i32>()));
    case Opcode::Inst: return load_instance();
    case Opcode::Obj: return load_object();
    case Opcode::NewObj: return load_new_object(false);
    case Opcode::NewObjEx: return load_new_object(true);
    case Opcode::Reduce: return reduce();
    case Opcode::Build: return build();
    case Opcode::PersId: return load_persistent_text();
    case Opcode::BinPersId: {
      TRY(persistent_load());
      Ref<> id = TRY(pop());
      return load_persistent(id);
    }

    case Opcode::Get: return get(TRY(text_index(nullptr)));
    case Opcode::BinGet: return get(TRY(input_.number<u8>()));
    case Opcode::LongBinGet: return get(TRY(input_.number<u32>()));
    case Opcode::Put: return put(TRY(text_index("PUT")));
    case Opcode::BinPut: return put(TRY(input_.number<u8>()));
    case Opcode::LongBinPut: return put(TRY(input_.number<u32>()));
    case Opcode::Memoize: return put(static_cast<u64>(memo_size(unpickler_)));
    case Opcode::Stop: break;
  }
  char shown[8];
  const bool plain = code >= 0x20 && code <= 0x7E && code != '\'' && code != '\\';
  std::snprintf(shown, sizeof shown, plain ? "%c" : "\\x%02x", code);
  return raise(thread_, unpickling_error, "invalid load key, '{}'.", static_cast<const char*>(shown));
}

}  // namespace py::pickle
