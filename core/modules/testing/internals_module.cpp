// _testinternalcapi: what CPython's test suite asks an interpreter about itself, as far as it means something here.
#include "core/builtins/compile_function.h"
#include "core/modules/registry.h"
#include "core/object/dict.h"

namespace py {

namespace {

Result<Ref<Dict>> get_config(Thread& thread) {
  Ref<Dict> config = TRY(Dict::make(thread));
  TRY(config->set_str(thread, "code_debug_ranges", Value::integer(1)));  // code always knows its columns
  TRY(config->set_str(thread, "optimization_level", Value::integer(default_optimization.load())));
  return config;
}
Result<isize> get_recursion_depth(Thread& thread) { return static_cast<isize>(thread.recursion_depth); }

constexpr MethodSpec kFunctions[] = {
    function<get_config>("get_config()", "How the interpreter was configured: the parts that tests ask for."),
    function<get_recursion_depth>("get_recursion_depth()", "The recursion depth of the calling thread."),
};

}  // namespace

const ModuleSpec kTestingModule = {"_testinternalcapi", nullptr, kFunctions, std::size(kFunctions)};

}  // namespace py
