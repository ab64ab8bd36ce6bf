// `_string`: the parsers of str.format, for string.Formatter.
#include "core/base/text/format_markup.h"
#include "core/modules/registry.h"
#include "core/object/sequence.h"

namespace py {

namespace {

Result<Ref<>> parse_markup(Thread& thread, Str& text, List& fields) {
  text::MarkupParser parser(text.view());
  text::Markup markup;
  for (;;) {
    const text::Step step = parser.next(markup);
    if (step == text::Step::End) return iterate(thread, fields.value());
    if (step == text::Step::Error) return raise(thread, types.ValueError, std::string_view(parser.error()));
    Ref<Str> literal = TRY(Str::from_view(thread, markup.literal));
    Ref<> name = Ref<>::adopt(None), spec = Ref<>::adopt(None), conversion = Ref<>::adopt(None);
    if (markup.has_field) {
      name = TRY(Str::from_view(thread, markup.name));
      spec = TRY(Str::from_view(thread, markup.spec));
      if (markup.conversion) conversion = TRY(Str::from_code_point(thread, markup.conversion));
    }
    Ref<> row = TRY(Tuple::from(thread, {literal.value(), name, spec, conversion}));
    TRY(fields.append(thread, std::move(row)));
  }
}

Result<Ref<>> formatter_parser(Thread& thread, Str& text) {
  Ref<List> fields = TRY(List::make(thread));
  return parse_markup(thread, text, *fields);
}

// An index as an int, any other name as a str.
Result<Ref<>> name_value(Thread& thread, TextView name) {
  const isize index = text::parse_index(name);
  if (index == text::kIndexTooLong) return raise(thread, types.ValueError, "Too many decimal digits in format string");
  if (index >= 0) return Ref<>::adopt(Value::integer(index));
  return Str::from_view(thread, name);
}

Result<Ref<>> formatter_field_name_split(Thread& thread, Str& text) {
  text::FieldName name(text.view());
  Ref<> first = TRY(name_value(thread, name.first()));
  Ref<List> rest = TRY(List::make(thread));
  bool is_attribute;
  TextView part;
  for (;;) {
    const text::Step step = name.next(is_attribute, part);
    if (step == text::Step::End) break;
    if (step == text::Step::Error) return raise(thread, types.ValueError, std::string_view(name.error()));
    Ref<> value = is_attribute ? Ref<>(TRY(Str::from_view(thread, part))) : TRY(name_value(thread, part));
    Ref<> row = TRY(Tuple::from(thread, {Value::boolean(is_attribute), value}));
    TRY(rest->append(thread, std::move(row)));
  }
  Ref<> iterator = TRY(iterate(thread, rest.value()));
  return Tuple::from(thread, {first, iterator});
}

constexpr MethodSpec kFunctions[] = {
    function<formatter_parser>("formatter_parser(string, /)", "Parse the argument as a format string."),
    function<formatter_field_name_split>("formatter_field_name_split(string, /)", "Split the argument as a field name."),
};

}  // namespace

const ModuleSpec kStringModule = {"_string", "string helper module", kFunctions, std::size(kFunctions)};

}  // namespace py
