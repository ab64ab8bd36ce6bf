// BaseExceptionGroup and ExceptionGroup (PEP 654).
#include "core/builtins/exception_kinds.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/exceptions.h"

namespace py {

namespace {

Exception& group_of(Value self) { return as<Exception>(self); }
Tuple& members_of(Value self) { return as<Tuple>(group_of(self).details[1].peek()); }
bool is_group(Value value) { return type_of(value).is_subtype_of(*types.BaseExceptionGroup); }

Result<Ref<Tuple>> checked_members(Thread& thread, Value sequence) {
  if (!type_of(sequence).slots.get_item || is<Dict>(sequence) || is<Set>(sequence)) {
    return raise(thread, types.TypeError, "second argument (exceptions) must be a sequence");
  }
  Ref<Tuple> members = TRY(to_tuple(thread, sequence));
  if (members->length == 0) return raise(thread, types.ValueError, "second argument (exceptions) must be a non-empty sequence");
  for (isize i = 0; i < members->length; ++i) {
    if (!is<Exception>((*members)[i])) return raise(thread, types.ValueError, "Item {} of second argument (exceptions) is not an exception", i);
  }
  return members;
}

}  // namespace

Result<Ref<>> exception_group_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.positional != 2) {
    return raise(thread, types.TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)", arguments.positional);
  }
  if (!is<Str>(arguments[0])) return raise(thread, types.TypeError, "argument 1 must be str, not {}", type_of(arguments[0]));
  Ref<Tuple> members = TRY(checked_members(thread, arguments[1]));
  bool all_plain = true;
  for (isize i = 0; i < members->length; ++i) all_plain &= type_of((*members)[i]).is_subtype_of(*types.Exception);
  Type* chosen = &type;
  if (&type == types.BaseExceptionGroup) {
    if (all_plain) chosen = types.ExceptionGroup;
  } else if (&type == types.ExceptionGroup) {
    if (!all_plain) return raise(thread, types.TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
  } else if (type.is_subtype_of(*types.Exception) && !all_plain) {
    return raise(thread, types.TypeError, "Cannot nest BaseExceptions in '{}'", type);
  }
  Ref<Tuple> args = TRY(Tuple::from(thread, arguments.values, 2));
  Ref<Exception> made = TRY(make_exception(thread, *chosen, *args));
  made->details[0].store(*made, arguments[0]);
  made->details[1].store(*made, members.value());
  return Ref<>(std::move(made));
}

Result<void> exception_group_init(Thread& thread, Value self, const Arguments& arguments) {
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "{}() takes no keyword arguments", type_of(self));
  Ref<Tuple> args = TRY(Tuple::from(thread, arguments.values, arguments.positional));
  group_of(self).args.store(group_of(self), args.value());
  return {};
}

Result<Ref<>> exception_group_str(Thread& thread, Value self) {
  const isize count = members_of(self).length;
  Ref<> message = group_of(self).details[0].load();
  return Ref<>(TRY(format_str(thread, "{} ({} sub-exception{})", message.value(), count, count > 1 ? "s" : "")));
}

namespace {

struct Parts {
  Ref<> match, rest;  // None when empty
};

Result<bool> leaf_matches(Thread& thread, Value exception, Value condition) {
  if (is<Type>(condition) || is<Tuple>(condition)) return is_instance(thread, exception, condition);
  Ref<> answer = TRY(call(thread, condition, {exception}));
  return is_true(thread, answer);
}

Result<Parts> split_group(Thread& thread, Value self, Value condition, bool want_rest) {
  if (TRY(leaf_matches(thread, self, condition))) return Parts{Ref<>::share(self), Ref<>::adopt(None)};
  if (!is_group(self)) return Parts{Ref<>::adopt(None), Ref<>::share(self)};
  if (++thread.recursion_depth > thread.recursion_limit) {
    --thread.recursion_depth;
    return raise(thread, types.RecursionError, "maximum recursion depth exceeded in exception_group_split_recursive");
  }
  Ref<List> matched = TRY(List::make(thread)), other = TRY(List::make(thread));
  Ref<Tuple> members = Ref<Tuple>::share(&members_of(self));
  for (isize i = 0; i < members->length; ++i) {
    Result<Parts> inner = split_group(thread, (*members)[i], condition, want_rest);
    if (inner.failed()) {
      --thread.recursion_depth;
      return failure;
    }
    Parts parts = inner.take();
    if (!parts.match.value().is_none()) TRY(matched->append(thread, parts.match.value()));
    if (!parts.rest.value().is_none()) TRY(other->append(thread, parts.rest.value()));
  }
  --thread.recursion_depth;
  Parts result{Ref<>::adopt(None), Ref<>::adopt(None)};
  if (matched->length()) result.match = TRY(derive_group(thread, self, *matched));
  if (want_rest && other->length()) result.rest = TRY(derive_group(thread, self, *other));
  return result;
}

Result<void> check_condition(Thread& thread, Value condition) {
  bool fine = is_exact<Function>(condition) || (is<Type>(condition) && as<Type>(condition).is_subtype_of(*types.BaseException));
  if (is<Tuple>(condition)) {
    fine = true;
    for (isize i = 0; i < as<Tuple>(condition).length; ++i) {
      const Value item = as<Tuple>(condition)[i];
      fine &= is<Type>(item) && as<Type>(item).is_subtype_of(*types.BaseException);
    }
  }
  if (fine) return {};
  return raise(thread, types.TypeError, "expected a function, exception type or tuple of exception types");
}

Result<Ref<>> group_split(Thread& thread, Exception& self, Value condition) {
  TRY(check_condition(thread, condition));
  Parts parts = TRY(split_group(thread, self.value(), condition, true));
  return Ref<>(TRY(Tuple::from(thread, {parts.match, parts.rest})));
}
Result<Ref<>> group_subgroup(Thread& thread, Exception& self, Value condition) {
  TRY(check_condition(thread, condition));
  Parts parts = TRY(split_group(thread, self.value(), condition, false));
  return std::move(parts.match);
}
Result<Ref<>> group_derive(Thread& thread, Exception& self, Value members) {
  Ref<> message = self.details[0].load();
  return call(thread, types.BaseExceptionGroup->value(), {message.value(), members});
}

constexpr MethodSpec kMethods[] = {
    def<group_split>("split(condition, /)", "Split the group into the part that matches and the rest."),
    def<group_subgroup>("subgroup(condition, /)", "Only the exceptions that match."),
    def<group_derive>("derive(excs, /)", "A group of the same message with other exceptions."),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};

}  // namespace

std::span<const MethodSpec> exception_group_methods() { return kMethods; }

}  // namespace py
