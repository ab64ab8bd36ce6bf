#include "core/app/options.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include "core/base/trace.h"
#include "core/builtins/import_timer.h"

namespace py {

bool Options::has_x(const std::string& name) const {
  for (const std::string& option : x_options) {
    if (option == name || option.rfind(name + "=", 0) == 0) return true;
  }
  return false;
}

namespace {

// One letter of a cluster such as -BEs. Returns false when the letter is unknown.
bool plain_flag(Options& options, char letter) {
  switch (letter) {
    case 'b': ++options.bytes_warning; return true;
    case 'B': options.dont_write_bytecode = true; return true;
    case 'd': ++options.debug; return true;
    case 'E': options.ignore_environment = true; return true;
    case 'i': options.inspect = options.interactive = true; return true;
    case 'I': options.isolated = options.ignore_environment = options.no_user_site = options.safe_path = true; return true;
    case 'O': ++options.optimize; return true;
    case 'P': options.safe_path = true; return true;
    case 'q': ++options.quiet; return true;
    case 'R': options.forced_randomization = true; return true;
    case 's': options.no_user_site = true; return true;
    case 'S': options.no_site = true; return true;
    case 'u': options.unbuffered = true; return true;
    case 'v': ++options.verbose; return true;
    case 'x': options.skip_first_line = true; return true;
    case 'V': options.run = Options::Run::Version; ++options.version_level; return true;
    case 'h': case '?': options.run = Options::Run::Help; return true;
    default: return false;
  }
}

const char* environment(const Options& options, const char* name) {
  if (options.ignore_environment) return nullptr;
  const char* value = std::getenv(name);
  return value && *value ? value : nullptr;
}

// A flag that a variable raises: to its number, or to 1 when it is none.
void raise_flag(const Options& options, const char* name, int& flag) {
  const char* value = environment(options, name);
  if (!value) return;
  char* end = nullptr;
  const long number = std::strtol(value, &end, 10);
  flag = std::max(flag, *end || number < 0 ? 1 : static_cast<int>(number));
}

void apply_warnings(Options& options) {
  std::vector<std::string> all;
  auto add = [&](const std::string& filter) {
    if (std::find(all.begin(), all.end(), filter) == all.end()) all.push_back(filter);
  };
  if (options.dev_mode) add("default");
  std::string rest;
  if (const char* list = environment(options, "PYTHONWARNINGS")) rest = list;
  for (std::size_t comma; !rest.empty(); rest = comma == std::string::npos ? "" : rest.substr(comma + 1)) {
    comma = rest.find(',');
    add(rest.substr(0, comma));
  }
  for (const std::string& filter : options.warnings) add(filter);
  if (options.bytes_warning) add(options.bytes_warning > 1 ? "error::BytesWarning" : "default::BytesWarning");
  options.warnings = all;
}

// The value of a -X option, empty when it has none.
std::string x_value(const Options& options, const std::string& name) {
  std::string value;
  for (const std::string& option : options.x_options) {
    if (option.rfind(name + "=", 0) == 0) value = option.substr(name.size() + 1);
  }
  return value;
}

void apply_frozen_modules(Options& options) {
  if (!options.has_x("frozen_modules")) return;
  const std::string value = x_value(options, "frozen_modules");
  if (value == "off") options.frozen_modules = false;
}

void apply_trace(Options& options) {
  if (!options.has_x("trace")) return;
  const std::string channels = x_value(options, "trace");
  if (!trace_channels(channels)) options.fatal = "-X trace: unknown channel in '" + channels + "'; see --help-xoptions";
}

void apply_digits(Options& options) {
  const char* variable = environment(options, "PYTHONINTMAXSTRDIGITS");
  const bool given = options.has_x("int_max_str_digits");
  if (!given && !variable) return;
  const std::string text = given ? x_value(options, "int_max_str_digits") : variable;
  char* end = nullptr;
  const long limit = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end || limit < 0 || (limit && limit < 640) || limit > 2147483647) {
    options.fatal = std::string(given ? "-X int_max_str_digits" : "PYTHONINTMAXSTRDIGITS") +
                    ": invalid limit; must be >= 640 or 0 for unlimited.";
    return;
  }
  options.int_max_str_digits = static_cast<int>(limit);
}

void check_hash_seed(Options& options, const char* seed) {
  if (!seed || std::strcmp(seed, "random") == 0) return;
  char* end = nullptr;
  errno = 0;
  const unsigned long number = std::strtoul(seed, &end, 10);
  if (*seed >= '0' && *seed <= '9' && !*end && !errno && number <= 4294967295) return;
  options.fatal = "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]";
}

void apply_environment(Options& options) {
  const char* seed = environment(options, "PYTHONHASHSEED");
  check_hash_seed(options, seed);
  options.hash_randomization = options.forced_randomization || !seed || std::strcmp(seed, "0") != 0;
  if (environment(options, "PYTHONDONTWRITEBYTECODE")) options.dont_write_bytecode = true;
  if (environment(options, "PYTHONUNBUFFERED")) options.unbuffered = true;
  if (environment(options, "PYTHONINSPECT")) options.inspect = true;
  if (environment(options, "PYTHONNOUSERSITE")) options.no_user_site = true;
  if (environment(options, "PYTHONSAFEPATH")) options.safe_path = true;
  raise_flag(options, "PYTHONDEBUG", options.debug);
  raise_flag(options, "PYTHONOPTIMIZE", options.optimize);
  raise_flag(options, "PYTHONVERBOSE", options.verbose);
  if (const char* utf8 = environment(options, "PYTHONUTF8")) {
    options.utf8_mode = std::strcmp(utf8, "1") == 0;
    if (!options.utf8_mode && std::strcmp(utf8, "0") != 0) options.fatal = "invalid PYTHONUTF8 environment variable value";
  }
  if (options.has_x("utf8")) options.utf8_mode = true;
  if (environment(options, "PYTHONDEVMODE") || options.has_x("dev")) options.dev_mode = true;
  options.disassemble = options.has_x("dis");
  const char* prefix = environment(options, "PYTHONPYCACHEPREFIX");
  options.has_pycache_prefix = prefix || options.has_x("pycache_prefix");
  options.pycache_prefix = options.has_x("pycache_prefix") ? x_value(options, "pycache_prefix") : prefix ? prefix : "";
  apply_warnings(options);
  apply_frozen_modules(options);
  apply_digits(options);
  apply_trace(options);
  if (options.has_x("importtime") || environment(options, "PYTHONPROFILEIMPORTTIME")) imports_are_timed.store(true);
}

// --name, a word of its own. False when it is unknown.
bool long_option(Options& options, const std::string& word) {
  struct {
    const char* name;
    Options::HelpPart part;
  } const helps[] = {{"--help", Options::HelpPart::Options}, {"--help-env", Options::HelpPart::Environment},
                     {"--help-xoptions", Options::HelpPart::XOptions}, {"--help-all", Options::HelpPart::All}};
  for (const auto& help : helps) {
    if (word != help.name) continue;
    options.run = Options::Run::Help;
    options.help_part = help.part;
    return true;
  }
  if (word != "--version") return false;
  options.run = Options::Run::Version;
  return true;
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  int at = 1;
  bool decided = false;
  for (; at < argc && !decided; ++at) {
    const std::string word = argv[at];
    if (word == "-") {
      options.run = Options::Run::StandardInput;
      options.target = "-";
      decided = true;
      break;
    }
    if (word.size() < 2 || word[0] != '-') break;
    if (word == "--") { ++at; break; }
    if (word == "--check-hash-based-pycs") {
      options.check_hash_based_pycs = ++at < argc ? argv[at] : "";
      const std::string& mode = options.check_hash_based_pycs;
      if (mode == "default" || mode == "always" || mode == "never") continue;
      options.error = "--check-hash-based-pycs must be one of 'default', 'always', or 'never'";
      return options;
    }
    if (word.rfind("--", 0) == 0) {
      if (!long_option(options, word)) options.error = "unknown option " + word;
      return options;
    }
    for (std::size_t i = 1; i < word.size(); ++i) {
      const char letter = word[i];
      if (std::strchr("cmWX", letter)) {
        std::string value = word.substr(i + 1);
        if (value.empty()) {
          if (++at >= argc) {
            options.error = std::string("Argument expected for the -") + letter + " option";
            return options;
          }
          value = argv[at];
        }
        if (letter == 'W') options.warnings.push_back(value);
        if (letter == 'X') options.x_options.push_back(value);
        if (letter == 'c' || letter == 'm') {
          options.run = letter == 'c' ? Options::Run::Command : Options::Run::Module;
          options.target = value;
          decided = true;
        }
        break;
      }
      if (!plain_flag(options, letter)) {
        options.error = std::string("Unknown option: -") + letter;
        return options;
      }
    }
  }
  if (options.run == Options::Run::Version || options.run == Options::Run::Help) return options;
  if (!decided && at < argc) {
    options.run = Options::Run::Script;
    options.target = argv[at];
  }
  if (options.run == Options::Run::Script || options.run == Options::Run::StandardInput) ++at;
  for (; at < argc; ++at) options.arguments.push_back(argv[at]);
  apply_environment(options);
  if (options.run == Options::Run::Prompt && !isatty(0) && !options.interactive) options.run = Options::Run::StandardInput;
  return options;
}

}  // namespace py
