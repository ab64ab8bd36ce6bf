#include "core/modules/datetime/iso_parse.h"

namespace py::datetime {

namespace {

bool is_digit(u32 c) { return c - '0' < 10; }

// Reads a text from left to right.
struct Reader {
  TextView text;
  isize at = 0;

  bool at_end() const { return at >= text.length; }
  u32 peek() const { return at_end() ? 0 : text[at]; }
  bool skip(u32 letter) {
    if (at_end() || text[at] != letter) return false;
    ++at;
    return true;
  }
  // Exactly so many digits.
  bool number(int digits, int& result) {
    if (text.length - at < digits) return false;
    result = 0;
    for (int i = 0; i < digits; ++i, ++at) {
      if (!is_digit(text[at])) return false;
      result = result * 10 + static_cast<int>(text[at] - '0');
    }
    return true;
  }
};

bool parse_week(Reader& reader, bool dashes, int year, CivilDate& date) {
  IsoDate iso{year, 1, 1};
  if (!reader.number(2, iso.week)) return false;
  if (!reader.at_end()) {
    if (dashes && !reader.skip('-')) return false;
    if (!reader.number(1, iso.weekday)) return false;
  }
  return from_iso(iso, date) == IsoProblem::None;
}

// What is left when a clock was read. Python tolerates it before an offset.
enum class Rest : u8 { Nothing, Something };

// Digits after the decimal mark; those beyond the sixth are dropped.
bool parse_fraction(Reader& reader, int& microsecond, Rest& rest) {
  const isize left = reader.text.length - reader.at;
  const int digits = left < 6 ? static_cast<int>(left) : 6;
  if (!reader.number(digits, microsecond)) return false;
  for (int i = digits; i < 6; ++i) microsecond *= 10;
  while (is_digit(reader.peek())) ++reader.at;
  rest = digits > 0 && reader.at_end() ? Rest::Nothing : Rest::Something;
  return true;
}

// HH[:MM[:SS[.ffffff]]], with or without the colons.
bool parse_clock(TextView text, Clock& clock, Rest& rest) {
  Reader reader{text};
  int* const fields[] = {&clock.hour, &clock.minute, &clock.second};
  bool colons = true;
  rest = Rest::Nothing;
  for (int i = 0; i < 3; ++i) {
    if (!reader.number(2, *fields[i])) return false;
    if (reader.at_end()) return true;
    const u32 next = reader.peek();
    if (i == 0) colons = next == ':';
    if (reader.at + 1 >= text.length) {
      rest = Rest::Something;
      return next < 0x80;
    }
    if (colons && next == ':') {
      ++reader.at;
    } else if (next == '.' || next == ',') {
      ++reader.at;
      break;
    } else if (colons) {
      return false;
    }
  }
  return parse_fraction(reader, clock.microsecond, rest);
}

}  // namespace

bool parse_iso_date(TextView text, CivilDate& date) {
  Reader reader{text};
  if (!reader.number(4, date.year)) return false;
  const bool dashes = reader.skip('-');
  if (reader.skip('W')) return parse_week(reader, dashes, date.year, date);
  if (!reader.number(2, date.month)) return false;
  if (dashes && !reader.skip('-')) return false;
  return reader.number(2, date.day);
}

bool parse_iso_time(TextView text, IsoTime& time) {
  isize zone = 0;
  while (zone < text.length && text[zone] != '+' && text[zone] != '-' && text[zone] != 'Z') ++zone;
  Rest rest;
  if (!parse_clock(text.slice(0, zone), time.clock, rest)) return false;
  if (zone == text.length) return rest == Rest::Nothing;
  time.has_offset = true;
  if (text[zone] == 'Z') return zone + 1 == text.length;
  Clock offset;
  if (!parse_clock(text.slice(zone + 1, text.length), offset, rest) || rest == Rest::Something) return false;
  const int sign = text[zone] == '-' ? -1 : 1;
  time.offset_fraction = sign * offset.microsecond;
  time.offset = sign * (offset.total() - offset.microsecond);
  return true;
}

isize iso_date_end(TextView text) {
  if (text.length < 7) return -1;
  if (text.length == 7) return 7;
  if (text[4] == '-') {
    if (text[5] != 'W') return 10;
    if (text.length == 8 || text[8] != '-') return 8;
    if (text.length == 9) return -1;
    // Between YYYY-Www-D and YYYY-Www followed by "-HH": one digit is a weekday, two are an hour.
    return text.length > 10 && is_digit(text[10]) ? 8 : 10;
  }
  if (text[4] != 'W') return 8;
  isize digits_end = 7;
  while (digits_end < text.length && is_digit(text[digits_end])) ++digits_end;
  if (digits_end < 9) return digits_end;
  return digits_end % 2 == 0 ? 7 : 8;
}

Result<Ref<>> iso_zone(Thread& thread, const IsoTime& time) {
  if (!time.has_offset) return Ref<>::adopt(None);
  if (time.offset == 0) return Ref<>::share(utc.peek());
  Ref<> delta = TRY(make_delta(thread, time.offset + time.offset_fraction));
  return call(thread, zone_type->value(), {delta});
}

}  // namespace py::datetime
