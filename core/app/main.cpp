#include "core/app/runtime.h"

int main(int argc, char** argv) { return py::run_main(argc, argv); }
