"""datetime: values, errors, subclasses, pickles, zones, and objects that threads share."""
import copy
import pickle
import threading
from datetime import MAXYEAR, UTC, date, datetime, timedelta, timezone, tzinfo
from datetime import time as clock


def raises(error, function, *args, **keywords):
    try:
        function(*args, **keywords)
    except error as problem:
        return str(problem)
    raise AssertionError(f"no {error}")


def check_calendar():
    for ordinal in range(1, date.max.toordinal(), 997):
        day = date.fromordinal(ordinal)
        assert day.toordinal() == ordinal and date.fromisocalendar(*day.isocalendar()) == day
        assert date.fromisoformat(day.isoformat()) == day and (ordinal + 6) % 7 == day.weekday()
    assert repr(date(2020, 12, 31).isocalendar()) == "datetime.IsoCalendarDate(year=2020, week=53, weekday=4)"
    assert raises(ValueError, date, 2023, 2, 29) == "day is out of range for month"
    assert raises(TypeError, date, 1, 2) == "function missing required argument 'day' (pos 3)"
    assert raises(OverflowError, lambda: date.max + timedelta(1)) == "date value out of range"
    assert raises(TypeError, lambda: datetime.min < date.min) == "can't compare datetime.datetime to datetime.date"
    assert datetime.min != date.min and MAXYEAR == date.max.year


def check_delta():
    delta = timedelta(1.5, 0.5, hours=-3)
    assert repr(delta) == "datetime.timedelta(days=1, seconds=32400, microseconds=500000)"
    assert str(-delta) == "-2 days, 14:59:59.500000" and delta.total_seconds() == 118800.5
    assert delta * 0.1 == delta / 10 and divmod(delta, timedelta(hours=1)) == (33, timedelta(microseconds=500000))
    assert timedelta(microseconds=0.5) == timedelta(0) and timedelta(microseconds=1.5) == timedelta(microseconds=2)
    assert hash(delta) == hash((1, 32400, 500000)) and not timedelta()
    assert raises(OverflowError, timedelta, 10**9) == "days=1000000000; must have magnitude <= 999999999"
    assert raises(OverflowError, timedelta, 10**30) == "Python int too large to convert to C int"
    assert raises(TypeError, timedelta, "1") == "unsupported type for timedelta days component: str"
    assert raises(ZeroDivisionError, lambda: delta / 0) == "integer division or modulo by zero"


class Wobbly(tzinfo):
    """Two hours, one of them saved in the second half of the year; the fold adds an hour more."""

    def utcoffset(self, when):
        return timedelta(hours=1 + (when.month > 6) + when.fold)

    def dst(self, when):
        return timedelta(hours=when.month > 6)

    def tzname(self, when):
        return "100% wobbly"


def check_zones():
    east = timezone(timedelta(hours=5, minutes=30), "East")
    when = datetime(2020, 2, 29, 12, tzinfo=east)
    assert str(when.astimezone(UTC)) == "2020-02-29 06:30:00+00:00" and when == when.astimezone(UTC)
    assert hash(when) == hash(when.astimezone(UTC)) and repr(UTC) == "datetime.timezone.utc"
    assert when.strftime("%z %Z %f %%") == "+0530 East 000000 %"
    assert str(timezone(timedelta(seconds=-1))) == "UTC-00:00:01"
    wobbly = datetime(2020, 8, 1, tzinfo=Wobbly())
    assert wobbly.strftime("%Z") == "100% wobbly" and wobbly.timetuple().tm_isdst == 1
    assert wobbly.astimezone(UTC).astimezone(wobbly.tzinfo) == wobbly
    assert wobbly != wobbly.astimezone(UTC)  # its offset depends on the fold
    assert raises(TypeError, lambda: when - datetime(2020, 1, 1)) == "can't subtract offset-naive and offset-aware datetimes"
    assert raises(NotImplementedError, tzinfo().utcoffset, None) == "a tzinfo subclass must implement utcoffset()"


class Stamp(datetime):
    def __new__(cls, *args, **keywords):
        self = datetime.__new__(cls, *args, **keywords)
        self.note = "made"
        return self


def check_subclasses_and_pickles():
    stamp = Stamp(2020, 1, 1, fold=1)
    later = stamp + timedelta(1)
    assert type(later) is Stamp and later.note == "made" and type(Stamp.now(UTC)) is Stamp
    assert type(stamp.replace(year=2021)) is Stamp and Stamp.combine(stamp, clock(3)).hour == 3
    for value in datetime(2020, 1, 1, fold=1), stamp.timetz(), stamp.date(), timedelta(1, 2, 3), UTC, timezone(timedelta(1) / 3), clock(1, tzinfo=UTC):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(value, protocol))
            assert again == value and type(again) is type(value)
        assert copy.deepcopy(value) == value
    assert stamp.__reduce_ex__(4)[1] == (b"\x07\xe4\x81\x01\0\0\0\0\0\0",)
    assert datetime(b"\x07\xe4\x01\x01\0\0\0\0\0\0", UTC) == datetime(2020, 1, 1, tzinfo=UTC)
    forged = datetime(b"\x07\xe4\x01\xff\xff\xff\xff\xff\xff\xff")
    assert forged.day == forged.hour == 255 and forged.isoformat().startswith("2020-01-255T255:255:255.")


def check_texts():
    for text in "2020-W05-3T10", "20200129T102030.5+0100", "2020-01-29 10:20:30,123456789Z", "2020W053":
        assert datetime.fromisoformat(text).date() == date(2020, 1, 29)
    for text in "2020-01-29T", "2020-1-29", "2020-01-29T10:2", "2020-01-29T10:20:30+", "2020-W54-1", "":
        assert raises(ValueError, datetime.fromisoformat, text) == f"Invalid isoformat string: {text!r}"
    assert datetime.strptime("3 Feb 2021 +0130", "%d %b %Y %z").utcoffset() == timedelta(minutes=90)
    assert f"{date(2020, 1, 2):%d.%m.%y}" == "02.01.20" and clock(1, 2).isoformat("milliseconds") == "01:02:00.000"


def check_threads():
    """Hashes are computed at first use: all threads must find the same one."""
    zones = [timezone(timedelta(hours=h)) for h in range(-12, 13)]
    shared = [datetime(2020, 1, 1, 12, minute, tzinfo=zone) for minute in range(60) for zone in zones]
    found = []
    start = threading.Barrier(4)

    def work():
        start.wait()
        hashes = [hash(moment) for moment in shared]
        total = sum((moment.astimezone(UTC) - datetime(2020, 1, 1, tzinfo=UTC) for moment in shared), timedelta())
        copies = pickle.loads(pickle.dumps(shared))
        found.append((hashes, total, copies == shared))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and all(f == found[0] for f in found) and found[0][2]
    print("total", found[0][1])


check_calendar()
check_delta()
check_zones()
check_subclasses_and_pickles()
check_texts()
check_threads()
print("datetime: ok")
