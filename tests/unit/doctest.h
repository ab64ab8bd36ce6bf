// doctest, with its CHECK in place of core/base/check.h's. Include last.
#pragma once
#undef CHECK
#include <doctest/doctest.h>
