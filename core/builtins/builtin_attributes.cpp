// Builtin functions about attributes and classes.
#include "core/builtins/builtin_functions.h"
#include "core/builtins/index_iterator.h"
#include "core/object/names.h"
#include "core/object/sort.h"

namespace py {

namespace {

Result<Str*> attribute_name(Thread& thread, Value name) {
  if (is<Str>(name)) return &as<Str>(name);
  return raise(thread, types.TypeError, "attribute name must be string, not '{}'", type_of(name));
}

Result<Ref<>> builtin_getattr(Thread& thread, Value object, Value name, Value otherwise) {
  Str& text = *TRY(attribute_name(thread, name));
  if (otherwise == Unbound) return get_attribute(thread, object, text);
  Ref<> found = TRY(get_attribute_or_empty(thread, object, text));
  if (found.is_empty()) return Ref<>::share(otherwise);
  return found;
}
Result<bool> builtin_hasattr(Thread& thread, Value object, Value name) {
  Str& text = *TRY(attribute_name(thread, name));
  return !TRY(get_attribute_or_empty(thread, object, text)).is_empty();
}
Result<void> builtin_setattr(Thread& thread, Value object, Value name, Value value) {
  return set_attribute(thread, object, *TRY(attribute_name(thread, name)), value);
}
Result<void> builtin_delattr(Thread& thread, Value object, Value name) {
  return set_attribute(thread, object, *TRY(attribute_name(thread, name)), Unbound);
}

Result<Ref<>> current_locals(Thread& thread) { return call(thread, TRY(builtin_named(thread, "locals"))); }

Result<Ref<>> builtin_dir(Thread& thread, Value object) {
  Ref<> names_found;
  if (object == Unbound) {
    Ref<> locals = TRY(current_locals(thread));
    names_found = TRY(call_method(thread, locals, names::keys()));
  } else {
    Ref<> method = TRY(lookup_special(thread, object, names::__dir__()));
    if (method.is_empty()) return raise(thread, types.TypeError, "object does not provide __dir__");
    names_found = TRY(call(thread, method));
  }
  Ref<List> list = TRY(to_list(thread, names_found));
  TRY(sort_list(thread, *list, None, Reverse::No));
  return Ref<>(std::move(list));
}

Result<Ref<>> builtin_vars(Thread& thread, Value object) {
  if (object == Unbound) return current_locals(thread);
  Ref<> dict = TRY(get_attribute_or_empty(thread, object, names::__dict__()));
  if (dict.is_empty()) return raise(thread, types.TypeError, "vars() argument must have __dict__ attribute");
  return dict;
}

Result<bool> builtin_isinstance(Thread& thread, Value object, Value classes) { return is_instance(thread, object, classes); }
Result<bool> builtin_issubclass(Thread& thread, Value derived, Value classes) { return is_subclass(thread, derived, classes); }

constexpr MethodSpec kFunctions[] = {
    function<builtin_delattr>("delattr(obj, name, /)",
                              "Remove an attribute, given by name: delattr(x, 'y') does what ``del x.y`` does."),
    function<builtin_dir>("dir(object=<unrepresentable>, /)",
                          "Show attributes of an object.\n\n"
                          "If called without an argument, return the names in the current scope.\n"
                          "Else, return an alphabetized list of names comprising (some of) the attributes\n"
                          "of the given object, and of attributes reachable from it."),
    function<builtin_getattr>("getattr(object, name, default=<unrepresentable>, /)",
                              "Get a named attribute from an object.\n\n"
                              "getattr(x, 'y') is equivalent to x.y.\n"
                              "When a default argument is given, it is returned when the attribute doesn't\n"
                              "exist; without it, an exception is raised in that case."),
    function<builtin_hasattr>("hasattr(obj, name, /)",
                              "Whether getattr(obj, name) finds something, that is, raises no AttributeError."),
    function<builtin_isinstance>("isinstance(obj, class_or_tuple, /)",
                                 "Whether the object's class is the given one, or derived from it.\n\n"
                                 "Several classes may be given as a tuple or a union; one that fits is enough."),
    function<builtin_issubclass>("issubclass(cls, class_or_tuple, /)",
                                 "Whether cls is the given class, or derived from it.\n\n"
                                 "Several classes may be given as a tuple or a union; one that fits is enough."),
    function<builtin_setattr>("setattr(obj, name, value, /)",
                              "Give an attribute, named by a string, a value: setattr(x, 'y', v) does what ``x.y = "
                              "v`` does."),
    function<builtin_vars>("vars(object=<unrepresentable>, /)",
                           "Show vars.\n\nWithout arguments, equivalent to locals().\n"
                           "With an argument, equivalent to object.__dict__."),
};

}  // namespace

std::span<const MethodSpec> attribute_functions() { return kFunctions; }

}  // namespace py
