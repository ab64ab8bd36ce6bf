#include "core/app/runtime.h"

#include "core/builtins/builtin_types.h"
#include "core/compiler/compiler.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/interpreter.h"

#include <cstdio>
#include <cstring>

namespace py {

int run_main(int argc, char** argv) {
  Thread* thread = enter_thread();
  if (!thread || !enter_interpreter(*thread)) return 1;
  initialize_builtin_types(*thread);
  initialize_interpreter(*thread);
  Ref<Dict> modules = MUST(Dict::make(*thread));
  set_loaded_modules(modules.value());
  Ref<Module> builtins = MUST(make_native_module(*thread, kBuiltinsModule));
  MUST(modules->set(*thread, names::builtins().value(), builtins.value()));
  Ref<Dict> globals = MUST(Dict::make(*thread));
  MUST(globals->set_str(*thread, "__name__", names::__main__().value()));
  if (argc >= 3 && !std::strcmp(argv[1], "-c")) {
    CompileOptions options;
    options.source_is_str = true;
    Ref<Str> filename = MUST(Str::from_ascii(*thread, "<string>"));
    Result<Ref<Code>> code = compile_source(*thread, argv[2], *filename, options);
    if (!code.failed()) {
      Ref<Code> made = code.take();
      if (argc > 3) disassemble(*made);
      Result<Ref<>> result = run_code(*thread, *made, *globals, globals.value());
      if (!result.failed()) return 0;
    }
    Ref<> error = take_pending(*thread);
    Ref<Str> text = MUST(repr(*thread, error));
    std::fprintf(stderr, "uncaught %s\n", text->utf8().c_str());
    for (Value at = as<Exception>(error).traceback.peek(); at.is_object(); at = as<Traceback>(at).next.peek()) {
      std::fprintf(stderr, "  line %d\n", as<Traceback>(at).line);
    }
    return 1;
  }
  return 0;
}

}  // namespace py
