// _warnings: what decides whether a warning is shown, ignored or raised; the `warnings` module shows it.
//
// The filters, the default action and the registry of warnings shown once are those of `warnings`, where a program may
// replace them. Threads: the version counts atomically; lists and dicts are taken as they are at the moment.
#include "core/modules/registry.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/frame.h"
#include "core/vm/imports.h"
#include "core/vm/sys_access.h"

namespace py {

namespace {

std::atomic<i64> filters_version{0};  // a registry of another version counts no more

struct Warning {
  Ref<> message;  // an instance of the category
  Ref<> text;     // what filters look at
  Ref<Type> category;
  Ref<> filename, module;
  i64 line;
};

// What `warnings` has under a name; else what this module began with, under `own`.
Result<Ref<>> warnings_attribute(Thread& thread, std::string_view name, std::string_view own) {
  Ref<> module = TRY(import_module(thread, "warnings"));
  Ref<> found = TRY(get_attribute_or_empty(thread, module, name));
  if (!found.is_empty()) return found;
  return get_attribute(thread, Ref<>(TRY(import_module(thread, "_warnings"))), own);
}

Failure bad_category(Thread& thread, Value category) {
  return raise(thread, types.TypeError, "category must be a Warning subclass, not '{}'", type_of(category));
}

// The category and the message as an object, out of what was given for them.
Result<void> settle_message(Thread& thread, Warning& warning, Value message, Value category) {
  if (TRY(is_instance(thread, message, types.Warning->value()))) {
    warning.message = Ref<>::share(message);
    warning.text = Ref<>(TRY(to_str(thread, message)));
    warning.category = Ref<Type>::share(&type_of(message));
    return {};
  }
  if (category.is_none()) category = types.UserWarning->value();
  if (!is<Type>(category) || !as<Type>(category).is_subtype_of(*types.Warning)) return bad_category(thread, category);
  warning.text = Ref<>::share(message);
  warning.category = Ref<Type>::share(&as<Type>(category));
  warning.message = TRY(call(thread, category, {message}));
  return {};
}

// Whether a part of a filter fits: None always, a str what is equal, anything else what its match() finds.
Result<bool> fits(Thread& thread, Value part, Value text) {
  if (part.is_none()) return true;
  if (is_exact<Str>(part)) return equal(thread, part, text);
  Ref<> found = TRY(call_method(thread, part, "match", {text}));
  return is_true(thread, found);
}
Result<bool> filter_fits(Thread& thread, const Tuple& filter, const Warning& warning) {
  if (!TRY(fits(thread, filter[1], warning.text)) || !TRY(is_subclass(thread, warning.category.value(), filter[2]))) return false;
  if (!TRY(fits(thread, filter[3], warning.module))) return false;
  const isize line = TRY(to_isize(thread, filter[4]));
  return line == 0 || line == warning.line;
}

struct Decision {
  Ref<> action;
  Ref<> filter;  // None: the default action
};
Result<Decision> decide(Thread& thread, const Warning& warning) {
  Ref<> filters = TRY(warnings_attribute(thread, "filters", "filters"));
  if (!is<List>(filters)) return raise(thread, types.ValueError, "_warnings.filters must be a list");
  for (isize i = 0; i < as<List>(filters).length(); ++i) {
    Ref<> filter = Ref<>::share(as<List>(filters).peek(i));
    if (!is<Tuple>(filter) || as<Tuple>(filter).length != 5) {
      return raise(thread, types.ValueError, "_warnings.filters item {} isn't a 5-tuple", i);
    }
    const Value action = as<Tuple>(filter)[0];
    if (!is<Str>(action)) return raise(thread, types.TypeError, "action must be a string, not '{}'", type_of(action));
    if (TRY(filter_fits(thread, as<Tuple>(filter), warning))) return Decision{Ref<>::share(action), std::move(filter)};
  }
  Ref<> action = TRY(warnings_attribute(thread, "defaultaction", "_defaultaction"));
  if (!is<Str>(action)) {
    return raise(thread, types.TypeError, "_warnings.defaultaction must be a string, not '{}'", type_of(action));
  }
  return Decision{std::move(action), Ref<>::adopt(None)};
}

// Whether the registry has the key; forgets all of it when the filters changed since.
Result<bool> is_registered(Thread& thread, Value registry, Value key, bool add) {
  if (registry.is_none()) return false;
  Dict& dict = as<Dict>(registry);
  Str& version_name = intern(thread, "version");
  Ref<> version = TRY(dict.get(thread, version_name.value()));
  const Value now = Value::integer(filters_version.load(std::memory_order_relaxed));
  if (version.value() != now) {
    dict.clear();
    TRY(dict.set(thread, version_name.value(), now));
  } else if (Ref<> known = TRY(dict.get(thread, key)); !known.is_empty() && TRY(is_true(thread, known))) {
    return true;
  }
  if (add) TRY(dict.set(thread, key, True));
  return false;
}

Result<void> show_plainly(Thread& thread, const Warning& warning) {
  Ref<> stream = sys_attribute(thread, "stderr");
  if (stream.is_empty() || stream.value().is_none()) return {};
  Ref<Str> text = TRY(format_str(thread, "{}:{}: {}: {}\n", warning.filename.value(), warning.line, *warning.category, warning.text.value()));
  TRY(call_method(thread, stream, names::write(), {text.value()}));
  return {};
}

Result<void> show(Thread& thread, const Warning& warning, Value source) {
  Ref<> module = TRY(import_module(thread, "warnings"));
  Ref<> function = TRY(get_attribute_or_empty(thread, module, "_showwarnmsg"));
  if (function.is_empty()) return show_plainly(thread, warning);
  if (!is_callable(function)) return raise(thread, types.TypeError, "warnings._showwarnmsg() must be set to a callable");
  Ref<> maker = TRY(get_attribute(thread, module, "WarningMessage"));
  Ref<> line = TRY(make_int(thread, warning.line));
  Ref<> made = TRY(call(thread, maker, {warning.message, warning.category.value(), warning.filename, line, None, None, source}));
  TRY(call(thread, function, {made}));
  return {};
}

// Whether the warning was shown before, as the action counts that.
Result<bool> shown_before(Thread& thread, const Warning& warning, const Decision& decision, Value registry, Value key) {
  const Str& action = as<Str>(decision.action);
  if (action.equals("always")) return false;
  if (!registry.is_none()) TRY(as<Dict>(registry).set(thread, key, True));
  if (action.equals("default")) return false;
  Ref<Tuple> everywhere = TRY(Tuple::from(thread, {warning.text, warning.category.value()}));
  if (action.equals("once")) {
    Ref<> once = TRY(warnings_attribute(thread, "onceregistry", "_onceregistry"));
    if (!is<Dict>(once)) return raise(thread, types.TypeError, "_warnings.onceregistry must be a dict, not '{}'", type_of(once));
    return is_registered(thread, registry.is_none() ? once.value() : registry, everywhere.value(), true);
  }
  if (action.equals("module")) {
    Ref<Tuple> in_module = TRY(Tuple::from(thread, {warning.text, warning.category.value(), Value::integer(0)}));
    return is_registered(thread, registry, in_module.value(), true);
  }
  return raise(thread, types.RuntimeError, "Unrecognized action ({!r}) in warnings.filters:\n {!r}", decision.action.value(),
               decision.filter.value());
}

Result<void> handle(Thread& thread, const Warning& warning, Value registry, Value source) {
  if (!registry.is_none() && !is<Dict>(registry)) return raise(thread, types.TypeError, "'registry' must be a dict or None");
  Ref<> line = TRY(make_int(thread, warning.line));
  Ref<Tuple> key = TRY(Tuple::from(thread, {warning.text, warning.category.value(), line.value()}));
  if (TRY(is_registered(thread, registry, key.value(), false))) return {};
  const Decision decision = TRY(decide(thread, warning));
  if (as<Str>(decision.action).equals("error")) return raise_value(thread, warning.message);
  if (as<Str>(decision.action).equals("ignore")) return {};
  if (TRY(shown_before(thread, warning, decision, registry, key.value()))) return {};
  return show(thread, warning, source);
}

// The frame that a warning is about

bool is_of_importer(Value* fp) {
  const Value filename = frame_code(fp).filename.peek();
  if (!is<Str>(filename)) return false;
  const std::string path = as<Str>(filename).utf8();
  return path.find("importlib") != std::string::npos && path.find("_bootstrap") != std::string::npos;
}
Value* frame_at(Thread& thread, isize stack_level) {
  Value* fp = thread.frame_registers;
  const bool skip = stack_level > 0 && fp && !is_of_importer(fp);
  while (--stack_level > 0 && fp) {
    do fp = frame_caller(fp);
    while (skip && fp && is_of_importer(fp));
  }
  return fp;
}

Result<void> warn(Thread& thread, Value message, Value category, isize stack_level, Value source) {
  Warning warning;
  TRY(settle_message(thread, warning, message, category));
  Value* fp = frame_at(thread, stack_level);
  Ref<> globals;
  if (fp) {
    globals = Ref<>::share(frame_globals(fp).value());
    warning.filename = frame_code(fp).filename.load();
    warning.line = frame_line(fp);
  } else {
    globals = as<Module>(loaded_modules()->find_str(intern(thread, "sys"))).dict.load();
    warning.filename = Ref<>::share(intern(thread, "sys").value());
    warning.line = 1;
  }
  Dict& names = as<Dict>(globals);
  const Value name = names.find_str(names::__name__());
  const bool named = name.is_none() || (!name.is_empty() && is<Str>(name));
  warning.module = named ? Ref<>::share(name) : Ref<>::share(intern(thread, "<string>").value());
  Ref<Dict> fresh = TRY(Dict::make(thread));
  Ref<> registry = TRY(names.set_default(thread, intern(thread, "__warningregistry__").value(), fresh.value()));
  return handle(thread, warning, registry, source);
}

Result<Ref<>> module_of_file(Thread& thread, Str& filename) {
  std::string name = filename.utf8();
  if (name.ends_with(".py")) name.resize(name.size() - 3);
  return Ref<>(TRY(Str::from_utf8(thread, name.empty() ? "<unknown>" : name)));
}

Result<void> warn_explicit(Thread& thread, Value message, Value category, Str& filename, isize line, Value module, Value registry,
                           Value module_globals, Value source) {
  Warning warning;
  TRY(settle_message(thread, warning, message, category));
  warning.filename = Ref<>::share(filename.value());
  warning.line = line;
  warning.module = module.is_none() ? TRY(module_of_file(thread, filename)) : Ref<>::share(module);
  if (!module_globals.is_none()) {
    if (!is<Dict>(module_globals)) {
      return raise(thread, types.TypeError, "module_globals must be a dict, not '{}'", type_of(module_globals));
    }
    // Its loader knows the source; the text of the line is looked for when the warning is shown.
    Ref<> cache = TRY(import_module(thread, "linecache"));
    TRY(call_method(thread, cache, "getlines", {filename.value(), module_globals}));
  }
  return handle(thread, warning, registry, source);
}

Result<void> filters_mutated(Thread&) {
  filters_version.fetch_add(1, std::memory_order_relaxed);
  return {};
}

constexpr MethodSpec kFunctions[] = {
    function<warn>("warn(message, category=None, stacklevel=1, source=None)",
                   "Issue a warning, or maybe ignore it or raise an exception."),
    function<warn_explicit>("warn_explicit(message, category, filename, lineno, module=None, registry=None,"
                            " module_globals=None, source=None)",
                            "Issue a warning about a place that the caller names."),
    function<filters_mutated>("_filters_mutated()", "To be called after each change of the filters."),
};

Result<void> initialize(Thread& thread, Module& module) {
  Ref<List> filters = TRY(List::make(thread));
  Ref<Dict> once = TRY(Dict::make(thread));
  Str& main = intern(thread, "__main__");
  const struct {
    const char* action;
    Type* category;
    Value module;
  } rows[] = {{"default", types.DeprecationWarning, main.value()},
              {"ignore", types.DeprecationWarning, None},
              {"ignore", types.PendingDeprecationWarning, None},
              {"ignore", types.ImportWarning, None},
              {"ignore", types.ResourceWarning, None}};
  for (const auto& row : rows) {
    const Value parts[] = {intern(thread, row.action).value(), None, row.category->value(), row.module, Value::integer(0)};
    TRY(filters->append(thread, Ref<>(TRY(Tuple::from(thread, parts, std::size(parts))))));
  }
  TRY(add_to_module(thread, module, "filters", filters.value()));
  TRY(add_to_module(thread, module, "_onceregistry", once.value()));
  return add_to_module(thread, module, "_defaultaction", intern(thread, "default").value());
}

}  // namespace

const ModuleSpec kWarningsModule = {"_warnings",
                                    "Decides what becomes of warnings; the `warnings` module builds upon it.",
                                    kFunctions, std::size(kFunctions), initialize};

}  // namespace py
