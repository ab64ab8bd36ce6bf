// str.format, str.format_map and str.__format__ (Library reference, "Format String Syntax"; the grammar itself is in
// core/base/text/format_markup.h).
#include "core/base/number/format_spec.h"
#include "core/base/text/format_markup.h"
#include "core/base/text/search.h"
#include "core/builtins/format_error.h"
#include "core/builtins/str_type.h"
#include "core/object/names.h"

namespace py {

namespace {

// Where field names look: positional and keyword arguments, or a mapping alone.
struct FieldSource {
  Rest positional{};
  Keywords keywords{};
  Value mapping = Empty;  // Empty: str.format()
};

class Formatter {
 public:
  Formatter(Thread& thread, const FieldSource& source) : thread_(thread), source_(source) {}

  Result<void> run(TextView text, int depth, TextBuilder& out) {
    if (depth <= 0) return raise(thread_, types.ValueError, "Max string recursion exceeded");
    text::MarkupParser parser(text);
    text::Markup markup;
    for (;;) {
      const text::Step step = parser.next(markup);
      if (step == text::Step::End) break;
      if (step == text::Step::Error) return raise(thread_, types.ValueError, parser.error());
      out.append(markup.literal);
      if (markup.has_field) TRY(append_field(markup, depth, out));
    }
    if (out.failed()) return raise_memory_error(thread_);
    return {};
  }

 private:
  enum class Numbering : u8 { Unknown, Automatic, Manual };

  Result<void> append_field(const text::Markup& markup, int depth, TextBuilder& out) {
    Ref<> value = TRY(field_value(markup.name));
    if (markup.conversion) value = TRY(converted(markup.conversion, value));
    Ref<Str> spec;
    if (markup.spec_has_fields) {
      TextBuilder expanded;
      TRY(run(markup.spec, depth - 1, expanded));
      spec = TRY(Str::from_view(thread_, expanded.view()));
    } else {
      spec = TRY(Str::from_view(thread_, markup.spec));
    }
    if (is_exact<Str>(value) && spec->length() == 0) {
      out.append(as<Str>(value).view());
      return {};
    }
    Ref<Str> shown = TRY(py::format(thread_, value, spec.value()));
    out.append(shown->view());
    return {};
  }

  Result<Ref<>> converted(u32 conversion, Value value) {
    switch (conversion) {
      case 's': return to_str(thread_, value);
      case 'r': return repr(thread_, value);
      case 'a': return to_ascii(thread_, value);
    }
    if (conversion > 32 && conversion < 127) {
      const char shown[2] = {static_cast<char>(conversion), 0};
      return raise(thread_, types.ValueError, "Unknown conversion specifier {}", shown);
    }
    char text[64];
    std::snprintf(text, sizeof text, "Unknown conversion specifier \\x%x", conversion);
    return raise(thread_, types.ValueError, text);
  }

  Result<isize> index_of(TextView name) {
    const isize index = text::parse_index(name);
    if (index == text::kIndexTooLong) {
      return raise(thread_, types.ValueError, "Too many decimal digits in format string");
    }
    return index;
  }

  // An empty name takes the next argument; the two ways of numbering do not mix.
  Result<isize> number_field(TextView first) {
    const isize index = TRY(index_of(first));
    const bool automatic = first.length == 0;
    if (!automatic && index < 0) return index;
    if (numbering_ == Numbering::Unknown) numbering_ = automatic ? Numbering::Automatic : Numbering::Manual;
    if (numbering_ == Numbering::Manual && automatic) {
      return raise(thread_, types.ValueError, "cannot switch from manual field specification to automatic field numbering");
    }
    if (numbering_ == Numbering::Automatic && !automatic) {
      return raise(thread_, types.ValueError, "cannot switch from automatic field numbering to manual field specification");
    }
    return automatic ? next_index_++ : index;
  }

  Result<Ref<>> field_value(TextView name_text) {
    text::FieldName name(name_text);
    const isize index = TRY(number_field(name.first()));
    Ref<> value = index < 0 ? TRY(named_argument(name.first())) : TRY(positional_argument(index));
    bool is_attribute;
    TextView part;
    for (;;) {
      const text::Step step = name.next(is_attribute, part);
      if (step == text::Step::End) return value;
      if (step == text::Step::Error) return raise(thread_, types.ValueError, name.error());
      Ref<Str> part_name = TRY(Str::from_view(thread_, part));
      if (is_attribute) {
        value = TRY(get_attribute(thread_, value, *part_name));
        continue;
      }
      const isize item = TRY(index_of(part));
      value = item < 0 ? TRY(get_item(thread_, value, part_name.value()))
                       : TRY(get_item(thread_, value, Value::integer(item)));
    }
  }

  Result<Ref<>> positional_argument(isize index) {
    if (!source_.mapping.is_empty()) {
      return raise(thread_, types.ValueError, "Format string contains positional fields");
    }
    if (index < static_cast<isize>(source_.positional.count)) return Ref<>::share(source_.positional.values[index]);
    return raise(thread_, types.IndexError, "Replacement index {} out of range for positional args tuple", index);
  }

  Result<Ref<>> named_argument(TextView name) {
    for (u32 i = 0; source_.mapping.is_empty() && i < source_.keywords.count(); ++i) {
      if (text::equal(as<Str>((*source_.keywords.names)[i]).view(), name)) {
        return Ref<>::share(source_.keywords.values[i]);
      }
    }
    Ref<Str> key = TRY(Str::from_view(thread_, name));
    if (source_.mapping.is_empty()) return raise_key_error(thread_, key.value());
    return get_item(thread_, source_.mapping, key.value());
  }

  Thread& thread_;
  const FieldSource& source_;
  Numbering numbering_ = Numbering::Unknown;
  isize next_index_ = 0;
};

Result<Ref<>> formatted(Thread& thread, Str& self, const FieldSource& source) {
  Formatter formatter(thread, source);
  TextBuilder out;
  TRY(formatter.run(self.view(), 2, out));
  return Str::from_view(thread, out.view());
}

}  // namespace

Result<Ref<>> str_format(Thread& thread, Str& self, Rest positional, Keywords keywords) {
  FieldSource source;
  source.positional = positional;
  source.keywords = keywords;
  return formatted(thread, self, source);
}

Result<Ref<>> str_format_map(Thread& thread, Str& self, Value mapping) {
  FieldSource source;
  source.mapping = mapping;
  return formatted(thread, self, source);
}

Result<Ref<>> str___format__(Thread& thread, Str& self, Str& spec) {
  if (spec.length() == 0) return to_str(thread, self.value());
  TextBuilder out;
  FormatError error;
  const std::string name(type_of(self.value()).name_view());
  if (!format_text(self.view(), spec.view(), name.c_str(), out, error)) return raise_format_error(thread, error);
  return Str::from_view(thread, out.view());
}

}  // namespace py
