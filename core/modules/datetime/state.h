// The bytes that pickles keep of date, time and datetime: 4, 6 and 10, numbers with the highest byte first. The fold is
// the top bit of the first byte that has room for it, from protocol 4 on. Threads: no state.
#pragma once
#include "core/modules/datetime/objects.h"

#include <array>

namespace py::datetime {

using DateBytes = std::array<u8, 4>;
using ClockBytes = std::array<u8, 6>;
using MomentBytes = std::array<u8, 10>;
DateBytes state_bytes(CivilDate date);
ClockBytes state_bytes(Clock clock);
MomentBytes state_bytes(const Moment& moment);

// hash() of an object without an offset.
template <class State>
i64 state_hash(const State& state);

// The object that constructor arguments stand for which are such a state: bytes, or a str as Python 2 pickles give it;
// Empty when they are ordinary arguments.
Result<Ref<>> date_from_state(Thread& thread, Type& type, const Arguments& arguments);
Result<Ref<>> time_from_state(Thread& thread, Type& type, const Arguments& arguments);
Result<Ref<>> datetime_from_state(Thread& thread, Type& type, const Arguments& arguments);

Result<Ref<Tuple>> date_reduce(Thread& thread, Value self);
Result<Ref<Tuple>> time_reduce(Thread& thread, Value self);
Result<Ref<Tuple>> time_reduce_ex(Thread& thread, Value self, int protocol);
Result<Ref<Tuple>> datetime_reduce(Thread& thread, Value self);
Result<Ref<Tuple>> datetime_reduce_ex(Thread& thread, Value self, int protocol);

}  // namespace py::datetime
