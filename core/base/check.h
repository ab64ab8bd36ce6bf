// CHECK: conditions that must hold in every build. DCHECK: the same for debug builds only.
// A failed check prints the condition and its place on stderr and aborts: it is a defect of weft, never of a program.
// Threads: any.
#pragma once

namespace py {

[[noreturn, gnu::cold]] void check_failed(const char* condition, const char* file, int line);

}  // namespace py

#define CHECK(condition) (__builtin_expect(!!(condition), 1) ? (void)0 : ::py::check_failed(#condition, __FILE__, __LINE__))
#ifdef NDEBUG
#define DCHECK(condition) ((void)0)
#else
#define DCHECK(condition) CHECK(condition)
#endif
