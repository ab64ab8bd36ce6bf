// Signals: the C handler notes them, the main thread runs the Python handlers at its next poll.
#pragma once
#include "memory/thread.h"

namespace py {

// Start-up, on the main thread: the poll hook, SIGINT as KeyboardInterrupt, SIGPIPE and SIGXFSZ ignored.
void install_signals(Thread& thread);
// As if the signal had arrived; ignored when its action is to be ignored or the default one. Async-signal-safe. Threads: any.
void trip_signal(int number);

}  // namespace py
