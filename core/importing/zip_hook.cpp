#include "core/importing/zip_hook.h"

#include "core/bind/define.h"
#include "core/vm/imports.h"
#include "core/vm/sys_access.h"

#include <string>
#include <sys/stat.h>

namespace py {

namespace {

// Whether the path, or a folder that it is in, is a plain file: then it may be an archive.
bool leads_into_file(std::string path) {
  while (!path.empty()) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0) return S_ISREG(status.st_mode);
    const usize slash = path.rfind('/');
    if (slash == std::string::npos) return false;
    path.resize(slash);
  }
  return false;
}

Result<Ref<>> zip_hook(Thread& thread, Value path) {
  if (is<Str>(path) && !leads_into_file(as<Str>(path).utf8())) {
    return raise(thread, types.ImportError, "not a Zip file: {!r}", path);
  }
  Ref<> module = TRY(import_module(thread, "zipimport"));
  Ref<> importer = TRY(get_attribute(thread, module, "zipimporter"));
  return call(thread, importer, {path});
}

constexpr MethodSpec kHook = function<zip_hook>("zipimporter(path, /)", "Path hook of Zip archives: imports zipimport on need.");

}  // namespace

Result<void> install_zip_hook(Thread& thread) {
  Ref<> hooks = sys_attribute(thread, "path_hooks");
  if (!is<List>(hooks)) return {};
  Ref<NativeFunction> hook = TRY(make_native_function(thread, *types.builtin_function, kHook, Empty, None, nullptr));
  return as<List>(hooks).insert(thread, 0, hook.value());
}

}  // namespace py
