"""datetime and the system's time zone: when the clock is set back, times come twice."""
# One thread: the time zone is the process's.
import os
import time
from datetime import date, datetime, timedelta

os.environ["TZ"] = "Europe/Berlin"
time.tzset()
first, second = (datetime.fromtimestamp(s) for s in (1603585800, 1603589400))
assert first == second and (first.fold, second.fold) == (0, 1) and second.timestamp() == 1603589400
assert second.astimezone().tzname() == "CET" and first.astimezone().utcoffset() == timedelta(hours=2)
for fold, seconds in (0, 1585445400), (1, 1585441800):  # in the gap
    assert datetime(2020, 3, 29, 2, 30, fold=fold).timestamp() == seconds
assert date.fromtimestamp(1585445400) == date(2020, 3, 29) and datetime.fromtimestamp(-1e9 - 0.5).microsecond == 500000
os.environ["TZ"] = "America/St_Johns"
time.tzset()
assert datetime(2020, 1, 1).astimezone().isoformat() == "2020-01-01T00:00:00-03:30"
print("local times: ok")
