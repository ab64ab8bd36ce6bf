// Start-up and shutdown: builtin types, sys, the import system, the streams, site, the program, the exit code.
#include "core/app/runtime.h"

#include "core/app/options.h"
#include "core/app/program.h"
#include "core/app/shutdown.h"
#include "core/app/statistics.h"
#include "core/app/sys_setup.h"
#include "core/base/text/hash.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/bytes_like.h"
#include "core/builtins/code_functions.h"
#include "core/builtins/compile_function.h"
#include "core/importing/bootstrap.h"
#include "core/modules/frozen.h"
#include "core/modules/io/standard_streams.h"
#include "core/modules/registry.h"
#include "core/modules/signals.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/warning.h"
#include "core/vm/imports.h"
#include "core/vm/interpreter.h"
#include "core/vm/sys_access.h"
#include "threading/modules/registry.h"

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/random.h>
#include <unistd.h>

namespace py {

namespace {

void set_hash_key(const Options& options) {
  const char* seed = options.ignore_environment || options.forced_randomization ? nullptr : std::getenv("PYTHONHASHSEED");
  if (seed && *seed && std::strcmp(seed, "random") != 0) {
    text::set_hash_seed(static_cast<u32>(std::strtoul(seed, nullptr, 10)));
    return;
  }
  u64 key[2] = {0x9E3779B97F4A7C15, static_cast<u64>(::getpid())};
  (void)::getrandom(key, sizeof key, GRND_NONBLOCK);
  text::set_hash_key(key[0], key[1]);
}

Result<void> add_module(Thread& thread, const ModuleSpec& spec) {
  Ref<Module> module = TRY(make_native_module(thread, spec));
  return loaded_modules()->set(thread, intern(thread, spec.name).value(), module.value());
}

Result<void> start(Thread& thread, const Options& options, int argc, char** argv) {
  Ref<Dict> modules = TRY(Dict::make(thread));
  set_loaded_modules(modules.value());
  Ref<Module> builtins = TRY(make_native_module(thread, kBuiltinsModule));
  TRY(add_code_functions(thread, *builtins));
  TRY(modules->set(thread, names::builtins().value(), builtins.value()));
  TRY(add_module(thread, kSysModule));
  TRY(add_module(thread, kImpModule));
  TRY(set_up_sys(thread, options, argc, argv));
  use_frozen_modules = options.frozen_modules;
  TRY(bootstrap_import(thread));
  import_hook = &import_module;
  return set_up_streams(thread, options);
}

Result<void> import_site(Thread& thread, const Options& options) {
  if (options.no_site) return {};
  TRY(import_module(thread, "site"));
  Ref<> site = TRY(import_module(thread, "site"));
  TRY(call_method(thread, site, "main"));
  return {};
}

// So that bad options are told of before anything runs.
Result<void> read_warning_options(Thread& thread, const Options& options) {
  if (!options.warnings.empty()) TRY(import_module(thread, "warnings"));
  return {};
}

Result<void> enable_faulthandler(Thread& thread, const Options& options) {
  const char* variable = options.ignore_environment ? nullptr : std::getenv("PYTHONFAULTHANDLER");
  if (!options.dev_mode && !options.has_x("faulthandler") && !(variable && *variable)) return {};
  Ref<> module = TRY(import_module(thread, "faulthandler"));
  TRY(call_method(thread, module, "enable"));
  return {};
}

// The character set that the user chose; the C locale stands for UTF-8 (PEP 540), also for child processes (PEP 538).
void adopt_locale(Options& options) {
  const char* chosen = std::setlocale(LC_CTYPE, "");
  if (chosen && std::strcmp(chosen, "C") != 0) return;
  const bool asked = options.has_x("utf8") || (!options.ignore_environment && std::getenv("PYTHONUTF8"));
  if (!asked) options.utf8_mode = true;
  const char* all = std::getenv("LC_ALL");
  const char* coerce = options.ignore_environment ? nullptr : std::getenv("PYTHONCOERCECLOCALE");
  if ((all && *all) || (coerce && std::strcmp(coerce, "0") == 0)) return;
  for (const char* name : {"C.UTF-8", "C.utf8", "UTF-8"}) {
    if (!std::setlocale(LC_CTYPE, name)) continue;
    ::setenv("LC_CTYPE", name, 1);
    return;
  }
}

}  // namespace

#ifdef WEFT_LEARN
extern "C" int __llvm_profile_write_file();
#endif

int run_main(int argc, char** argv) {
  Options options = parse_options(argc, argv);
  if (!options.error.empty()) {
    std::fprintf(stderr, "%s\n%s", options.error.c_str(), "usage: weft [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `weft -h' for more information.\n");
    return 2;
  }
  if (!options.fatal.empty()) {
    std::fprintf(stderr, "Fatal Python error: config: %s\n", options.fatal.c_str());
    return 1;
  }
  if (options.run == Options::Run::Help) return std::fputs(help_text(options).c_str(), stdout), 0;
  if (options.run == Options::Run::Version) return std::puts(options.version_level > 1 ? "Python 3.11.2 (weft 0.1)" : "Python 3.11.2"), 0;
  adopt_locale(options);
  set_hash_key(options);
  default_optimization.store(options.optimize);
  bytes_warning_level = options.bytes_warning;
  if (options.int_max_str_digits >= 0) max_str_digits.store(options.int_max_str_digits);
  Thread* main_thread = enter_thread();
  if (!main_thread || !enter_interpreter(*main_thread)) {
    std::fputs("Fatal Python error: no memory to start\n", stderr);
    return 1;
  }
  Thread& thread = *main_thread;
  initialize_builtin_types(thread);
  initialize_interpreter(thread);
  extra_native_modules = threading_native_modules;
  install_signals(thread);
  int code = 1;
  if (start(thread, options, argc, argv).failed() || enable_faulthandler(thread, options).failed() ||
      read_warning_options(thread, options).failed() ||
      import_site(thread, options).failed()) {
    code = report_uncaught(thread);
  } else {
    code = run_program(thread, options);
  }
  finish_program(thread);
  if (!flush_standard_streams(thread) && code == 0) code = 120;
  if (options.has_x("stats")) print_statistics(thread);
  std::fflush(nullptr);
  // Objects are not taken apart one by one: the process ends here, whatever daemon threads still do.
#ifdef WEFT_LEARN
  __llvm_profile_write_file();
#endif
  ::_exit(code);
}

}  // namespace py
