// The exceptions of the module, and the mappings that say which of the signals among them are set. Threads: the classes
// are made once; a mapping's bits are atomic.
#pragma once
#include "core/modules/decimal/objects.h"

namespace py::decimal {

Result<Ref<SignalDict>> make_signal_dict(Thread& thread, u32 bits);
// The exception class of a signal.
Value signal_class(u32 signal);
// The bit of an exception class that is a signal; KeyError.
Result<u32> to_signal(Thread& thread, Value value);
// The classes of the signals that are set, as a list.
Result<Ref<List>> list_signals(Thread& thread, u32 bits);
// Their names as in repr(Context()), "[Inexact, Rounded]".
void append_signal_names(std::string& text, u32 bits);
// The bits of a SignalDict or of a dict with all signals as keys; a list of signals too when `takes_list`.
Result<u32> to_signal_bits(Thread& thread, Value value, bool takes_list);

}  // namespace py::decimal
