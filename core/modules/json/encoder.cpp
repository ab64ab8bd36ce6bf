// _json.Encoder: from objects to JSON text; and the module.
#include <charconv>
#include <cmath>

#include "core/base/number/float_format.h"
#include "core/builtins/sequence_operations.h"
#include "core/modules/json/json.h"
#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/recursion_guard.h"
#include "core/object/type_system.h"

namespace py::json {

namespace {

// Threads: immutable.
class Encoder final : public Object {
 public:
  Field markers, otherwise, encoder, indent, key_separator, item_separator, sort_keys, skip_keys;
  bool allow_nan, sort, skip;
  static const ObjectOps kOps;
};
const ObjectOps Encoder::kOps = {
    "Encoder",
    visit_fields<Encoder, &Encoder::markers, &Encoder::otherwise, &Encoder::encoder, &Encoder::indent,
                 &Encoder::key_separator, &Encoder::item_separator, &Encoder::sort_keys, &Encoder::skip_keys>,
    release_attributes, fixed_size};

// The containers being encoded, innermost first.
struct Ancestor {
  Value object;
  const Ancestor* outer;
};

// One call of an encoder.
class Encoding {
 public:
  Encoding(Thread& thread, Encoder& encoder) : thread_(thread), encoder_(encoder) {
    check_circular_ = !encoder.markers.peek().is_none();
    builtin_strings_ = is_builtin_encoder(encoder.encoder.peek(), escape_);
    key_separator_ = as<Str>(encoder.key_separator.peek()).view();
    item_separator_ = as<Str>(encoder.item_separator.peek()).view();
  }
  TextBuilder out;

  Result<void> value(Value object, const Ancestor* outer) {
    if (object.is_none()) return append("null");
    if (object == True) return append("true");
    if (object == False) return append("false");
    if (is<Str>(object)) return string(object);
    if (is_integer(object)) return integer(object);
    if (is_float(object)) return real(float_value(object));
    RecursionGuard guard(thread_);
    TRY(guard.check(" while encoding a JSON object"));
    const Ancestor here{object, outer};
    if (is<List>(object) || is<Tuple>(object)) return list(object, here);
    if (is<Dict>(object) && !is<Set>(object)) return dict(object, here);
    TRY(check_circle(here));
    Ref<> replacement = TRY(call(thread_, encoder_.otherwise.peek(), {object}));
    return value(replacement, &here);
  }

 private:
  Result<void> append(const char* text) {
    out.append_ascii(text);
    return {};
  }
  Result<void> check_circle(const Ancestor& here) {
    if (!check_circular_) return {};
    for (const Ancestor* at = here.outer; at; at = at->outer) {
      if (at->object == here.object) return raise(thread_, types.ValueError, "Circular reference detected");
    }
    return {};
  }

  Result<void> string(Value text) {
    if (builtin_strings_) {
      append_literal(as<Str>(text).view(), escape_, out);
      return {};
    }
    Ref<> encoded = TRY(call(thread_, encoder_.encoder.peek(), {text}));
    if (!is<Str>(encoded)) {
      return raise(thread_, types.TypeError, "encoder() must return a string, not {}", type_of(encoded));
    }
    out.append(as<Str>(encoded).view());
    return {};
  }
  Result<void> integer(Value number) {
    if (LIKELY(number.is_int())) {
      char digits[24];
      const char* end = std::to_chars(digits, digits + sizeof digits, number.as_int()).ptr;
      out.append_ascii(digits, end - digits);
      return {};
    }
    Ref<Str> digits = TRY(integer_repr(thread_, number));
    out.append(digits->view());
    return {};
  }
  Result<void> real(double number) {
    if (std::isfinite(number)) {
      const real::ShortText text = real::repr(number);
      out.append_ascii(text.text, text.size);
      return {};
    }
    if (!encoder_.allow_nan)
      return raise(thread_, types.ValueError, "Out of range float values are not JSON compliant");
    return append(std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
  }

  // Item by item: what changes in a list meanwhile shows in the text.
  template <class Sequence>
  Result<void> items_of(Sequence& sequence, const Ancestor& here) {
    for (isize i = 0;; ++i) {
      Ref<> item = item_of(sequence, i);
      if (item.is_empty()) return {};
      if (i) out.append(item_separator_);
      TRY(value(item, &here));
    }
  }
  Result<void> list(Value sequence, const Ancestor& here) {
    const isize length = is<List>(sequence) ? as<List>(sequence).length() : as<Tuple>(sequence).length;
    if (length == 0) return append("[]");
    TRY(check_circle(here));
    out.append('[');
    TRY(is<List>(sequence) ? items_of(as<List>(sequence), here) : items_of(as<Tuple>(sequence), here));
    out.append(']');
    return {};
  }

  // key, value, key, value ...
  Result<Ref<Tuple>> members_of(Value mapping) {
    if (is_exact<Dict>(mapping) && !encoder_.sort) return as<Dict>(mapping).snapshot(thread_, DictPart::Pairs);
    Ref<List> items = TRY(to_list(thread_, TRY(call_method(thread_, mapping, names::items()))));
    if (encoder_.sort) TRY(call_method(thread_, items.value(), names::sort()));
    Ref<Tuple> pairs = TRY(Tuple::allocate(thread_, 2 * items->length()));
    for (isize i = 0; i < items->length() && 2 * i < pairs->length; ++i) {
      const Value pair = items->peek(i);
      if (!is<Tuple>(pair) || as<Tuple>(pair).length != 2)
        return raise(thread_, types.ValueError, "items must return 2-tuples");
      for (isize part = 0; part < 2; ++part) set_fresh(*pairs, pairs->items()[2 * i + part], as<Tuple>(pair)[part]);
    }
    return pairs;
  }
  Result<void> dict(Value mapping, const Ancestor& here) {
    if (as<Dict>(mapping).length() == 0) return append("{}");
    TRY(check_circle(here));
    Ref<Tuple> members = TRY(members_of(mapping));
    out.append('{');
    bool first = true;
    for (isize i = 0; i + 1 < members->length; i += 2) TRY(member((*members)[i], (*members)[i + 1], here, first));
    out.append('}');
    return {};
  }
  Result<void> member(Value key, Value content, const Ancestor& here, bool& first) {
    const bool known = is<Str>(key) || is_integer(key) || is_float(key) || key.is_none();
    if (!known && encoder_.skip) return {};
    if (!known) {
      return raise(thread_, types.TypeError, "keys must be str, int, float, bool or None, not {}", type_of(key));
    }
    if (!first) out.append(item_separator_);
    first = false;
    if (is<Str>(key)) {
      TRY(string(key));
    } else {
      TRY(key_text(key));
    }
    out.append(key_separator_);
    return value(content, &here);
  }
  // A key that is no str is written as a string of its value.
  Result<void> key_text(Value key) {
    Encoding inner(thread_, encoder_);
    TRY(inner.value(key, nullptr));
    Ref<Str> text = TRY(Str::from_view(thread_, inner.out.view()));
    return string(text.value());
  }

  Thread& thread_;
  Encoder& encoder_;
  TextView key_separator_, item_separator_;
  Escape escape_ = Escape::Ascii;
  bool builtin_strings_, check_circular_;
};

Result<Ref<>> encoder_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(
      bound,
      "make_encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
      arguments);
  for (u32 separator : {4u, 5u}) {
    if (is<Str>(bound[separator])) continue;
    return raise(thread, types.TypeError, "make_encoder() argument {} must be str, not {}", separator + 1,
                 type_of(bound[separator]));
  }
  if (!bound[0].is_none() && !is<Dict>(bound[0])) {
    return raise(thread, types.TypeError, "make_encoder() argument 1 must be dict or None, not {}", type_of(bound[0]));
  }
  Ref<Encoder> encoder = TRY(new_object<Encoder>(thread, type));
  encoder->sort = TRY(is_true(thread, bound[6]));
  encoder->skip = TRY(is_true(thread, bound[7]));
  encoder->allow_nan = TRY(is_true(thread, bound[8]));
  Field* fields[] = {&encoder->markers, &encoder->otherwise,     &encoder->encoder,
                     &encoder->indent,  &encoder->key_separator, &encoder->item_separator};
  for (u32 i = 0; i < std::size(fields); ++i) set_fresh(*encoder, *fields[i], bound[i]);
  encoder->sort_keys.initialize(Value::boolean(encoder->sort));
  encoder->skip_keys.initialize(Value::boolean(encoder->skip));
  return Ref<>(std::move(encoder));
}

Result<Ref<>> encoder_call(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "_iterencode(obj, _current_indent_level)", arguments);
  Ref<> keep = Ref<>::share(self), object = Ref<>::share(bound[0]);
  Encoding encoding(thread, *static_cast<Encoder*>(self.object()));
  TRY(encoding.value(object, nullptr));
  if (encoding.out.failed()) return raise_memory_error(thread);
  Ref<Str> text = TRY(Str::from_view(thread, encoding.out.view()));
  return Ref<>(TRY(Tuple::from(thread, {text.value()})));
}

constexpr u32 kFirstField = sizeof(Object) / 8;
constexpr MemberSpec kMembers[] = {{"markers", "markers", kFirstField},
                                   {"default", "default", kFirstField + 1},
                                   {"encoder", "encoder", kFirstField + 2},
                                   {"indent", "indent", kFirstField + 3},
                                   {"key_separator", "key_separator", kFirstField + 4},
                                   {"item_separator", "item_separator", kFirstField + 5},
                                   {"sort_keys", "sort_keys", kFirstField + 6},
                                   {"skipkeys", "skipkeys", kFirstField + 7}};
constexpr TypeSpec kSpec = {.name = "_json.Encoder",
                            .doc = "_iterencode(obj, _current_indent_level) -> iterable",
                            .members = kMembers,
                            .member_count = std::size(kMembers),
                            .slots = {.call = encoder_call, .new_ = encoder_new},
                            .ops = &Encoder::kOps,
                            .size = sizeof(Encoder),
                            .flags = static_cast<u32>(TypeFlag::Subclassable)};

}  // namespace

Result<void> add_encoder(Thread& thread, Module& module) {
  Type& type = make_builtin_type(thread, kSpec);
  finish_builtin_type(thread, type);
  return add_to_module(thread, module, "make_encoder", type.value());
}

namespace {

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_functions_to_module(thread, module, kStringFunctions.data(), kStringFunctions.size()));
  TRY(remember_encoders(thread, module));
  TRY(add_scanner(thread, module));
  return add_encoder(thread, module);
}

}  // namespace

}  // namespace py::json

namespace py {

const ModuleSpec kJsonModule = {"_json", "What the json package does in native code.", nullptr, 0, json::initialize};

}  // namespace py
