// _csv: the functions and the registry of dialects.
#include "core/modules/csv/dialect.h"
#include "core/modules/csv/registry.h"
#include "core/modules/registry.h"
#include "core/object/dict.h"

namespace py::csv {

namespace {

GlobalRef dialects;  // name -> Dialect
Dict& registered() { return as<Dict>(dialects.peek()); }

Failure unknown_dialect(Thread& thread) { return raise(thread, error, "unknown dialect"); }

Result<void> register_dialect(Thread& thread, Rest arguments, Keywords keywords) {
  if (arguments.count < 1) return raise(thread, types.TypeError, "expected at least 1 argument, got 0");
  if (arguments.count > 2) return raise(thread, types.TypeError, "expected at most 2 arguments, got {}", arguments.count);
  const Value name = arguments.values[0];
  if (!is<Str>(name)) return raise(thread, types.TypeError, "dialect name must be a string");
  Ref<> dialect = TRY(make_dialect(thread, arguments.count > 1 ? arguments.values[1] : Unbound, keywords));
  return registered().set(thread, name, dialect);
}
Result<void> unregister_dialect(Thread& thread, Value name) {
  if (TRY(registered().remove(thread, name)).is_empty()) return unknown_dialect(thread);
  return {};
}
Result<Ref<>> get_dialect(Thread& thread, Value name) { return registered_dialect(thread, name); }
Result<Ref<List>> list_dialects(Thread& thread) { return to_list(thread, dialects.peek()); }

constexpr MethodSpec kFunctions[] = {
    function<make_reader>("reader(*args, **kwargs)",
                          "csv_reader = reader(iterable [, dialect='excel'] [optional keyword args])\n\n"
                          "iterable gives a line of input each time. What the reader gives are rows: lists of str.\n"
                          "dialect is a name or a set of options; keyword arguments override those."),
    function<make_writer>("writer(*args, **kwargs)",
                          "csv_writer = csv.writer(fileobj [, dialect='excel'] [optional keyword args])\n\n"
                          "fileobj has a write() method for text. writerow() and writerows() take iterables of fields."),
    function<register_dialect>("register_dialect(*args, **kwargs)",
                               "Create a mapping from a string name to a dialect class.\n"
                               "    dialect = csv.register_dialect(name[, dialect[, **fmtparams]])"),
    function<unregister_dialect>("unregister_dialect(name)",
                                 "Delete the name/dialect mapping associated with a string name.\n\n"
                                 "    csv.unregister_dialect(name)"),
    function<get_dialect>("get_dialect(name)", "Return the dialect instance associated with name.\n\n"
                                               "    dialect = csv.get_dialect(name)"),
    function<list_dialects>("list_dialects()", "Return a list of all known dialect names.\n\n    names = csv.list_dialects()"),
    function<field_size_limit>("field_size_limit(new_limit=<unrepresentable>)",
                               "Sets an upper limit on parsed fields.\n\n    csv.field_size_limit([limit])\n\n"
                               "Returns old limit. If limit is not given, no new limit is set and\nthe old limit is returned"),
};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(error.add(thread, module, "_csv", "Error"));
  TRY(add_dialect(thread, module));
  TRY(add_reader(thread, module));
  TRY(add_writer(thread, module));
  // The functions have the names of the types.
  TRY(add_functions_to_module(thread, module, kFunctions, std::size(kFunctions)));
  dialects.set(TRY(Dict::make(thread)));
  TRY(add_to_module(thread, module, "_dialects", dialects.peek()));
  const char* const names[] = {"QUOTE_MINIMAL", "QUOTE_ALL", "QUOTE_NONNUMERIC", "QUOTE_NONE"};
  for (usize i = 0; i < std::size(names); ++i) TRY(add_int_to_module(thread, module, names[i], static_cast<i64>(i)));
  Ref<Str> version = TRY(Str::from_ascii(thread, "1.0"));
  return add_to_module(thread, module, "__version__", version.value());
}

}  // namespace

Result<Ref<>> registered_dialect(Thread& thread, Value name) {
  Ref<> found = TRY(registered().get(thread, name));
  if (found.is_empty()) return unknown_dialect(thread);
  return found;
}

}  // namespace py::csv

namespace py {

const ModuleSpec kCsvModule = {"_csv",
                               "CSV parsing and writing.\n\n"
                               "Classes that read and write files of comma-separated values, and the dialects of these:\n"
                               "which characters delimit, quote and escape, and what is quoted.",
                               nullptr, 0, csv::initialize};

}  // namespace py
