#include "core/app/options.h"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace py {

const char kUsage[] =
    "usage: weft [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "Options (and corresponding environment variables):\n"
    "-b     : issue warnings about str(bytes_instance), str(bytearray_instance)\n"
    "         and comparing bytes/bytearray with str. (-bb: issue errors)\n"
    "-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x\n"
    "-c cmd : program passed in as string (terminates option list)\n"
    "-E     : ignore PYTHON* environment variables (such as PYTHONPATH)\n"
    "-h     : print this help message and exit (also -? or --help)\n"
    "-i     : inspect interactively after running script\n"
    "-I     : isolate from the user's environment (implies -E and -s)\n"
    "-m mod : run library module as a script (terminates option list)\n"
    "-O     : remove assert statements; -OO: remove docstrings too\n"
    "-P     : don't prepend a potentially unsafe path to sys.path\n"
    "-q     : don't print version and copyright messages on interactive startup\n"
    "-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE\n"
    "-S     : don't imply 'import site' on initialization\n"
    "-u     : force the stdout and stderr streams to be unbuffered\n"
    "-v     : verbose (trace import statements)\n"
    "-V     : print the version number and exit (also --version)\n"
    "-W arg : warning control; also PYTHONWARNINGS=arg\n"
    "-x     : skip first line of source\n"
    "-X opt : implementation-specific option: dis, dev, utf8, int_max_str_digits=N\n"
    "file   : program read from script file\n"
    "-      : program read from stdin (default; interactive mode if a tty)\n"
    "arg ...: arguments passed to program in sys.argv[1:]\n";

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
    case 'd': return true;
    case 'E': options.ignore_environment = true; return true;
    case 'i': options.inspect = true; return true;
    case 'I': options.isolated = options.ignore_environment = options.no_user_site = options.safe_path = true; return true;
    case 'O': ++options.optimize; return true;
    case 'P': options.safe_path = true; return true;
    case 'q': ++options.quiet; return true;
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

void apply_environment(Options& options) {
  if (environment(options, "PYTHONDONTWRITEBYTECODE")) options.dont_write_bytecode = true;
  if (environment(options, "PYTHONUNBUFFERED")) options.unbuffered = true;
  if (environment(options, "PYTHONINSPECT")) options.inspect = true;
  if (environment(options, "PYTHONNOUSERSITE")) options.no_user_site = true;
  if (environment(options, "PYTHONSAFEPATH")) options.safe_path = true;
  if (const char* level = environment(options, "PYTHONOPTIMIZE")) options.optimize = std::max(options.optimize, std::max(1, std::atoi(level)));
  if (const char* level = environment(options, "PYTHONVERBOSE")) options.verbose = std::max(options.verbose, std::max(1, std::atoi(level)));
  if (const char* utf8 = environment(options, "PYTHONUTF8")) options.utf8_mode = std::strcmp(utf8, "1") == 0;
  if (environment(options, "PYTHONDEVMODE")) options.dev_mode = true;
  if (const char* list = environment(options, "PYTHONWARNINGS")) {
    std::vector<std::string> from_environment;
    std::string rest = list;
    for (std::size_t comma; !rest.empty(); rest = comma == std::string::npos ? "" : rest.substr(comma + 1)) {
      comma = rest.find(',');
      from_environment.push_back(rest.substr(0, comma));
    }
    options.warnings.insert(options.warnings.begin(), from_environment.begin(), from_environment.end());
  }
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
    if (word == "--help") { options.run = Options::Run::Help; return options; }
    if (word == "--version") { options.run = Options::Run::Version; return options; }
    if (word == "--") { ++at; break; }
    if (word == "--check-hash-based-pycs") { ++at; continue; }
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
  if (options.run == Options::Run::Prompt && !isatty(0) && !options.inspect) options.run = Options::Run::StandardInput;
  if (options.has_x("utf8")) options.utf8_mode = true;
  if (options.has_x("dev")) options.dev_mode = true;
  options.disassemble = options.has_x("dis");
  return options;
}

}  // namespace py
