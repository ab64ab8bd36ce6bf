// What -h and its kin print.
#include "core/app/options.h"

namespace py {

namespace {

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
    "-R     : use a pseudo-random salt for str and bytes hashes (the default)\n"
    "-q     : don't print version and copyright messages on interactive startup\n"
    "-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE\n"
    "-S     : don't imply 'import site' on initialization\n"
    "-u     : force the stdout and stderr streams to be unbuffered\n"
    "-v     : verbose (trace import statements)\n"
    "-V     : print the version number and exit (also --version)\n"
    "-W arg : warning control; also PYTHONWARNINGS=arg\n"
    "-x     : skip first line of source\n"
    "-X opt : set an implementation-specific option; see --help-xoptions\n"
    "--check-hash-based-pycs always|default|never:\n"
    "         how hash-based .pyc files are checked against their sources\n"
    "--help-env: describe the environment variables\n"
    "--help-xoptions: describe the -X options\n"
    "--help-all: print all of this\n"
    "file   : program read from script file\n"
    "-      : program read from stdin (default; interactive mode if a tty)\n"
    "arg ...: arguments passed to program in sys.argv[1:]\n";

const char kXOptions[] =
    "The following implementation-specific options are available:\n"
    "-X dev: development mode: default warning filters, faulthandler\n"
    "-X dis: print the instructions of the program before it runs\n"
    "-X faulthandler: enable faulthandler\n"
    "-X importtime: print on stderr how long each module took to import\n"
    "-X int_max_str_digits=N: limit for conversions between int and str; 0 disables it\n"
    "-X pycache_prefix=PATH: the root of the tree for .pyc files\n"
    "-X stats: print on stderr what the program cost: time, memory, objects, collections\n"
    "-X trace=CHANNELS: print what the runtime does; gc, share, import, compile, thread, shapes or all, with commas\n"
    "-X utf8: UTF-8 mode, which weft always has\n";

const char kEnvironment[] =
    "Environment variables that change behaviour:\n"
    "PYTHONPATH: folders, separated by colons, that precede the module search path\n"
    "PYTHONHOME: accepted and ignored: the standard library is the one of the system\n"
    "PYTHONSAFEPATH: don't prepend a potentially unsafe path to sys.path (-P)\n"
    "PYTHONHASHSEED: 'random', or the number that hashes of str and bytes begin with\n"
    "PYTHONINTMAXSTRDIGITS: limit for conversions between int and str (-X int_max_str_digits)\n"
    "PYTHONIOENCODING: encoding[:errors] of stdin, stdout and stderr\n"
    "PYTHONPROFILEIMPORTTIME: print how long imports take (-X importtime)\n"
    "PYTHONPYCACHEPREFIX: the root of the tree for .pyc files (-X pycache_prefix)\n"
    "PYTHONUTF8: UTF-8 mode (-X utf8)\n"
    "PYTHONDEVMODE: development mode (-X dev)\n"
    "PYTHONDEBUG, PYTHONDONTWRITEBYTECODE, PYTHONINSPECT, PYTHONNOUSERSITE, PYTHONOPTIMIZE,\n"
    "PYTHONUNBUFFERED, PYTHONVERBOSE, PYTHONWARNINGS: as -d, -B, -i, -s, -O, -u, -v, -W\n";

}  // namespace

std::string help_text(const Options& options) {
  switch (options.help_part) {
    case Options::HelpPart::Environment: return kEnvironment;
    case Options::HelpPart::XOptions: return kXOptions;
    case Options::HelpPart::All: return std::string(kUsage) + "\n" + kEnvironment + "\n" + kXOptions;
    case Options::HelpPart::Options: return kUsage;
  }
  return kUsage;
}

}  // namespace py
