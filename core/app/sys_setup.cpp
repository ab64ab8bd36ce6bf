#include "core/app/sys_setup.h"

#include "core/bind/define.h"
#include "core/bind/struct_sequence.h"
#include "core/importing/bootstrap.h"
#include "core/modules/io/standard_streams.h"
#include "core/modules/posix/path_argument.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/vm/imports.h"
#include "core/vm/sys_access.h"

#include <cfloat>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace py {

namespace {

// A struct sequence from its table and ints or values.
struct Item {
  const char* name;
  Value value;
};

Result<Ref<>> make_sequence(Thread& thread, const char* name, const char* doc, std::initializer_list<Item> items) {
  auto* fields = new StructSequenceField[items.size()];  // lives as long as the type: for ever
  usize count = 0;
  for (const Item& item : items) fields[count++].name = item.name;
  auto* spec = new StructSequenceSpec{name, doc, fields, count, count};
  Type& type = make_struct_sequence_type(thread, *spec);
  Ref<Tuple> made = TRY(new_struct_sequence(thread, type));
  usize index = 0;
  for (const Item& item : items) set_struct_field(*made, index++, Ref<>::share(item.value));
  type.set_flag(TypeFlag::NoInstantiation);
  return Ref<>(std::move(made));
}

Result<void> set(Thread& thread, std::string_view name, Value value) { return sys_dict()->set_str(thread, name, value); }
Result<void> set_text(Thread& thread, std::string_view name, std::string_view text) {
  Ref<Str> made = TRY(Str::from_utf8(thread, text));
  return set(thread, name, made.value());
}

Result<void> set_versions(Thread& thread) {
  Ref<Str> final_text = TRY(Str::from_ascii(thread, "final"));
  Ref<> version = TRY(make_sequence(thread, "sys.version_info", "Version information as a named tuple.",
                                    {{"major", Value::integer(3)}, {"minor", Value::integer(11)}, {"micro", Value::integer(2)},
                                     {"releaselevel", final_text.value()}, {"serial", Value::integer(0)}}));
  TRY(set(thread, "version_info", version));
  Ref<> implementation = TRY(call(thread, types.simple_namespace->value(), {}));
  Ref<Str> name = TRY(Str::from_ascii(thread, "weft")), tag = TRY(Str::from_ascii(thread, "weft-311"));
  Ref<Str> multiarch = TRY(Str::from_ascii(thread, "x86_64-linux-gnu"));
  TRY(set_attribute(thread, implementation, "name", name.value()));
  TRY(set_attribute(thread, implementation, "cache_tag", tag.value()));
  TRY(set_attribute(thread, implementation, "version", version));
  TRY(set_attribute(thread, implementation, "hexversion", Value::integer(0x030B02F0)));
  TRY(set_attribute(thread, implementation, "_multiarch", multiarch.value()));
  return set(thread, "implementation", implementation);
}

Result<void> set_number_limits(Thread& thread) {
  Ref<> max = TRY(make_float(thread, DBL_MAX)), min = TRY(make_float(thread, DBL_MIN)), epsilon = TRY(make_float(thread, DBL_EPSILON));
  Ref<> floats = TRY(make_sequence(
      thread, "sys.float_info", "A named tuple holding information about the float type.",
      {{"max", max}, {"max_exp", Value::integer(DBL_MAX_EXP)}, {"max_10_exp", Value::integer(DBL_MAX_10_EXP)}, {"min", min},
       {"min_exp", Value::integer(DBL_MIN_EXP)}, {"min_10_exp", Value::integer(DBL_MIN_10_EXP)}, {"dig", Value::integer(DBL_DIG)},
       {"mant_dig", Value::integer(DBL_MANT_DIG)}, {"epsilon", epsilon}, {"radix", Value::integer(2)}, {"rounds", Value::integer(1)}}));
  TRY(set(thread, "float_info", floats));
  Ref<> ints = TRY(make_sequence(thread, "sys.int_info", "A named tuple that holds information about Python's internal representation of integers.",
                                 {{"bits_per_digit", Value::integer(30)}, {"sizeof_digit", Value::integer(4)},
                                  {"default_max_str_digits", Value::integer(4300)}, {"str_digits_check_threshold", Value::integer(640)}}));
  TRY(set(thread, "int_info", ints));
  Ref<> modulus = TRY(make_int(thread, (i64{1} << 61) - 1));
  Ref<Str> algorithm = TRY(Str::from_ascii(thread, "siphash13"));
  Ref<> hashes = TRY(make_sequence(thread, "sys.hash_info", "A named tuple providing parameters used for computing hashes.",
                                   {{"width", Value::integer(64)}, {"modulus", modulus}, {"inf", Value::integer(314159)}, {"nan", Value::integer(0)},
                                    {"imag", Value::integer(1000003)}, {"algorithm", algorithm.value()}, {"hash_bits", Value::integer(64)},
                                    {"seed_bits", Value::integer(128)}, {"cutoff", Value::integer(0)}}));
  TRY(set(thread, "hash_info", hashes));
  Ref<Str> pthread = TRY(Str::from_ascii(thread, "pthread")), futex = TRY(Str::from_ascii(thread, "mutex+cond"));
  Ref<> threads = TRY(make_sequence(thread, "sys.thread_info", "A named tuple holding information about the thread implementation.",
                                    {{"name", pthread.value()}, {"lock", futex.value()}, {"version", None}}));
  return set(thread, "thread_info", threads);
}

Result<void> set_flags(Thread& thread, const Options& options) {
  auto number = [](int value) { return Value::integer(value); };
  Ref<> flags = TRY(make_sequence(
      thread, "sys.flags", "Flags provided through command line arguments or environment vars.",
      {{"debug", number(options.debug)}, {"inspect", number(options.inspect)}, {"interactive", number(options.interactive)}, {"optimize", number(options.optimize)},
       {"dont_write_bytecode", number(options.dont_write_bytecode)}, {"no_user_site", number(options.no_user_site)}, {"no_site", number(options.no_site)},
       {"ignore_environment", number(options.ignore_environment)}, {"verbose", number(options.verbose)}, {"bytes_warning", number(options.bytes_warning)},
       {"quiet", number(options.quiet)}, {"hash_randomization", number(options.hash_randomization)}, {"isolated", number(options.isolated)},
       {"dev_mode", Value::boolean(options.dev_mode)}, {"utf8_mode", number(options.utf8_mode)}, {"warn_default_encoding", number(0)},
       {"safe_path", Value::boolean(options.safe_path)}, {"int_max_str_digits", number(options.int_max_str_digits)}}));
  TRY(set(thread, "flags", flags));
  TRY(set(thread, "dont_write_bytecode", Value::boolean(options.dont_write_bytecode)));
  Dict& xoptions = as<Dict>(sys_dict()->find_str(intern(thread, "_xoptions")));
  for (const std::string& option : options.x_options) {
    const usize equals = option.find('=');
    Ref<Str> key = TRY(Str::from_utf8(thread, option.substr(0, equals)));
    Ref<> value = Ref<>::adopt(True);
    if (equals != std::string::npos) value = Ref<>(TRY(Str::from_utf8(thread, option.substr(equals + 1))));
    TRY(xoptions.set(thread, key.value(), value));
  }
  List& warnings = as<List>(sys_dict()->find_str(intern(thread, "warnoptions")));
  for (const std::string& option : options.warnings) {
    Ref<Str> text = TRY(Str::from_utf8(thread, option));
    TRY(warnings.append(thread, text.value()));
  }
  return {};
}

std::string own_path() {
  char buffer[PATH_MAX];
  const ssize_t length = ::readlink("/proc/self/exe", buffer, sizeof buffer);
  return length > 0 ? std::string(buffer, static_cast<usize>(length)) : std::string();
}

std::string folder_of(const std::string& path) {
  char real[PATH_MAX];
  const std::string whole = ::realpath(path.c_str(), real) ? real : path;
  const usize slash = whole.rfind('/');
  return slash == std::string::npos ? "" : slash == 0 ? "/" : whole.substr(0, slash);
}

Result<void> append(Thread& thread, List& list, std::string_view text) {
  return list.append(thread, TRY(decode_file_name(thread, text)));
}

Result<void> set_paths(Thread& thread, const Options& options) {
  Ref<List> path = TRY(List::make(thread));
  const char* extra = options.ignore_environment ? nullptr : std::getenv("PYTHONPATH");
  for (std::string rest = extra ? extra : ""; !rest.empty();) {
    const usize colon = rest.find(':');
    TRY(append(thread, *path, rest.substr(0, colon)));
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  TRY(append(thread, *path, "/usr/lib/python311.zip"));
  TRY(append(thread, *path, kStandardLibrary));
  TRY(set(thread, "path", path.value()));
  const std::string executable = own_path();
  TRY(set_text(thread, "executable", executable));
  TRY(set_text(thread, "_base_executable", executable));
  for (const char* name : {"prefix", "base_prefix", "exec_prefix", "base_exec_prefix"}) TRY(set_text(thread, name, "/usr"));
  TRY(set_text(thread, "_stdlib_dir", kStandardLibrary));
  TRY(set_text(thread, "abiflags", ""));
  // Compiled code goes to the user's cache, never beside sources that other interpreters share.
  const std::string cache = options.has_pycache_prefix ? options.pycache_prefix : cache_folder();
  if (!cache.empty()) return set_text(thread, "pycache_prefix", cache);
  TRY(set(thread, "dont_write_bytecode", True));
  return set(thread, "pycache_prefix", None);
}

}  // namespace

Result<void> add_program_path(Thread& thread, const Options& options) {
  if (options.safe_path) return {};
  Ref<> list = sys_attribute(thread, "path");
  if (!is<List>(list)) return {};
  char here[PATH_MAX];
  const std::string folder = options.run == Options::Run::Script   ? folder_of(options.target)
                             : options.run == Options::Run::Module ? ::getcwd(here, sizeof here) ? here : ""
                                                                   : "";
  Ref<> entry = TRY(decode_file_name(thread, folder));
  return as<List>(list).insert(thread, 0, entry);
}

namespace {

Result<void> set_argv(Thread& thread, const Options& options, int argc, char** argv) {
  Ref<List> list = TRY(List::make(thread));
  const bool named = options.run == Options::Run::Script || options.run == Options::Run::StandardInput;
  TRY(append(thread, *list, options.run == Options::Run::Command ? "-c" : options.run == Options::Run::Module ? "-m" : named ? options.target : ""));
  for (const std::string& argument : options.arguments) TRY(append(thread, *list, argument));
  TRY(set(thread, "argv", list.value()));
  Ref<List> original = TRY(List::make(thread));
  for (int i = 0; i < argc; ++i) TRY(append(thread, *original, argv[i]));
  return set(thread, "orig_argv", original.value());
}

Result<void> set_check_of_hash_based_pycs(Thread& thread, const Options& options) {
  Ref<Str> mode = TRY(Str::from_utf8(thread, options.check_hash_based_pycs));
  Ref<> imp = Ref<>::share(loaded_modules()->find_str(intern(thread, "_imp")));
  return set_attribute(thread, imp, "check_hash_based_pycs", mode.value());
}

// What writes to sys.stderr before the streams exist: -v does.
Result<isize> write_early(Thread&, Str& text) {
  const std::string utf8 = text.utf8();
  return static_cast<isize>(std::fwrite(utf8.data(), 1, utf8.size(), stderr));
}
Result<void> flush_early(Thread&) { return {}; }
constexpr MethodSpec kEarlyMethods[] = {function<write_early>("write(text, /)", nullptr), function<flush_early>("flush()", nullptr)};

Result<void> set_early_stream(Thread& thread) {
  Ref<> stream = TRY(call(thread, types.simple_namespace->value(), {}));
  for (const MethodSpec& spec : kEarlyMethods) {
    Ref<NativeFunction> method = TRY(make_native_function(thread, *types.builtin_function, spec, Empty, None, nullptr));
    TRY(set_attribute(thread, stream, spec.name, method.value()));
  }
  return set(thread, "stderr", stream);
}

}  // namespace

Result<void> set_up_sys(Thread& thread, const Options& options, int argc, char** argv) {
  TRY(set_versions(thread));
  TRY(set_number_limits(thread));
  TRY(set_flags(thread, options));
  TRY(set_check_of_hash_based_pycs(thread, options));
  if (options.verbose) TRY(set_early_stream(thread));
  TRY(set_paths(thread, options));
  return set_argv(thread, options, argc, argv);
}

Result<void> set_up_streams(Thread& thread, const Options& options) {
  TRY(import_module(thread, "io"));
  Ref<> open_function = TRY(get_attribute(thread, loaded_modules()->find_str(intern(thread, "_io")), names::open()));
  Module& builtins = as<Module>(loaded_modules()->find_str(names::builtins()));
  TRY(add_to_module(thread, builtins, "open", open_function));
  StreamOptions stream_options;
  stream_options.unbuffered = options.unbuffered;
  stream_options.isolated = options.ignore_environment;
  return create_standard_streams(thread, as<Module>(loaded_modules()->find_str(names::sys())), stream_options);
}

}  // namespace py
