#include "core/modules/frozen.h"

#include "core/object/str.h"

namespace py {

namespace {

constexpr FrozenModule kFrozen[] = {
    {"zipimport", "zipimport.py", "zipimport"},
    {"abc", "abc.py", "abc"},
    {"codecs", "codecs.py", "codecs"},
    {"io", "io.py", "io"},
    {"_collections_abc", "_collections_abc.py", "_collections_abc"},
    {"_sitebuiltins", "_sitebuiltins.py", "_sitebuiltins"},
    {"genericpath", "genericpath.py", "genericpath"},
    {"ntpath", "ntpath.py", "ntpath"},
    {"posixpath", "posixpath.py", "posixpath"},
    {"os.path", "posixpath.py", "posixpath"},
    {"os", "os.py", "os"},
    {"site", "site.py", "site"},
    {"stat", "stat.py", "stat"},
    {"importlib.util", "importlib/util.py", "importlib.util"},
    {"importlib.machinery", "importlib/machinery.py", "importlib.machinery"},
    {"runpy", "runpy.py", "runpy"},
    {"__hello__", "__hello__.py", "__hello__"},
    {"__hello_alias__", "__hello__.py", "__hello__"},
    {"__phello__", "__phello__/__init__.py", "__phello__", true},
    {"__phello__.__init__", "__phello__/__init__.py", "<__phello__"},
    {"__phello__.ham", "__phello__/ham/__init__.py", "__phello__.ham", true},
    {"__phello__.ham.__init__", "__phello__/ham/__init__.py", "<__phello__.ham"},
    {"__phello__.ham.eggs", "__phello__/ham/eggs.py", "__phello__.ham.eggs"},
    {"__phello__.spam", "__phello__/spam.py", "__phello__.spam"},
};

std::atomic<int> overridden{0};

}  // namespace

bool use_frozen_modules = true;
Result<Ref<Code>> (*frozen_code_hook)(Thread& thread, const FrozenModule& module) = nullptr;

std::span<const FrozenModule> frozen_modules() { return kFrozen; }

void override_frozen_modules(int override_with) { overridden.store(override_with, std::memory_order_relaxed); }

const FrozenModule* find_frozen(const Str& name) {
  const int forced = overridden.load(std::memory_order_relaxed);
  if (!frozen_code_hook || forced < 0 || (forced == 0 && !use_frozen_modules)) return nullptr;
  for (const FrozenModule& module : kFrozen) {
    if (name.equals(module.name)) return &module;
  }
  return nullptr;
}

}  // namespace py
