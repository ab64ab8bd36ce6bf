#include "core/modules/datetime/gregorian.h"

namespace py::datetime {

namespace {

constexpr int kDaysBefore[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
constexpr i32 kDaysIn400Years = 146097;

int days_before_month(int year, int month) { return kDaysBefore[month] + (month > 2 && is_leap(year)); }
i32 days_before_year(int year) {
  const int past = year - 1;
  return past * 365 + past / 4 - past / 100 + past / 400;
}
// The Monday that starts week 1: the week that has the year's first Thursday.
i32 first_monday(int year) {
  const i32 new_year = days_before_year(year) + 1;
  const int weekday = (new_year + 6) % 7;
  return new_year - weekday + (weekday > 3 ? 7 : 0);
}

}  // namespace

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(int year, int month) {
  return kDaysBefore[month + 1] - kDaysBefore[month] + (month == 2 && is_leap(year));
}
int day_of_year(CivilDate date) { return days_before_month(date.year, date.month) + date.day; }
i32 to_ordinal(CivilDate date) { return days_before_year(date.year) + day_of_year(date); }

CivilDate from_ordinal(i32 ordinal) {
  const i32 days = ordinal - 1;
  // An estimate that is never too late, and at most a year too early.
  int year = static_cast<int>(i64{days} * 400 / kDaysIn400Years) + 1;
  if (days_before_year(year + 1) <= days) ++year;
  if (days_before_year(year) > days) --year;
  const int rest = days - days_before_year(year);
  int month = rest / 32 + 1;
  if (days_before_month(year, month) + days_in_month(year, month) <= rest) ++month;
  return {year, month, rest - days_before_month(year, month) + 1};
}

int weekday_of(CivilDate date) { return ((to_ordinal(date) + 6) % 7 + 7) % 7; }

IsoDate to_iso(CivilDate date) {
  const i32 ordinal = to_ordinal(date);
  int year = date.year;
  if (ordinal < first_monday(year)) {
    --year;
  } else if (ordinal >= first_monday(year + 1)) {
    ++year;
  }
  const i32 days = ordinal - first_monday(year);
  return {year, days / 7 + 1, days % 7 + 1};
}

IsoProblem from_iso(IsoDate date, CivilDate& result) {
  if (date.year < kMinYear || date.year > kMaxYear) return IsoProblem::Year;
  const i32 start = first_monday(date.year);
  const i32 weeks = (first_monday(date.year + 1) - start) / 7;
  if (date.week < 1 || date.week > weeks) return IsoProblem::Week;
  if (date.weekday < 1 || date.weekday > 7) return IsoProblem::Weekday;
  result = from_ordinal(start + (date.week - 1) * 7 + date.weekday - 1);
  return IsoProblem::None;
}

}  // namespace py::datetime
