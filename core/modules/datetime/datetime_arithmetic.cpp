#include "core/modules/datetime/datetime_arithmetic.h"

#include "core/modules/datetime/state.h"
#include "core/object/dict.h"

namespace py::datetime {

namespace {

int fold_of(const DateTime& datetime) { return datetime.fold.load(std::memory_order_relaxed); }
Result<Ref<>> with_fold(Thread& thread, const DateTime& datetime, int fold) {
  return make_datetime(thread, *datetime_type, datetime.moment(), datetime.tzinfo.peek(), fold);
}

// Whether the offset depends on the fold: such a time equals no time in another zone (PEP 495).
Result<bool> is_ambiguous(Thread& thread, const DateTime& datetime, Offset offset) {
  Ref<> other = TRY(with_fold(thread, datetime, !fold_of(datetime)));
  Offset flipped = TRY(own_offset(thread, as<DateTime>(other)));
  return flipped != offset;
}

Result<bool> are_equal_across_zones(Thread& thread, const DateTime& left, const DateTime& right, Offset mine, Offset theirs) {
  if (left.total() - mine.microseconds != right.total() - theirs.microseconds) return false;
  if (TRY(is_ambiguous(thread, left, mine))) return false;
  return !TRY(is_ambiguous(thread, right, theirs));
}

Result<Ref<>> shifted(Thread& thread, const DateTime& datetime, i128 microseconds) {
  Moment moment = TRY(to_moment(thread, datetime.total() + microseconds));
  return construct_datetime(thread, type_of_object(datetime), moment, datetime.tzinfo.peek());
}

Result<Ref<>> difference(Thread& thread, const DateTime& left, const DateTime& right) {
  i64 shift = 0;
  if (left.tzinfo.peek() != right.tzinfo.peek()) {
    Offset mine = TRY(own_offset(thread, left));
    Offset theirs = TRY(own_offset(thread, right));
    if (mine.known != theirs.known) {
      return raise(thread, types.TypeError, "can't subtract offset-naive and offset-aware datetimes");
    }
    shift = mine.microseconds - theirs.microseconds;
  }
  return make_delta(thread, i128{left.total()} - right.total() - shift);
}

}  // namespace

Result<Offset> own_offset(Thread& thread, const DateTime& datetime) {
  return utc_offset(thread, datetime.tzinfo.peek(), datetime.value());
}

Result<Ref<>> datetime_compare(Thread& thread, Value left, Value right, CompareOp op) {
  const bool for_equality = op == CompareOp::Equal || op == CompareOp::NotEqual;
  if (!is<DateTime>(left) || !is<DateTime>(right)) {
    // A datetime never equals a date, and has no order with it.
    if (!is<Date>(left) || !is<Date>(right)) return not_implemented();
    if (for_equality) return boolean(op == CompareOp::NotEqual);
    return raise(thread, types.TypeError, "can't compare {} to {}", type_of(left), type_of(right));
  }
  const DateTime &a = as<DateTime>(left), &b = as<DateTime>(right);
  if (a.tzinfo.peek() == b.tzinfo.peek()) return boolean(ordered(a.total(), b.total(), op));
  Offset mine = TRY(own_offset(thread, a));
  Offset theirs = TRY(own_offset(thread, b));
  if (mine.known != theirs.known) {
    if (for_equality) return boolean(op == CompareOp::NotEqual);
    return raise(thread, types.TypeError, "can't compare offset-naive and offset-aware datetimes");
  }
  if (for_equality) {
    return boolean(TRY(are_equal_across_zones(thread, a, b, mine, theirs)) == (op == CompareOp::Equal));
  }
  return boolean(ordered(a.total() - mine.microseconds, b.total() - theirs.microseconds, op));
}

// Equal datetimes hash the same: an aware one as the timedelta from the start of year 1 in UTC, whatever its fold.
Result<i64> datetime_hash(Thread& thread, Value self) {
  DateTime& datetime = as<DateTime>(self);
  i64 hash = datetime.hash_cache.load(std::memory_order_relaxed);
  if (hash != -1) return hash;
  Ref<> plain = fold_of(datetime) ? TRY(with_fold(thread, datetime, 0)) : Ref<>::share(self);
  Offset offset = TRY(own_offset(thread, as<DateTime>(plain)));
  if (offset.known) {
    Ref<> delta = TRY(make_delta(thread, i128{datetime.total()} + kDay - offset.microseconds));
    hash = TRY(hash_of(thread, delta));
  } else {
    hash = state_hash(state_bytes(datetime.moment()));
  }
  datetime.hash_cache.store(hash, std::memory_order_relaxed);
  return hash;
}

Result<Ref<>> datetime_add(Thread& thread, Value left, Value right) {
  if (is<DateTime>(left) && is<Delta>(right)) return shifted(thread, as<DateTime>(left), as<Delta>(right).total());
  if (is<DateTime>(right) && is<Delta>(left)) return shifted(thread, as<DateTime>(right), as<Delta>(left).total());
  return not_implemented();
}
Result<Ref<>> datetime_subtract(Thread& thread, Value left, Value right) {
  if (!is<DateTime>(left)) return not_implemented();
  if (is<DateTime>(right)) return difference(thread, as<DateTime>(left), as<DateTime>(right));
  if (is<Delta>(right)) return shifted(thread, as<DateTime>(left), -as<Delta>(right).total());
  return not_implemented();
}

}  // namespace py::datetime
