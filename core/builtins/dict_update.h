// dict(...) and dict.update(...): what may be given to them.
#pragma once
#include "core/object/dict.h"

namespace py {

// The entries of a mapping (anything with keys()), or of an iterable of pairs.
Result<void> update_dict(Thread& thread, Dict& dict, Value source);
// dict.update(*arguments, **keywords); `name` is for the message about too many arguments.
Result<void> update_dict_from_call(Thread& thread, Dict& dict, const Arguments& arguments, const char* name);

}  // namespace py
