// The command line and the environment, as python3 reads them.
// Threads: filled at start-up, then constant.
#pragma once
#include <string>
#include <vector>

namespace py {

struct Options {
  enum class Run { Script, Command, Module, StandardInput, Prompt, Version, Help } run = Run::Prompt;
  std::string target;                    // of -c, -m, or the script
  std::vector<std::string> arguments;    // sys.argv after argv[0]
  std::vector<std::string> x_options;    // -X
  std::vector<std::string> warnings;     // -W
  int optimize = 0, verbose = 0, bytes_warning = 0, quiet = 0;
  bool inspect = false, ignore_environment = false, isolated = false, no_site = false, no_user_site = false;
  bool unbuffered = false, dont_write_bytecode = false, safe_path = false, utf8_mode = false, dev_mode = false;
  bool skip_first_line = false, disassemble = false;
  int version_level = 0;
  std::string error;                     // what is wrong with the command line; exit code 2
  bool has_x(const std::string& name) const;
};

Options parse_options(int argc, char** argv);
extern const char kUsage[];

}  // namespace py
