#include "core/base/text/format_markup.h"

#include "core/base/text/search.h"
#include "core/base/text/unicode.h"

namespace py::text {

Step MarkupParser::next(Markup& markup) {
  markup = {};
  if (at_ >= text_.length) return Step::End;
  const isize start = at_;
  u32 c = 0;
  while (at_ < text_.length) {
    c = text_[at_++];
    if (c == '{' || c == '}') break;
  }
  const bool is_brace = c == '{' || c == '}';
  const bool at_end = at_ >= text_.length;
  markup.literal = text_.slice(start, at_);
  if (!is_brace) return Step::Found;
  const bool doubled = !at_end && text_[at_] == c;
  if (c == '}' && !doubled) return fail("Single '}' encountered in format string");
  if (c == '{' && at_end) return fail("Single '{' encountered in format string");
  if (doubled) {
    ++at_;
    return Step::Found;
  }
  markup.literal = text_.slice(start, at_ - 1);
  markup.has_field = true;
  return parse_field(markup);
}

Step MarkupParser::parse_field(Markup& markup) {
  const isize start = at_;
  u32 c = 0;
  while (at_ < text_.length) {
    c = text_[at_++];
    if (c == '{') return fail("unexpected '{' in field name");
    if (c == '[') {
      while (at_ < text_.length && text_[at_] != ']') ++at_;
      continue;
    }
    if (c == '}' || c == ':' || c == '!') break;
  }
  if (c != '}' && c != ':' && c != '!') return fail("expected '}' before end of string");
  markup.name = text_.slice(start, at_ - 1);
  if (c == '}') {
    markup.spec = text_.slice(at_, at_);
    return Step::Found;
  }
  if (c == '!') {
    if (at_ >= text_.length) return fail("end of string while looking for conversion specifier");
    markup.conversion = text_[at_++];
    if (at_ < text_.length) {
      c = text_[at_++];
      if (c == '}') {
        markup.spec = text_.slice(at_, at_);
        return Step::Found;
      }
      if (c != ':') return fail("expected ':' after conversion specifier");
    }
  }
  return parse_spec(markup);
}

Step MarkupParser::parse_spec(Markup& markup) {
  const isize start = at_;
  isize depth = 1;
  while (at_ < text_.length) {
    const u32 c = text_[at_++];
    if (c == '{') {
      markup.spec_has_fields = true;
      ++depth;
    } else if (c == '}' && --depth == 0) {
      markup.spec = text_.slice(start, at_ - 1);
      return Step::Found;
    }
  }
  return fail("unmatched '{' in format spec");
}

isize parse_index(TextView name) {
  if (name.length == 0) return kNotAnIndex;
  isize index = 0;
  for (isize i = 0; i < name.length; ++i) {
    const int digit = unicode::decimal_value(name[i]);
    if (digit < 0) return kNotAnIndex;
    if (index > (PTRDIFF_MAX - digit) / 10) return kIndexTooLong;
    index = index * 10 + digit;
  }
  return index;
}

FieldName::FieldName(TextView text) : text_(text), first_end_(0) {
  while (first_end_ < text.length && text[first_end_] != '.' && text[first_end_] != '[') ++first_end_;
  at_ = first_end_;
}

Step FieldName::next(bool& is_attribute, TextView& name) {
  if (at_ >= text_.length) return Step::End;
  const u32 c = text_[at_++];
  const isize start = at_;
  if (c == '.') {
    is_attribute = true;
    while (at_ < text_.length && text_[at_] != '.' && text_[at_] != '[') ++at_;
    name = text_.slice(start, at_);
  } else if (c == '[') {
    is_attribute = false;
    while (at_ < text_.length && text_[at_] != ']') ++at_;
    if (at_ >= text_.length) {
      error_ = "Missing ']' in format string";
      return Step::Error;
    }
    name = text_.slice(start, at_++);
  } else {
    error_ = "Only '.' or '[' may follow ']' in format field specifier";
    return Step::Error;
  }
  if (name.length) return Step::Found;
  error_ = "Empty attribute in format string";
  return Step::Error;
}

}  // namespace py::text
