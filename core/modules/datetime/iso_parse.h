// From ISO 8601 texts to fields, as far as fromisoformat() goes. Nothing here says whether a field is in range, but for
// weeks. Threads: pure functions.
#pragma once
#include "core/base/text/text_view.h"
#include "core/modules/datetime/objects.h"

namespace py::datetime {

struct IsoTime {
  Clock clock;
  bool has_offset = false;
  i64 offset = 0;         // whole seconds of the offset, in microseconds
  i64 offset_fraction = 0;
};

// Each is false when the text is none of the forms. What follows a date does not matter.
bool parse_iso_date(TextView text, CivilDate& date);
bool parse_iso_time(TextView text, IsoTime& time);
// Where the date of a date and time ends; -1: the text is none of the forms.
isize iso_date_end(TextView text);

// The time zone of an offset that was read.
Result<Ref<>> iso_zone(Thread& thread, const IsoTime& time);

}  // namespace py::datetime
