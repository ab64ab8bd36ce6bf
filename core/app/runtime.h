// The executable: starts the runtime, runs what the command line asks for, shuts down.
#pragma once

namespace py {

int run_main(int argc, char** argv);

}  // namespace py
