// _typing: what typing.NewType's types do when they are called.
#include "core/modules/registry.h"

namespace py {

namespace {

Result<Ref<>> identity(Thread&, Value x) { return Ref<>::share(x); }
constexpr MethodSpec kFunctions[] = {function<identity>("_idfunc(x, /)", nullptr)};

}  // namespace

const ModuleSpec kTypingModule = {"_typing", "What the typing module does in native code.", kFunctions,
                                  std::size(kFunctions)};

}  // namespace py
