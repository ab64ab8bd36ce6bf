// The exception tree: the types of exceptions.def, and what BaseException and the kinds with extra fields can do.
#include "core/bind/member_values.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/exception_kinds.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/type_system.h"

namespace py {

namespace {

constexpr u32 kFirstDetail = sizeof(Exception) / 8;

Result<Ref<>> exception_new(Thread& thread, Type& type, const Arguments& arguments) {
  Ref<Tuple> args = TRY(Tuple::from(thread, arguments.values, arguments.positional));
  Ref<Exception> made = TRY(make_exception(thread, type, *args));
  return Ref<>(std::move(made));
}

Result<void> exception_init(Thread& thread, Value self, const Arguments& arguments) {
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "{}() takes no keyword arguments", type_of(self));
  Exception& exception = as<Exception>(self);
  // __new__ has kept them already, mostly.
  const Tuple& kept = as<Tuple>(exception.args.peek());
  if (std::equal(kept.values(), kept.values() + kept.length, arguments.values, arguments.values + arguments.positional)) return {};
  exception.args.store(exception, TRY(Tuple::from(thread, arguments.values, arguments.positional)));
  return {};
}

Result<Ref<>> exception_repr(Thread& thread, Value self) {
  Ref<> kept = as<Exception>(self).args.load();
  Tuple& args = as<Tuple>(kept);
  if (args.length == 1) {
    Ref<Str> only = TRY(repr(thread, args[0]));
    return Ref<>(TRY(format_str(thread, "{}({})", type_of(self), *only)));
  }
  Ref<Str> all = TRY(repr(thread, args.value()));
  return Ref<>(TRY(format_str(thread, "{}{}", type_of(self), *all)));
}

Result<Ref<>> get_args(Thread&, Value self) { return as<Exception>(self).args.load(); }
Result<void> set_args(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "args may not be deleted");
  Ref<Tuple> args = TRY(to_tuple(thread, value));
  as<Exception>(self).args.store(as<Exception>(self), args.value());
  return {};
}
Result<Ref<>> get_traceback(Thread&, Value self) { return as<Exception>(self).traceback.load(); }
Result<void> set_traceback(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "__traceback__ may not be deleted");
  if (!value.is_none() && !is<Traceback>(value)) return raise(thread, types.TypeError, "__traceback__ must be a traceback or None");
  as<Exception>(self).traceback.store(as<Exception>(self), value);
  return {};
}
Result<Ref<>> get_context(Thread&, Value self) { return as<Exception>(self).context.load(); }
Result<void> set_context(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "__context__ may not be deleted");
  if (!value.is_none() && !is<Exception>(value)) return raise(thread, types.TypeError, "exception context must be None or derive from BaseException");
  as<Exception>(self).set_context(thread, value);
  return {};
}
Result<Ref<>> get_cause(Thread&, Value self) { return as<Exception>(self).cause.load(); }
Result<void> set_cause(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "__cause__ may not be deleted");
  if (!value.is_none() && !is<Exception>(value)) return raise(thread, types.TypeError, "exception cause must be None or derive from BaseException");
  as<Exception>(self).set_cause(thread, value);
  return {};
}
std::atomic_ref<u64> suppressed(Value self) { return std::atomic_ref(as<Exception>(self).suppress_context); }
Result<Ref<>> get_suppress(Thread&, Value self) { return Ref<>::adopt(Value::boolean(suppressed(self).load())); }
Result<void> set_suppress(Thread& thread, Value self, Value value) {
  suppressed(self).store(TRY(to_member_bool(thread, value)));
  return {};
}
Result<Ref<>> get_dict(Thread& thread, Value self) { return Ref<>(TRY(instance_dict(thread, *self.object()))); }
Result<void> set_dict(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "cannot delete __dict__");
  if (!is<Dict>(value)) return raise(thread, types.TypeError, "__dict__ must be set to a dictionary, not a '{}'", type_of(value));
  return set_instance_dict(thread, *self.object(), value);
}

Result<Ref<>> with_traceback(Thread& thread, Exception& self, Value traceback) {
  TRY(set_traceback(thread, self.value(), traceback));
  return Ref<>::share(self.value());
}
Result<void> add_note(Thread& thread, Exception& self, Value note) {
  if (!is<Str>(note)) return raise(thread, types.TypeError, "note must be a str, not '{}'", type_of(note));
  Ref<> notes = TRY(get_attribute_or_empty(thread, self.value(), names::__notes__()));
  if (notes.is_empty()) {
    Ref<List> fresh = TRY(List::make(thread));
    notes = Ref<>(std::move(fresh));
    TRY(set_attribute(thread, self.value(), names::__notes__(), notes));
  }
  if (!is<List>(notes)) return raise(thread, types.TypeError, "Cannot add note: __notes__ is not a list");
  return as<List>(notes).append(thread, note);
}
Result<Ref<>> exception_reduce(Thread& thread, Exception& self) {
  Ref<Dict> dict = TRY(instance_dict(thread, self));
  const Value type = type_of_object(self).value();
  if (dict->length()) return Ref<>(TRY(Tuple::from(thread, {type, self.args.peek(), dict.value()})));
  return Ref<>(TRY(Tuple::from(thread, {type, self.args.peek()})));
}
Result<void> exception_setstate(Thread& thread, Exception& self, Value state) {
  if (state.is_none()) return {};
  if (!is<Dict>(state)) return raise(thread, types.TypeError, "state is not a dictionary");
  isize position = 0;
  Value key, value;
  while (as<Dict>(state).next_entry(position, key, value)) {
    Ref<> keep_key = Ref<>::share(key), keep_value = Ref<>::share(value);
    if (is<Str>(key)) TRY(set_attribute(thread, self.value(), as<Str>(key), value));
  }
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<with_traceback>("with_traceback(tb, /)", "Set self.__traceback__ to tb and return self."),
    def<add_note>("add_note(note, /)", "Add a note to the exception"),
    def<exception_reduce>("__reduce__()", "Helper for pickle."),
    def<exception_setstate>("__setstate__(state, /)", "Helper for pickle."),
};
constexpr PropertySpec kProperties[] = {
    {"args", nullptr, get_args, set_args},
    {"__traceback__", nullptr, get_traceback, set_traceback},
    {"__context__", "exception context", get_context, set_context},
    {"__cause__", "exception cause", get_cause, set_cause},
    {"__suppress_context__", nullptr, get_suppress, set_suppress},
    {"__dict__", nullptr, get_dict, set_dict},
};

// The names of the extra fields.
constexpr MemberSpec kStopMembers[] = {{"value", "generator return value", kFirstDetail, false}};
constexpr MemberSpec kExitMembers[] = {{"code", "exception code", kFirstDetail, false}};
constexpr MemberSpec kNameMembers[] = {{"name", "name", kFirstDetail, false}};
constexpr MemberSpec kAttributeMembers[] = {{"name", "attribute name", kFirstDetail, false}, {"obj", "object", kFirstDetail + 1, false}};
constexpr MemberSpec kImportMembers[] = {{"msg", "exception message", kFirstDetail, false},
                                         {"name", "module name", kFirstDetail + 1, false},
                                         {"path", "module path", kFirstDetail + 2, false}};
constexpr MemberSpec kOsMembers[] = {{"errno", "POSIX exception code", kFirstDetail, false},
                                     {"strerror", "exception strerror", kFirstDetail + 1, false},
                                     {"filename", "exception filename", kFirstDetail + 2, false},
                                     {"filename2", "second exception filename", kFirstDetail + 3, false}};
constexpr MemberSpec kSyntaxMembers[] = {{"msg", "exception msg", kFirstDetail, false},
                                         {"filename", "exception filename", kFirstDetail + 1, false},
                                         {"lineno", "exception lineno", kFirstDetail + 2, false},
                                         {"offset", "exception offset", kFirstDetail + 3, false},
                                         {"text", "exception text", kFirstDetail + 4, false},
                                         {"end_lineno", "exception end lineno", kFirstDetail + 5, false},
                                         {"end_offset", "exception end offset", kFirstDetail + 6, false},
                                         {"print_file_and_line", "exception print_file_and_line", kFirstDetail + 7, false}};
constexpr MemberSpec kUnicodeMembers[] = {{"encoding", "exception encoding", kFirstDetail, false},
                                          {"object", "exception object", kFirstDetail + 1, false},
                                          {"reason", "exception reason", kFirstDetail + 4, false}};
constexpr MemberSpec kGroupMembers[] = {{"message", "exception message", kFirstDetail}, {"exceptions", "nested exceptions", kFirstDetail + 1}};

template <u32 detail>
Result<Ref<>> get_place(Thread&, Value self) {
  return as<Exception>(self).details[detail].load();
}
template <u32 detail>
Result<void> set_place(Thread& thread, Value self, Value value) {
  Ref<> place = TRY(make_int(thread, TRY(to_member_isize(thread, value))));
  as<Exception>(self).details[detail].store(as<Exception>(self), std::move(place));
  return {};
}
constexpr PropertySpec kUnicodeProperties[] = {{"start", "exception start", get_place<2>, set_place<2>},
                                               {"end", "exception end", get_place<3>, set_place<3>}};

Result<Ref<>> get_written(Thread& thread, Value self) {
  Ref<> written = as<Exception>(self).details[4].load();
  if (written.is_empty()) return raise(thread, types.AttributeError, "characters_written");
  return written;
}
Result<void> set_written(Thread& thread, Value self, Value value) {
  Exception& error = as<Exception>(self);
  if (value == Unbound) {
    TRY(get_written(thread, self));
    error.details[4].store(error, Empty);
    return {};
  }
  error.details[4].store(error, TRY(make_int(thread, TRY(to_member_size(thread, value)))));
  return {};
}
constexpr PropertySpec kOsProperties[] = {{"characters_written", nullptr, get_written, set_written}};

constexpr MethodSpec kImportMethods[] = {def<import_error_reduce>("__reduce__()", "Helper for pickle.")};
constexpr MethodSpec kOsMethods[] = {def<os_error_reduce>("__reduce__()", "Helper for pickle.")};

struct Kind {
  const char* root;  // the type that introduces the behaviour; its subclasses inherit it
  std::span<const MemberSpec> members;
  InitSlot init = nullptr;
  UnarySlot str = nullptr;
  NewSlot new_ = nullptr;
  std::span<const MethodSpec> methods = {};
  std::span<const PropertySpec> properties = {};
};

const Kind kKinds[] = {
    {"StopIteration", kStopMembers, stop_iteration_init},
    {"SystemExit", kExitMembers, system_exit_init},
    {"NameError", kNameMembers, name_error_init},
    {"AttributeError", kAttributeMembers, attribute_error_init},
    {"ImportError", kImportMembers, import_error_init, import_error_str, nullptr, kImportMethods},
    {"KeyError", {}, nullptr, key_error_str},
    {"OSError", kOsMembers, os_error_init, os_error_str, os_error_new, kOsMethods, kOsProperties},
    {"SyntaxError", kSyntaxMembers, syntax_error_init, syntax_error_str},
    {"UnicodeDecodeError", kUnicodeMembers, unicode_decode_error_init, unicode_error_str, nullptr, {}, kUnicodeProperties},
    {"UnicodeEncodeError", kUnicodeMembers, unicode_encode_error_init, unicode_error_str, nullptr, {}, kUnicodeProperties},
    {"UnicodeTranslateError", kUnicodeMembers, unicode_translate_error_init, unicode_error_str, nullptr, {}, kUnicodeProperties},
    {"BaseExceptionGroup", kGroupMembers, exception_group_init, exception_group_str, exception_group_new},
};

// One TypeSpec for each row, kept for the life of the process.
TypeSpec exception_specs[80];
u32 exception_count = 0;

Type& make(Thread& thread, const char* name, Type* base, u32 details, const char* doc) {
  TypeSpec& spec = exception_specs[exception_count++];
  spec.name = name;
  spec.doc = doc;
  spec.ops = &Exception::kOps;
  spec.size = static_cast<u32>(sizeof(Exception) + 8 * details);
  spec.flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsException) | static_cast<u32>(TypeFlag::HasDict);
  const std::string_view own = name;
  if (own == "BaseException") {
    spec.methods = kMethods;
    spec.method_count = std::size(kMethods);
    spec.properties = kProperties;
    spec.property_count = std::size(kProperties);
    spec.slots = {.repr = exception_repr, .str = exception_str, .init = exception_init, .new_ = exception_new};
  }
  for (const Kind& kind : kKinds) {
    if (own != kind.root) continue;
    spec.members = kind.members.data();
    spec.member_count = kind.members.size();
    if (!kind.properties.empty()) {
      spec.properties = kind.properties.data();
      spec.property_count = kind.properties.size();
    }
    spec.slots.init = kind.init;
    spec.slots.str = kind.str;
    spec.slots.new_ = kind.new_;
    if (!kind.methods.empty()) {
      spec.methods = kind.methods.data();
      spec.method_count = kind.methods.size();
    }
    if (own == "BaseExceptionGroup") {
      spec.methods = exception_group_methods().data();
      spec.method_count = exception_group_methods().size();
    }
  }
  return make_builtin_type(thread, spec, base);
}

}  // namespace

void make_exception_types(Thread& thread) {
#define EXCEPTION(name, base, details, doc) types.name = &make(thread, #name, types.base, details, doc);
#include "core/object/exceptions.def"
#undef EXCEPTION
}

namespace {

// ExceptionGroup is an Exception too: the one builtin type with two bases.
void add_second_base(Thread& thread, Type& type, Type& second) {
  type.bases.initialize(Ref<>(MUST(Tuple::from(thread, {type.base->value(), second.value()}))));
  type.mro.initialize(Ref<>(MUST(compute_mro(thread, type))));
  add_subclass(second, type);
}

}  // namespace

void finish_exception_types(Thread& thread) {
#define EXCEPTION(name, base, details, doc) finish_builtin_type(thread, *types.name);
#include "core/object/exceptions.def"
#undef EXCEPTION
  add_second_base(thread, *types.ExceptionGroup, *types.Exception);
}

}  // namespace py
