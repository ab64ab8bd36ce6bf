// The interactive prompt: reads statements from stdin, runs them in __main__, shows what they raise.
#pragma once
#include "core/app/options.h"
#include "core/object/operations.h"

namespace py {

// Until the end of input. Fails with SystemExit when a statement raises it.
Result<void> run_prompt(Thread& thread, const Options& options, Dict& globals);

}  // namespace py
