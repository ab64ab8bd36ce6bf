// list.sort(). While it runs the list is empty for everybody; what others put into it meanwhile is lost, with a
// ValueError. See powersort.h for the algorithm.
#pragma once
#include "core/object/sequence.h"

namespace py {

enum class Reverse : u8 { No, Yes };
// `key` None: the items themselves are compared.
Result<void> sort_list(Thread& thread, List& list, Value key, Reverse reverse);

}  // namespace py
