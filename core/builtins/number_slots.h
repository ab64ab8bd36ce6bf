// What the number types share: the locale for the format type 'n'. Threads: localeconv() is read under a lock and copied.
#pragma once
#include "core/base/number/format_spec.h"
#include "core/base/text/text_builder.h"

#include <string>

namespace py {

// The separators of the current C locale, looked up only when the specification asks for them.
class LocaleHolder {
 public:
  explicit LocaleHolder(TextView spec);
  const LocaleNumbers& numbers() const { return numbers_; }

 private:
  LocaleNumbers numbers_;
  TextBuilder point_, separator_;
  std::string grouping_;
};

}  // namespace py
