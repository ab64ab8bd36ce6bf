// The state of the interpreter that sys shows.
// Threads: any.
#pragma once

namespace py {

// From now on sys.is_finalizing() says yes.
void begin_finalizing();

}  // namespace py
