#include "core/builtins/number_slots.h"

#include "core/base/text/codec.h"
#include "threading/sync/mutex.h"

#include <clocale>
#include <cstring>

namespace py {

namespace {
Mutex locale_mutex;
}

LocaleHolder::LocaleHolder(TextView spec) {
  if (spec.length == 0 || spec[spec.length - 1] != 'n') return;
  MutexGuard guard(locale_mutex);
  const lconv* conventions = std::localeconv();
  if (!codec::append_utf8(point_, conventions->decimal_point, static_cast<isize>(std::strlen(conventions->decimal_point)))) {
    return;
  }
  if (!codec::append_utf8(separator_, conventions->thousands_sep,
                          static_cast<isize>(std::strlen(conventions->thousands_sep)))) {
    return;
  }
  grouping_ = conventions->grouping;
  numbers_ = {point_.view(), separator_.view(), grouping_.c_str()};
}

}  // namespace py
