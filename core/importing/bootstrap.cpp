#include "core/importing/bootstrap.h"

#include "core/bind/define.h"
#include "core/builtins/import_function.h"
#include "core/compiler/compiler.h"
#include "core/importing/zip_hook.h"
#include "core/modules/frozen.h"
#include "core/modules/marshal.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/interpreter.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace py {

namespace {

bool read_file(const std::string& path, std::string& content) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return false;
  char buffer[65536];
  usize count;
  while ((count = std::fread(buffer, 1, sizeof buffer, file)) > 0) content.append(buffer, count);
  std::fclose(file);
  return true;
}

// What a cached file starts with: the bytecode's version and the state of its source.
struct CacheHeader {
  char magic[8];
  i64 modified_ns;
  i64 size;
};

CacheHeader header_for(const struct stat& status) {
  CacheHeader header{{'w', 'e', 'f', 't', 'c', 0, 0, 3}, status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec, status.st_size};
  return header;
}

std::string cache_path(const std::string& source) {
  const std::string folder = cache_folder();
  if (folder.empty()) return "";
  std::string name = source;
  for (char& c : name) {
    if (c == '/') c = '.';
  }
  return folder + "/boot" + name + "c";
}

void make_folders(const std::string& path) {
  for (usize at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) ::mkdir(path.substr(0, at).c_str(), 0777);
}

// Written beside and renamed, so that nobody reads half a file. Failure is silent: the cache is a convenience.
void write_cache(const std::string& path, const CacheHeader& header, const std::string& body) {
  make_folders(path);
  const std::string temporary = path + "." + std::to_string(::getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (!file) return;
  const bool whole = std::fwrite(&header, sizeof header, 1, file) == 1 && std::fwrite(body.data(), 1, body.size(), file) == body.size();
  if (std::fclose(file) != 0 || !whole || std::rename(temporary.c_str(), path.c_str()) != 0) ::unlink(temporary.c_str());
}

// `name` is what the code calls its file.
Result<Ref<Code>> library_code(Thread& thread, const std::string& path, const std::string& name) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return raise(thread, types.ImportError, "the standard library is missing: {}", path);
  const CacheHeader header = header_for(status);
  const std::string cached = cache_path(path);
  std::string content;
  if (!cached.empty() && read_file(cached, content) && content.size() > sizeof header &&
      std::memcmp(content.data(), &header, sizeof header) == 0) {
    Result<Ref<>> code = unmarshal(thread, std::string_view(content).substr(sizeof header));
    if (!code.failed()) {
      Ref<> value = code.take();
      if (is<Code>(value)) return Ref<Code>::share(&as<Code>(value));
    } else {
      clear_pending(thread);
    }
  }
  content.clear();
  if (!read_file(path, content)) return raise(thread, types.ImportError, "cannot read {}", path);
  Ref<Str> filename = TRY(Str::from_utf8(thread, name));
  Ref<Code> code = TRY(compile_source(thread, content, *filename, CompileOptions{}));
  if (!cached.empty()) {
    Result<std::string> body = marshal_value(thread, code.value());
    if (!body.failed()) write_cache(cached, header, body.take());
    if (thread.has_pending()) clear_pending(thread);
  }
  return code;
}

Result<Ref<Module>> library_module(Thread& thread, const char* name, const std::string& file) {
  Ref<Module> module = TRY(make_module(thread, intern(thread, name).value()));
  TRY(loaded_modules()->set(thread, intern(thread, name).value(), module.value()));
  const std::string path = std::string(kStandardLibrary) + "/importlib/" + file + ".py";
  Ref<Code> code = TRY(library_code(thread, path, std::string("<frozen importlib.") + file + ">"));
  Dict& globals = as<Dict>(module->dict.peek());
  TRY(run_code(thread, *code, globals, globals.value()));
  return module;
}

Result<Ref<Code>> frozen_code(Thread& thread, const FrozenModule& module) {
  std::string_view origin = module.origin;
  if (origin.starts_with("<")) origin.remove_prefix(1);
  const std::string path = std::string(kStandardLibrary) + "/" + std::string(module.file);
  return library_code(thread, path, "<frozen " + std::string(origin) + ">");
}

// Compiled code is good for the executable that made it: bytecode has no stable form.
std::string executable_tag() {
  struct stat status;
  if (::stat("/proc/self/exe", &status) != 0) return "unknown";
  char tag[64];
  std::snprintf(tag, sizeof tag, "%llx-%llx", static_cast<unsigned long long>(status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec),
                static_cast<unsigned long long>(status.st_size));
  return tag;
}

// What cached files of this executable begin with: those of other builds, and of other interpreters, count as out of date.
// The end is the one that CPython's have.
Result<void> set_magic_number(Thread& thread, Module& external) {
  constexpr u16 kCPython = 3495;
  u16 number = static_cast<u16>(std::hash<std::string>()(executable_tag()));
  if (number == kCPython) ++number;
  const char bytes[] = {static_cast<char>(number), static_cast<char>(number >> 8), '\r', '\n'};
  Ref<Bytes> magic = TRY(Bytes::from(thread, {bytes, sizeof bytes}));
  TRY(set_attribute(thread, external.value(), "MAGIC_NUMBER", magic.value()));
  return set_attribute(thread, external.value(), "_RAW_MAGIC_NUMBER", Value::integer(number | u32{'\r'} << 16 | u32{'\n'} << 24));
}

}  // namespace

std::string cache_folder() {
  static const std::string folder = [] {
    const char* base = std::getenv("XDG_CACHE_HOME");
    if (base && *base == '/') return std::string(base) + "/weft/" + executable_tag();
    const char* home = std::getenv("HOME");
    if (!home) {
      const passwd* entry = ::getpwuid(::geteuid());
      home = entry ? entry->pw_dir : nullptr;
    }
    return home && *home == '/' ? std::string(home) + "/.cache/weft/" + executable_tag() : std::string();
  }();
  return folder;
}

Result<void> bootstrap_import(Thread& thread) {
  frozen_code_hook = frozen_code;
  Ref<Module> bootstrap = TRY(library_module(thread, "_frozen_importlib", "_bootstrap"));
  const Value sys = loaded_modules()->find_str(names::sys());
  const Value imp = loaded_modules()->find_str(intern(thread, "_imp"));
  TRY(call_method(thread, bootstrap.value(), "_install", {sys, imp}));
  set_importer(bootstrap.value());
  Ref<Module> external = TRY(library_module(thread, "_frozen_importlib_external", "_bootstrap_external"));
  TRY(set_magic_number(thread, *external));
  TRY(set_attribute(thread, bootstrap.value(), "_bootstrap_external", external.value()));
  TRY(call_method(thread, bootstrap.value(), "_install_external_importers", {}));
  TRY(install_zip_hook(thread));
  return {};
}

}  // namespace py
