// The part of sys that installs hooks: trace functions, hooks of coroutines, breakpoint().
#include "core/modules/sys_hooks.h"

#include <cstdlib>

#include "core/bind/define.h"
#include "core/bind/struct_sequence.h"
#include "core/object/audit.h"
#include "core/object/dict.h"
#include "core/object/warning.h"
#include "core/vm/coroutine_hooks.h"
#include "core/vm/imports.h"
#include "core/vm/sys_access.h"
#include "core/vm/tracing.h"

namespace py {

namespace {

template <TraceKind kind>
Result<void> sys_set_trace(Thread& thread, Value function) {
  TRY(audit(thread, kind == TraceKind::Trace ? "sys.settrace" : "sys.setprofile", {}));
  set_trace_function(thread, kind, function);
  return {};
}
template <TraceKind kind>
Result<Ref<>> sys_get_trace(Thread& thread) {
  return Ref<>::share(trace_function(thread, kind));
}
Result<Ref<>> sys_call_tracing(Thread& thread, Value function, Tuple& arguments) {
  return call_tracing(thread, function, arguments);
}

constexpr StructSequenceField kHookFields[] = {{"firstiter", nullptr}, {"finalizer", nullptr}};
constexpr StructSequenceSpec kHooksSpec = {"sys.asyncgen_hooks", nullptr, kHookFields, std::size(kHookFields),
                                           std::size(kHookFields)};
Type* hooks_type = nullptr;  // made with the module

Result<Ref<>> sys_get_asyncgen_hooks(Thread& thread) {
  Ref<Tuple> hooks = TRY(new_struct_sequence(thread, *hooks_type));
  set_struct_field(*hooks, 0, Ref<>::share(coroutine_hooks(thread).first_iteration));
  set_struct_field(*hooks, 1, Ref<>::share(coroutine_hooks(thread).finalizer));
  return Ref<>(std::move(hooks));
}
Result<void> check_hook(Thread& thread, Value hook, const char* name) {
  if (hook == Unbound || hook.is_none() || is_callable(hook)) return {};
  return raise(thread, types.TypeError, "callable {} expected, got {}", name, type_of(hook));
}
Result<void> sys_set_asyncgen_hooks(Thread& thread, Value first_iteration, Value finalizer) {
  TRY(check_hook(thread, finalizer, "finalizer"));
  TRY(check_hook(thread, first_iteration, "firstiter"));
  const CoroutineHooks& now = coroutine_hooks(thread);
  set_async_generator_hooks(thread, first_iteration == Unbound ? now.first_iteration : first_iteration,
                            finalizer == Unbound ? now.finalizer : finalizer);
  return {};
}
Result<int> sys_get_coroutine_origin_tracking_depth(Thread& thread) { return coroutine_hooks(thread).origin_depth; }
Result<void> sys_set_coroutine_origin_tracking_depth(Thread& thread, int depth) {
  if (depth < 0) return raise(thread, types.ValueError, "depth must be >= 0");
  coroutine_hooks(thread).origin_depth = depth;
  return {};
}

// breakpoint(): what PYTHONBREAKPOINT names, pdb.set_trace by default.
Result<Ref<>> sys_breakpointhook(Thread& thread, Rest args, Keywords keywords) {
  Ref<> ignored = TRY(get_attribute(thread, sys_attribute(thread, "flags"), "ignore_environment"));
  const char* setting = TRY(is_true(thread, ignored)) ? nullptr : std::getenv("PYTHONBREAKPOINT");
  const std::string_view path = setting && *setting ? setting : "pdb.set_trace";
  if (path == "0") return Ref<>::adopt(None);
  const usize dot = path.rfind('.');
  const std::string module_name(dot == std::string_view::npos ? "builtins" : path.substr(0, dot));
  const bool nowhere = module_name.empty() || module_name.front() == '.';
  Result<Ref<>> module = nowhere ? raise(thread, types.ImportError, "no module named") : import_module(thread, module_name);
  Result<Ref<>> hook = failure;
  if (!module.failed()) {
    hook = get_attribute(thread, module.take(), dot == std::string_view::npos ? path : path.substr(dot + 1));
  }
  if (hook.failed()) {
    if (!pending_is(thread, *types.ImportError) && !pending_is(thread, *types.AttributeError)) return failure;
    clear_pending(thread);
    TRY(warn(thread, *types.RuntimeWarning, "Ignoring unimportable $PYTHONBREAKPOINT: \"" + std::string(path) + "\""));
    return Ref<>::adopt(None);
  }
  Ref<Tuple> positional = TRY(Tuple::from(thread, args.values, args.count));
  Ref<Dict> named = TRY(Dict::make(thread));
  for (u32 i = 0; i < keywords.count(); ++i) TRY(named->set(thread, (*keywords.names)[i], keywords.values[i]));
  return call_with(thread, hook.take(), *positional, named.get());
}

constexpr MethodSpec kFunctions[] = {
    function<sys_get_trace<TraceKind::Trace>>("gettrace()",
                                              "Return the global debug tracing function set with sys.settrace."),
    function<sys_get_trace<TraceKind::Profile>>("getprofile()",
                                                "Return the profiling function set with sys.setprofile."),
    function<sys_set_trace<TraceKind::Trace>>("settrace(function, /)", "Set the global debug tracing function."),
    function<sys_set_trace<TraceKind::Profile>>("setprofile(function, /)", "Set the profiling function."),
    function<sys_call_tracing>("call_tracing(func, args, /)", "Call func(*args), while tracing is enabled."),
    function<sys_get_asyncgen_hooks>("get_asyncgen_hooks()", "Return the installed asynchronous generators hooks."),
    function<sys_set_asyncgen_hooks>("set_asyncgen_hooks(firstiter=Unbound, finalizer=Unbound)",
                                     "Set the hooks of asynchronous generators."),
    function<sys_get_coroutine_origin_tracking_depth>("get_coroutine_origin_tracking_depth()",
                                                      "Check status of origin tracking for coroutine objects."),
    function<sys_set_coroutine_origin_tracking_depth>("set_coroutine_origin_tracking_depth(depth)",
                                                      "Enable or disable origin tracking for coroutine objects."),
    function<sys_breakpointhook>("breakpointhook(*args, **kwargs)", "Hook called by the built-in breakpoint()."),
};

}  // namespace

Result<void> add_sys_hooks(Thread& thread, Module& module) {
  hooks_type = &make_struct_sequence_type(thread, kHooksSpec);
  return add_functions_to_module(thread, module, kFunctions, std::size(kFunctions));
}

}  // namespace py
