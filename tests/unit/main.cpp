#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#if defined(WEFT_TSAN)
// Children of fork tests start threads.
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
#endif
