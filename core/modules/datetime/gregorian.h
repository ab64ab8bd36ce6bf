// The proleptic Gregorian calendar of years 1 to 9999: days as ordinals (1 January of year 1 is day 1) and ISO weeks.
// Threads: pure functions.
#pragma once
#include "core/base/types.h"

namespace py::datetime {

inline constexpr int kMinYear = 1, kMaxYear = 9999;
inline constexpr i32 kMaxOrdinal = 3652059;  // 31 December 9999

struct CivilDate {
  int year = 1, month = 1, day = 1;
};
// Weekday 1 is Monday.
struct IsoDate {
  int year = 1, week = 1, weekday = 1;
};

bool is_leap(int year);
int days_in_month(int year, int month);
int day_of_year(CivilDate date);
i32 to_ordinal(CivilDate date);
CivilDate from_ordinal(i32 ordinal);
int weekday_of(CivilDate date);  // Monday is 0
IsoDate to_iso(CivilDate date);

enum class IsoProblem : u8 { None, Year, Week, Weekday };
IsoProblem from_iso(IsoDate date, CivilDate& result);

}  // namespace py::datetime
