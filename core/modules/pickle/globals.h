// What the module `_pickle` uses of the library: the registries of copyreg, the names that changed since Python 2, and a
// few functions. Threads: set at the module's import, then constant; the dicts are shared as any.
#pragma once
#include "core/modules/exception_class.h"
#include "core/object/dict.h"

namespace py::pickle {

extern ModuleException pickle_error, pickling_error, unpickling_error;

struct Library {
  GlobalRef dispatch_table, extension_registry, inverted_registry, extension_cache;  // copyreg
  GlobalRef new_names, new_modules, old_names, old_modules;                          // _compat_pickle
  GlobalRef encode;      // codecs.encode
  GlobalRef getattr;     // builtins.getattr
  GlobalRef partial;     // functools.partial
};
extern Library library;
inline Dict& dict_of(const GlobalRef& ref) { return as<Dict>(ref.peek()); }
Result<void> load_library(Thread& thread);

// A class or function by its dotted name in an object. The path has no "<locals>", or AttributeError.
Result<Ref<List>> dotted_path(Thread& thread, Value object, Str& name);
struct Found {
  Ref<> object, parent;  // Empty: there is none
};
Result<Found> find_attribute(Thread& thread, Value object, List& path);

// Functions that a subclass may define, or that are set: persistent_id and persistent_load. A bound method of `self` is
// kept as its function alone, so that no cycle arises.
struct Hook {
  Ref<> function;  // Empty: none
  bool bound = false;
};
Result<Hook> find_hook(Thread& thread, Object& self, std::string_view name);

Result<void> add_pickler(Thread& thread, Module& module);
Result<void> add_unpickler(Thread& thread, Module& module);
Result<void> add_memo_proxies(Thread& thread);
Result<void> add_pickle_buffer(Thread& thread, Module& module);

}  // namespace py::pickle
