// The type str: construction and operators. Methods are in str_methods.cpp, formatting in str_percent.cpp and
// str_format.cpp.
#include "core/builtins/str_type.h"

#include "core/base/text/repr.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/bytes_like.h"
#include "core/builtins/index_iterator.h"
#include "core/builtins/text_changes.h"
#include "core/object/allocate.h"
#include "core/object/codec_registry.h"
#include "core/object/names.h"

namespace py {

Result<Ref<>> make_str_of(Thread& thread, Type& type, Str& text) {
  const usize content = static_cast<usize>(text.length()) * text.width();
  const usize bytes = (sizeof(Str) + content + 7) & ~usize{7};
  const bool has_dict = type.has(TypeFlag::HasDict);
  Ref<Str> copy = TRY(allocate<Str>(thread, type, bytes + (has_dict ? 8 : 0)));
  copy->hash_cache.store(text.hash_cache.load(std::memory_order_relaxed), std::memory_order_relaxed);
  copy->length_and_form = text.length_and_form & ~u64{16};
  std::memcpy(copy->data(), text.data(), content);
  if (has_dict) reinterpret_cast<Field*>(reinterpret_cast<char*>(copy.get()) + bytes)->initialize(Empty);
  return Ref<>(std::move(copy));
}

namespace {

Result<Ref<>> decoded(Thread& thread, Value object, Value encoding, Value errors) {
  const char* const names[] = {"encoding", "errors"};
  const Value options[] = {encoding, errors};
  for (int i = 0; i < 2; ++i) {
    if (options[i] == Unbound || is<Str>(options[i])) continue;
    return raise(thread, types.TypeError, "str() argument '{}' must be str, not {}", names[i], type_of(options[i]));
  }
  if (object == Unbound) return Ref<>::share(Str::empty().value());
  if (is<Str>(object)) return raise(thread, types.TypeError, "decoding str is not supported");
  if (!has_buffer(object)) {
    return raise(thread, types.TypeError, "decoding to str: need a bytes-like object, {} found", type_of(object));
  }
  Str* encoding_name = encoding == Unbound ? nullptr : &as<Str>(encoding);
  return decode_text(thread, object, encoding_name, errors == Unbound ? nullptr : &as<Str>(errors));
}

Result<Ref<>> str_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "str(object='', encoding='utf-8', errors='strict')", arguments);
  Ref<> text;
  if (bound[1] == Unbound && bound[2] == Unbound) {
    text = bound[0] == Unbound ? Ref<>::share(Str::empty().value()) : Ref<>(TRY(to_str(thread, bound[0])));
  } else {
    text = TRY(decoded(thread, bound[0], bound[1], bound[2]));
  }
  if (&type == types.str) return text;
  return make_str_of(thread, type, as<Str>(text));
}

Result<Ref<>> str_repr(Thread& thread, Value self) {
  const TextView view = as<Str>(self).view();
  if (view.ascii && text::is_plain_ascii(view)) {
    Ref<Str> shown = TRY(Str::allocate(thread, view.length + 2, 1, true));
    char* out = static_cast<char*>(shown->data());
    out[0] = out[view.length + 1] = '\'';
    std::memcpy(out + 1, view.data, static_cast<usize>(view.length));
    return Ref<>(std::move(shown));
  }
  TextBuilder builder;
  if (!text::repr_text(view, builder)) return raise_memory_error(thread);
  return Str::from_view(thread, builder.view());
}

Result<Ref<>> str_str(Thread& thread, Value self) { return StrKind::unchanged(thread, as<Str>(self)); }

Result<i64> str_hash(Thread&, Value self) { return static_cast<i64>(as<Str>(self).hash()); }

Result<Ref<>> str_compare(Thread&, Value left, Value right, CompareOp op) {
  if (!is<Str>(left) || !is<Str>(right)) return Ref<>::adopt(NotImplemented);
  return Ref<>::adopt(Value::boolean(as<Str>(left).compares(as<Str>(right), op)));
}

Result<isize> str_length(Thread&, Value self) { return as<Str>(self).length(); }

Result<Ref<>> str_get_item(Thread& thread, Value self, Value key) {
  Str& text = as<Str>(self);
  if (is<Slice>(key)) return TextChanges<StrKind>::slice(thread, text, as<Slice>(key));
  isize index = TRY(sequence_index(thread, key, "string indices must be integers, not '{}'"));
  if (index < 0) index += text.length();
  if (index < 0 || index >= text.length()) return raise(thread, types.IndexError, "string index out of range");
  return Str::from_code_point(thread, text[index]);
}

Result<bool> str_contains(Thread& thread, Value self, Value item) {
  if (!is<Str>(item)) {
    return raise(thread, types.TypeError, "'in <string>' requires string as left operand, not {}", type_of(item));
  }
  return text::find(as<Str>(self).view(), as<Str>(item).view()) >= 0;
}

Result<Ref<>> str_add(Thread& thread, Value left, Value right) {
  if (!is<Str>(left)) return Ref<>::adopt(NotImplemented);
  if (!is<Str>(right)) {
    Type& type = type_of(right);
    if (type.slots.binary[static_cast<u8>(BinaryOp::add)] && type.has(TypeFlag::Heap)) return Ref<>::adopt(NotImplemented);
    return raise(thread, types.TypeError, "can only concatenate str (not \"{}\") to str", type);
  }
  Str& a = as<Str>(left);
  Str& b = as<Str>(right);
  if (b.length() == 0) return StrKind::unchanged(thread, a);
  if (a.length() == 0) return StrKind::unchanged(thread, b);
  return Str::concatenate(thread, a, b);
}

Result<Ref<>> str_multiply(Thread& thread, Value left, Value right) {
  return TextChanges<StrKind>::multiply(thread, left, right);
}

Result<Ref<>> str_remainder(Thread& thread, Value left, Value right) {
  if (!is<Str>(left)) return Ref<>::adopt(NotImplemented);
  return percent_format(thread, as<Str>(left), right);
}

Result<Ref<>> str_iter(Thread& thread, Value self) { return make_index_iterator(thread, *types.str_iterator, self); }

Result<Ref<>> character_at(Thread& thread, Value self, isize index) {
  Str& text = as<Str>(self);
  if (index >= text.length()) return Ref<>::adopt(Done);
  return Str::from_code_point(thread, text[index]);
}

}  // namespace

const TypeSpec str_spec = {
    .name = "str",
    .doc = "str(object='') -> str\n"
           "str(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
           "The object as text, by its __str__() or else its repr(). Given an encoding or an error handler, the text "
           "that\n"
           "a bytes-like object holds; UTF-8 and 'strict' are what is left out.",
    .methods = kStrMethods.data(),
    .method_count = kStrMethods.size(),
    .slots = {.repr = str_repr,
              .str = str_str,
              .hash = str_hash,
              .compare = str_compare,
              .iter = str_iter,
              .new_ = str_new,
              .length = str_length,
              .get_item = str_get_item,
              .contains = str_contains,
              .binary = {str_add, nullptr, str_multiply, nullptr, nullptr, nullptr, str_remainder}},
    .ops = &Str::kOps,
    .size = ~0u,
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsStr),
};

const TypeSpec str_iterator_spec = {
    .name = "str_iterator",
    .doc = nullptr,
    .methods = kIndexIteratorMethods.data(),
    .method_count = kIndexIteratorMethods.size(),
    .slots = {.iter = iterate_self, .next = index_iterator_next<character_at>},
    .ops = &IndexIterator::kOps,
    .size = sizeof(IndexIterator),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

}  // namespace py
