// The grammar of str.format(): literal text, replacement fields {name!conversion:spec}, and field names a.b[c].
// Library reference, "Format String Syntax". Errors are ValueErrors with CPython's text. Threads: owner only.
#pragma once
#include "core/base/text/text_view.h"

namespace py::text {

// A run of literal text and the field after it, if there is one.
struct Markup {
  TextView literal;
  bool has_field = false;
  TextView name;
  TextView spec;
  bool spec_has_fields = false;
  u32 conversion = 0;  // 0: none
};

enum class Step : u8 { Found, End, Error };

class MarkupParser {
 public:
  explicit MarkupParser(TextView text) : text_(text) {}
  Step next(Markup& markup);
  const char* error() const { return error_; }

 private:
  Step fail(const char* error) {
    error_ = error;
    return Step::Error;
  }
  Step parse_field(Markup& markup);
  Step parse_spec(Markup& markup);

  TextView text_;
  isize at_ = 0;
  const char* error_ = nullptr;
};

// The digits of an index; -1: something else. Too many digits is an error.
inline constexpr isize kNotAnIndex = -1;
inline constexpr isize kIndexTooLong = -2;
isize parse_index(TextView name);

// The parts of a field name: first what stands before any '.' or '[', then attributes and items.
class FieldName {
 public:
  explicit FieldName(TextView text);
  TextView first() const { return text_.slice(0, first_end_); }
  Step next(bool& is_attribute, TextView& name);
  const char* error() const { return error_; }

 private:
  TextView text_;
  isize first_end_;
  isize at_;
  const char* error_ = nullptr;
};

}  // namespace py::text
