// The command line and the environment, as python3 reads them.
// Threads: filled at start-up, then constant.
#pragma once
#include <string>
#include <vector>

namespace py {

struct Options {
  enum class Run { Script, Command, Module, StandardInput, Prompt, Version, Help } run = Run::Prompt;
  enum class HelpPart { Options, Environment, XOptions, All } help_part = HelpPart::Options;
  std::string target;                    // of -c, -m, or the script
  std::vector<std::string> arguments;    // sys.argv after argv[0]
  std::vector<std::string> x_options;    // -X
  bool frozen_modules = true;            // -X frozen_modules
  std::vector<std::string> warnings;     // -W
  int optimize = 0, verbose = 0, bytes_warning = 0, quiet = 0, debug = 0;
  int int_max_str_digits = -1;           // -1: not given
  std::string check_hash_based_pycs = "default";
  std::string pycache_prefix;            // empty: not given
  bool has_pycache_prefix = false;       // given, maybe as nothing
  bool forced_randomization = false;     // -R
  bool hash_randomization = true;        // sys.flags
  bool interactive = false;              // -i, which implies `inspect`
  bool inspect = false, ignore_environment = false, isolated = false, no_site = false, no_user_site = false;
  bool unbuffered = false, dont_write_bytecode = false, safe_path = false, utf8_mode = false, dev_mode = false;
  bool skip_first_line = false, disassemble = false;
  int version_level = 0;
  std::string error;                     // what is wrong with the command line; exit code 2
  std::string fatal;                     // what is wrong with a value; exit code 1
  bool has_x(const std::string& name) const;
};

Options parse_options(int argc, char** argv);
std::string help_text(const Options& options);

}  // namespace py
