// The current context: a context variable, and the functions that read and set it.
#include "core/builtins/context_map.h"
#include "core/builtins/context_types.h"
#include "core/modules/decimal/context.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/object/type_system.h"
#include "core/vm/imports.h"

namespace py::decimal {

namespace {

GlobalRef variable;  // ContextVar

Result<void> set_current(Thread& thread, Value context) {
  TRY(call_method(thread, variable.peek(), "set", {context}));
  return {};
}

COLD Result<DecimalContext*> make_current(Thread& thread) {
  Ref<DecimalContext> fresh = TRY(copy_context(thread, default_context(), false));
  TRY(set_current(thread, fresh.value()));
  return fresh.get();  // the variable keeps it alive
}

Result<Ref<>> get_context(Thread& thread) { return Ref<>::share(TRY(active_context(thread))->value()); }

Result<void> set_context(Thread& thread, Value context) {
  if (!is<DecimalContext>(context)) return raise(thread, types.TypeError, "argument must be a context");
  if (!is_template(context)) return set_current(thread, context);
  Ref<DecimalContext> copy = TRY(decimal::copy_context(thread, as<DecimalContext>(context), false));
  return set_current(thread, copy.value());
}

// What localcontext() returns.
class ContextManager : public Object {
 public:
  Field local, outer;
  static const ObjectOps kOps;
};
const ObjectOps ContextManager::kOps = {"decimal.ContextManager",
                                        visit_fields<ContextManager, &ContextManager::local, &ContextManager::outer>,
                                        release_attributes, fixed_size};
Type* manager_type;

ContextManager& manager_of(Value value) { return *static_cast<ContextManager*>(value.object()); }

Result<Ref<>> manager_enter(Thread& thread, Value self) {
  Ref<> local = manager_of(self).local.load();
  TRY(set_context(thread, local));
  return local;
}
Result<bool> manager_exit(Thread& thread, Value self, Rest) {
  Ref<> outer = manager_of(self).outer.load();
  TRY(set_context(thread, outer));
  return false;
}

constexpr MethodSpec kManagerMethods[] = {
    def<manager_enter>("__enter__()", "Make the local context the current one, and return it."),
    def<manager_exit>("__exit__(*args)", "Go back to the context from before."),
};
constexpr TypeSpec kManagerSpec = {
    .name = "decimal.ContextManager",
    .doc = nullptr,
    .methods = kManagerMethods,
    .method_count = std::size(kManagerMethods),
    .ops = &ContextManager::kOps,
    .size = sizeof(ContextManager),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

Result<Ref<>> local_context(Thread& thread, Value given, Keywords keywords) {
  Ref<> outer = TRY(get_context(thread));
  if (!given.is_none() && !is<DecimalContext>(given)) {
    return raise(thread, types.TypeError, "optional argument must be a context");
  }
  Ref<DecimalContext> local =
      TRY(decimal::copy_context(thread, as<DecimalContext>(given.is_none() ? outer.value() : given), true));
  for (u32 i = 0; i < keywords.count(); ++i) {
    const Str& name = as<Str>((*keywords.names)[i]);
    if (name.equals("ctx") || keywords.values[i].is_none()) continue;
    if (!TRY(set_setting(thread, *local, name.utf8(), keywords.values[i]))) {
      return raise(thread, types.TypeError, "'{}' is an invalid keyword argument for this function", name);
    }
  }
  Ref<ContextManager> manager = TRY(new_object<ContextManager>(thread, *manager_type));
  set_fresh(*manager, manager->local, Ref<>(std::move(local)));
  set_fresh(*manager, manager->outer, std::move(outer));
  return Ref<>(std::move(manager));
}

constexpr MethodSpec kFunctions[] = {
    function<get_context>("getcontext()", "The current context."),
    function<set_context>("setcontext(context, /)", "Make a context the current one."),
    function<local_context>(
        "localcontext(ctx=None, **kwargs)",
        "A context manager: in its block a copy of the given context, or of the current one, is the "
        "current context.\nKeywords are attributes that the copy gets."),
};

}  // namespace

Result<DecimalContext*> active_context(Thread& thread) {
  if (LIKELY(thread.context.is_object())) {
    const auto& variables = *static_cast<py::Context*>(thread.context.object());
    const Value found = TRY(find(thread, *static_cast<ContextMap*>(variables.values.peek().object()), variable.peek()));
    if (LIKELY(!found.is_empty())) return static_cast<DecimalContext*>(found.object());
  }
  return make_current(thread);
}

Result<void> add_current_context(Thread& thread, Module& module) {
  manager_type = &make_builtin_type(thread, kManagerSpec);
  finish_builtin_type(thread, *manager_type);
  Ref<> contextvars = TRY(import_module(thread, "_contextvars"));
  Ref<> variable_type = TRY(get_attribute(thread, contextvars, "ContextVar"));
  Ref<Str> name = TRY(Str::from_ascii(thread, "decimal_context"));
  variable.set(TRY(call(thread, variable_type, {name.value()})));
  return add_functions_to_module(thread, module, kFunctions, std::size(kFunctions));
}

}  // namespace py::decimal
