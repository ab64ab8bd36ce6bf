#include "core/modules/datetime/format.h"

#include "core/base/text/text_builder.h"
#include "core/builtins/sequence_operations.h"

namespace py::datetime {

void ShortText::add_number(int number, int width, char fill) {
  char digits[12];
  int count = 0;
  const bool negative = number < 0;
  unsigned rest = negative ? 0u - static_cast<unsigned>(number) : static_cast<unsigned>(number);
  do {
    digits[count++] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest);
  if (negative) add('-');
  for (int i = count + negative; i < width; ++i) add(fill);
  while (count) add(digits[--count]);
}

void add_date(ShortText& text, CivilDate date) {
  text.add_number(date.year, 4);
  text.add('-');
  text.add_number(date.month, 2);
  text.add('-');
  text.add_number(date.day, 2);
}

void add_offset(ShortText& text, i64 offset, std::string_view separator) {
  text.add(offset < 0 ? '-' : '+');
  const i64 size = offset < 0 ? -offset : offset;
  text.add_number(static_cast<int>(size / kHour), 2);
  text.add(separator);
  text.add_number(static_cast<int>(size / kMinute % 60), 2);
  if (size % kMinute == 0) return;
  text.add(separator);
  text.add_number(static_cast<int>(size / kSecond % 60), 2);
  if (size % kSecond == 0) return;
  text.add('.');
  text.add_number(static_cast<int>(size % kSecond), 6);
}

Result<TimeSpec> time_spec(Thread& thread, Value name, Clock clock) {
  const TimeSpec automatic = clock.microsecond ? TimeSpec::Microseconds : TimeSpec::Seconds;
  if (name == Unbound) return automatic;
  struct Row {
    const char* name;
    TimeSpec spec;
  };
  const Row rows[] = {{"auto", automatic},
                      {"hours", TimeSpec::Hours},
                      {"minutes", TimeSpec::Minutes},
                      {"seconds", TimeSpec::Seconds},
                      {"milliseconds", TimeSpec::Milliseconds},
                      {"microseconds", TimeSpec::Microseconds}};
  for (const Row& row : rows) {
    if (as<Str>(name).equals(row.name)) return row.spec;
  }
  return raise(thread, types.ValueError, "Unknown timespec value");
}

void add_clock(ShortText& text, Clock clock, TimeSpec spec) {
  text.add_number(clock.hour, 2);
  if (spec >= TimeSpec::Minutes) text.add(':'), text.add_number(clock.minute, 2);
  if (spec >= TimeSpec::Seconds) text.add(':'), text.add_number(clock.second, 2);
  if (spec == TimeSpec::Milliseconds) text.add('.'), text.add_number(clock.microsecond / 1000, 3);
  if (spec == TimeSpec::Microseconds) text.add('.'), text.add_number(clock.microsecond, 6);
}

Result<void> add_zone_offset(Thread& thread, ShortText& text, Value value, std::string_view separator) {
  const Offset offset = TRY(utc_offset(thread, zone_of(value), zone_argument(value)));
  if (offset.known) add_offset(text, offset.microseconds, separator);
  return {};
}

Result<Ref<>> ctime_text(Thread& thread, const Moment& moment) {
  constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  ShortText text;
  text.add(kDays[weekday_of(moment.date)]);
  text.add(' ');
  text.add(kMonths[moment.date.month - 1]);
  text.add(' ');
  text.add_number(moment.date.day, 2, ' ');
  text.add(' ');
  add_clock(text, moment.clock, TimeSpec::Seconds);
  text.add(' ');
  text.add_number(moment.date.year, 4);
  return Ref<>(TRY(Str::from_ascii(thread, text.view())));
}

namespace {

// Appends the name of the zone; each "%" in it twice, for strftime comes after.
Result<void> append_zone_name(Thread& thread, Value self, TextBuilder& out) {
  Ref<> name = TRY(zone_name(thread, zone_of(self), zone_argument(self)));
  if (name.value().is_none()) return {};
  Ref<Str> doubled = TRY(Str::from_ascii(thread, "%%"));
  Ref<> escaped = TRY(call_method(thread, name, "replace", {Str::character('%'), doubled.value()}));
  if (!is<Str>(escaped)) return raise(thread, types.TypeError, "tzname.replace() did not return a string");
  out.append(as<Str>(escaped).view());
  return {};
}

}  // namespace

Result<Ref<>> strftime(Thread& thread, Value self, Str& format, Value time_tuple, int microsecond) {
  TextBuilder expanded;
  const TextView text = format.view();
  for (isize i = 0; i < text.length; ++i) {
    const u32 letter = text[i] == '%' && i + 1 < text.length ? text[i + 1] : 0;
    ShortText part;
    if (letter == 'z') {
      TRY(add_zone_offset(thread, part, self, ""));
    } else if (letter == 'f') {
      part.add_number(microsecond, 6);
    } else if (letter == 'Z') {
      TRY(append_zone_name(thread, self, expanded));
    } else {
      expanded.append(text[i]);
      if (letter) expanded.append(letter);
    }
    expanded.append_ascii(part.view().data(), static_cast<isize>(part.view().size()));
    if (letter) ++i;
  }
  Ref<> full = TRY(finish_text(thread, expanded));
  return call_time(thread, "strftime", {full, time_tuple});
}

Result<Str*> format_argument(Thread& thread, const char* method, Value format) {
  if (is<Str>(format)) return &as<Str>(format);
  return raise(thread, types.TypeError, "{}() argument 1 must be str, not {}", method, type_of(format));
}

Result<Ref<>> format_method(Thread& thread, Value self, Value format) {
  Str& text = *TRY(format_argument(thread, "__format__", format));
  if (text.length() == 0) return Ref<>(TRY(to_str(thread, self)));
  return call_method(thread, self, "strftime", {format});
}

}  // namespace py::datetime
