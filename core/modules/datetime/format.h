// From objects to text: isoformat, strftime, ctime, and the short texts they are built of. Threads: no state.
#pragma once
#include "core/modules/datetime/objects.h"

namespace py::datetime {

// ASCII text of a bounded length, built in place.
class ShortText {
 public:
  std::string_view view() const { return {text_, size_}; }
  void add(std::string_view text) {
    for (char c : text) add(c);
  }
  void add(char c) {
    if (size_ < sizeof text_) text_[size_++] = c;
  }
  // At least `width` digits, filled with `fill` on the left.
  void add_number(int number, int width, char fill = '0');

 private:
  char text_[160];
  usize size_ = 0;
};

void add_date(ShortText& text, CivilDate date);                       // 2000-01-31
void add_offset(ShortText& text, i64 offset, std::string_view separator);  // +01:00, +01:00:30.000500

// How much of the time isoformat(timespec=...) shows.
enum class TimeSpec : u8 { Hours, Minutes, Seconds, Milliseconds, Microseconds };
// ValueError for an unknown name. "auto" shows microseconds if there are any.
Result<TimeSpec> time_spec(Thread& thread, Value name, Clock clock);
void add_clock(ShortText& text, Clock clock, TimeSpec spec);  // 12:30:00.000500
// The offset that the zone of `value` has, with this separator; nothing without one.
Result<void> add_zone_offset(Thread& thread, ShortText& text, Value value, std::string_view separator);

Result<Ref<>> ctime_text(Thread& thread, const Moment& moment);
// time.strftime(format, time_tuple), with the format characters z, Z and f replaced.
Result<Ref<>> strftime(Thread& thread, Value self, Str& format, Value time_tuple, int microsecond);
// __format__ of all three: str() without a format, else self.strftime(format).
Result<Ref<>> format_method(Thread& thread, Value self, Value format);
Result<Str*> format_argument(Thread& thread, const char* method, Value format);

}  // namespace py::datetime
