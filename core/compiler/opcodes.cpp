#include "core/compiler/opcodes.h"

namespace py {

const OpInfo op_info[kOpCount] = {
#define OP(name, cache_words, format) {#name, cache_words},
#include "core/compiler/opcodes.def"
#undef OP
};

}  // namespace py
