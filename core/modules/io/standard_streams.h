// sys.stdin, sys.stdout and sys.stderr.
#pragma once
#include "core/object/function.h"

namespace py {

struct StreamOptions {
  bool unbuffered = false;        // -u
  bool isolated = false;          // -E: PYTHONIOENCODING does not count
};
// Sets sys.stdin, stdout, stderr and __stdin__, __stdout__, __stderr__. A closed descriptor gives None. Needs the module _io.
Result<void> create_standard_streams(Thread& thread, Module& sys, const StreamOptions& options);
// Flushes stdout and stderr at the end. False: stdout could not be written.
bool flush_standard_streams(Thread& thread);

}  // namespace py
