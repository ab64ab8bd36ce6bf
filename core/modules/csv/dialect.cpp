#include "core/modules/csv/dialect.h"

#include "core/modules/csv/registry.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

#include <vector>

namespace py::csv {

Type* dialect_type;
ModuleException error;
const ObjectOps Dialect::kOps = {"csv dialect", visit_fields<Dialect, &Dialect::line_terminator>, release_attributes,
                                 fixed_size};

namespace {

Dialect& self_of(Value self) { return *static_cast<Dialect*>(self.object()); }

// The arguments of Dialect() after the first, and the attributes of a dialect that stand for those not given.
constexpr const char* kNames[] = {"delimiter", "doublequote", "escapechar", "lineterminator",
                                  "quotechar", "quoting",     "skipinitialspace", "strict"};
constexpr usize kCount = std::size(kNames);
enum { kDelimiter, kDoubleQuote, kEscape, kTerminator, kQuote, kQuoting, kSkip, kStrict };

Result<u32> to_character(Thread& thread, const char* name, Value value, u32 otherwise, bool optional) {
  if (value == Unbound) return otherwise;
  if (optional && value.is_none()) return kNotSet;
  if (!is<Str>(value)) {
    return raise(thread, types.TypeError, "\"{}\" must be string{}, not {}", name, optional ? " or None" : "", type_of(value));
  }
  const Str& text = as<Str>(value);
  if (text.length() != 1) return raise(thread, types.TypeError, "\"{}\" must be a 1-character string", name);
  return text[0];
}
Result<bool> to_flag(Thread& thread, Value value, bool otherwise) {
  return value == Unbound ? Result<bool>(otherwise) : is_true(thread, value);
}

Result<Quoting> to_quoting(Thread& thread, Value value) {
  if (value == Unbound) return Quoting::Minimal;
  if (!value.is_int()) return raise(thread, types.TypeError, "\"quoting\" must be an integer, not {}", type_of(value));
  if (value.as_int() < 0 || value.as_int() > static_cast<i64>(Quoting::None)) {
    return raise(thread, types.TypeError, "bad \"quoting\" value");
  }
  return static_cast<Quoting>(value.as_int());
}

// Looks up by name; what is no name is the dialect itself.
Result<Ref<>> resolve(Thread& thread, Value dialect) {
  return is<Str>(dialect) ? registered_dialect(thread, dialect) : Result<Ref<>>(Ref<>::share(dialect));
}

Result<void> fill(Thread& thread, Dialect& self, const Value* values) {
  self.delimiter = TRY(to_character(thread, "delimiter", values[kDelimiter], ',', false));
  self.double_quote = TRY(to_flag(thread, values[kDoubleQuote], true));
  self.escape = TRY(to_character(thread, "escapechar", values[kEscape], kNotSet, true));
  const Value terminator = values[kTerminator];
  if (terminator != Unbound && !terminator.is_none() && !is<Str>(terminator)) {
    return raise(thread, types.TypeError, "\"lineterminator\" must be a string");
  }
  self.quote = TRY(to_character(thread, "quotechar", values[kQuote], '"', true));
  self.quoting = TRY(to_quoting(thread, values[kQuoting]));
  self.skip_initial_space = TRY(to_flag(thread, values[kSkip], false));
  self.strict = TRY(to_flag(thread, values[kStrict], false));
  if (values[kQuote].is_none() && values[kQuoting] == Unbound) self.quoting = Quoting::None;
  if (self.quoting != Quoting::None && self.quote == kNotSet) {
    return raise(thread, types.TypeError, "quotechar must be set if quoting enabled");
  }
  if (terminator.is_none()) return raise(thread, types.TypeError, "lineterminator must be set");
  Ref<> text = terminator == Unbound ? Ref<>(TRY(Str::from_ascii(thread, "\r\n"))) : Ref<>::share(terminator);
  set_fresh(self, self.line_terminator, std::move(text));
  return {};
}

Result<Ref<>> dialect_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound,
                 "(dialect=<unrepresentable>, delimiter=<unrepresentable>, doublequote=<unrepresentable>, "
                 "escapechar=<unrepresentable>, lineterminator=<unrepresentable>, quotechar=<unrepresentable>, "
                 "quoting=<unrepresentable>, skipinitialspace=<unrepresentable>, strict=<unrepresentable>)",
                 arguments);
  Value values[kCount];
  Ref<> kept[kCount];
  bool any_given = false;
  for (usize i = 0; i < kCount; ++i) {
    values[i] = bound[i + 1];
    any_given |= values[i] != Unbound;
  }
  if (bound[0] != Unbound && !bound[0].is_none()) {
    Ref<> dialect = TRY(resolve(thread, bound[0]));
    if (!any_given && type_of(dialect).is_subtype_of(*dialect_type)) return dialect;
    for (usize i = 0; i < kCount; ++i) {
      if (values[i] != Unbound) continue;
      Result<Ref<>> found = get_attribute(thread, dialect, kNames[i]);
      if (found.failed()) {
        clear_pending(thread);
        continue;
      }
      kept[i] = found.take();
      values[i] = kept[i];
    }
  }
  Ref<Dialect> self = TRY(new_object<Dialect>(thread, type));
  TRY(fill(thread, *self, values));
  return Ref<>(std::move(self));
}

Result<Ref<>> character_value(Thread& thread, u32 character) {
  if (character == kNotSet) return Ref<>::adopt(None);
  return Str::from_code_point(thread, character);
}
template <u32 Dialect::*member>
Result<Ref<>> get_character(Thread& thread, Value self) {
  return character_value(thread, self_of(self).*member);
}
template <bool Dialect::*member>
Result<Ref<>> get_flag(Thread&, Value self) {
  return Ref<>::adopt(Value::boolean(self_of(self).*member));
}
Result<Ref<>> get_quoting(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(static_cast<i64>(self_of(self).quoting)));
}
Result<Ref<>> get_terminator(Thread&, Value self) { return self_of(self).line_terminator.load(); }

Result<void> refuse_pickling(Thread& thread, Value self, Rest) {
  return raise(thread, types.TypeError, "cannot pickle {} instances", type_of(self));
}

constexpr MethodSpec kMethods[] = {
    def<refuse_pickling>("__reduce__(*args)", "raises an exception to avoid pickling"),
    def<refuse_pickling>("__reduce_ex__(*args)", "raises an exception to avoid pickling"),
};
constexpr PropertySpec kProperties[] = {
    {"delimiter", nullptr, get_character<&Dialect::delimiter>},
    {"escapechar", nullptr, get_character<&Dialect::escape>},
    {"quotechar", nullptr, get_character<&Dialect::quote>},
    {"lineterminator", nullptr, get_terminator},
    {"quoting", nullptr, get_quoting},
    {"skipinitialspace", nullptr, get_flag<&Dialect::skip_initial_space>},
    {"doublequote", nullptr, get_flag<&Dialect::double_quote>},
    {"strict", nullptr, get_flag<&Dialect::strict>},
};
constexpr TypeSpec kSpec = {.name = "_csv.Dialect",
                            .doc = "CSV dialect\n\nThe options of parsing and generating CSV.",
                            .methods = kMethods,
                            .method_count = std::size(kMethods),
                            .properties = kProperties,
                            .property_count = std::size(kProperties),
                            .slots = {.new_ = dialect_new},
                            .ops = &Dialect::kOps,
                            .size = sizeof(Dialect),
                            .flags = static_cast<u32>(TypeFlag::Subclassable)};

}  // namespace

Result<Ref<>> make_dialect(Thread& thread, Value dialect, Keywords keywords) {
  std::vector<Value> values;
  if (dialect != Unbound) values.push_back(dialect);
  const u32 positional = static_cast<u32>(values.size());
  values.insert(values.end(), keywords.values, keywords.values + keywords.count());
  return call(thread, dialect_type->value(), Arguments{values.data(), positional, keywords.names});
}

Result<void> add_dialect(Thread& thread, Module& module) {
  dialect_type = TRY(add_type_to_module(thread, module, kSpec));
  return {};
}

}  // namespace py::csv
