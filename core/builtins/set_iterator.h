// The iterator over set and frozenset.
#pragma once
#include "core/object/dict.h"

namespace py {

Result<Ref<>> make_set_iterator(Thread& thread, Set& set);

}  // namespace py
