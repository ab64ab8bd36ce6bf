#include "core/importing/zip_hook.h"

#include "core/bind/define.h"
#include "core/importing/bootstrap.h"
#include "core/object/dict.h"
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

// The module zipimport, loaded without a look at sys.path, which is being looked through.
Result<Ref<>> zipimport(Thread& thread) {
  Str& name = intern(thread, "zipimport");
  const Value loaded = loaded_modules()->find_str(name);
  if (is<Module>(loaded)) return Ref<>::share(loaded);
  Ref<> machinery = Ref<>::share(loaded_modules()->find_str(intern(thread, "_frozen_importlib_external")));
  Ref<Str> file = TRY(Str::from_utf8(thread, std::string(kStandardLibrary) + "/zipimport.py"));
  Ref<> spec = TRY(call_method(thread, machinery, "spec_from_file_location", {name.value(), file.value()}));
  Ref<> importer = Ref<>::share(loaded_modules()->find_str(intern(thread, "_frozen_importlib")));
  return call_method(thread, importer, "_load", {spec});
}

Result<Ref<>> zip_hook(Thread& thread, Value path) {
  if (is<Str>(path) && !leads_into_file(as<Str>(path).utf8())) {
    return raise(thread, types.ImportError, "not a Zip file: {!r}", path);
  }
  Ref<> module = TRY(zipimport(thread));
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
