// doctest, with its CHECK in place of core/base/check.h's.
#pragma once
#include "core/base/check.h"
#undef CHECK
#include <doctest/doctest.h>
