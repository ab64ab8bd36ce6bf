#include "core/vm/exceptions.h"

#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"
#include "core/vm/sys_access.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace py {

void add_traceback(Thread& thread, Value* fp) {
  Ref<> exception = take_pending(thread);
  Exception& raised = as<Exception>(exception);
  Result<Ref<FrameObject>> frame = frame_object(thread, fp);
  if (!frame.failed()) {
    Ref<FrameObject> frame_ref = frame.take();
    Result<Ref<Traceback>> made = allocate<Traceback>(thread, *types.traceback, sizeof(Traceback));
    if (!made.failed()) {
      Ref<Traceback> entry = made.take();
      const i32 reported = frame_ref->reported_line;
      entry->line = UNLIKELY(reported) ? reported : Traceback::kLineOfInstruction;
      entry->instruction = static_cast<i32>(frame_pc(fp) - frame_code(fp).words);
      entry->frame.initialize(std::move(frame_ref));
      const Value earlier = raised.traceback.peek();
      if (LIKELY(!raised.is_shared())) {
        entry->next.initialize(earlier);  // with its reference
        raised.traceback.initialize(std::move(entry));
      } else {
        entry->next.initialize(counted_copy(earlier));
        raised.traceback.store(raised, entry.value());
      }
    }
  }
  if (thread.has_pending()) clear_pending(thread);  // no memory for the entry: the exception goes on without it
  thread.pending = exception.release();
}

namespace {

bool is_exception_class(Value value) {
  return is<Type>(value) && as<Type>(value).has(TypeFlag::IsException);
}

// An exception object from what `raise` was given; Error when that fails.
Value exception_from(Thread& thread, Value given, const char* complaint) {
  if (is<Exception>(given)) return counted_copy(given);
  if (is_exception_class(given)) {
    Ref<> made = Ref<>::adopt(call(thread, given, {}).release());
    if (made.value().is_error()) return Error;
    if (is<Exception>(made)) return made.release();
    (void)raise(thread, types.TypeError, "calling {!r} should have returned an instance of BaseException, not {}", given, type_of(made));
    return Error;
  }
  (void)raise(thread, types.TypeError, complaint);
  return Error;
}

}  // namespace

void raise_statement(Thread& thread, Value exception, Value cause) {
  if (exception.is_empty()) {
    const Value handled = handled_exception(thread);
    if (!handled.is_object()) {
      (void)raise(thread, types.RuntimeError, "No active exception to reraise");
      return;
    }
    incref(handled);
    thread.pending = handled;
    return;
  }
  Ref<> raised = Ref<>::adopt(exception_from(thread, exception, "exceptions must derive from BaseException"));
  if (raised.value().is_error()) return;
  if (!cause.is_empty()) {
    Ref<> from = cause.is_none() ? Ref<>::adopt(None) : Ref<>::adopt(exception_from(thread, cause, "exception causes must derive from BaseException"));
    if (from.value().is_error()) return;
    as<Exception>(raised).set_cause(thread, from);
  }
  (void)raise_value(thread, raised);
}

Result<bool> exception_matches(Thread& thread, Value exception, Value type) {
  if (is<Type>(type)) {
    if (!is_exception_class(type)) {
      return raise(thread, types.TypeError, "catching classes that do not inherit from BaseException is not allowed");
    }
    return type_of(exception).is_subtype_of(as<Type>(type));
  }
  if (is<Tuple>(type)) {
    Tuple& tuple = as<Tuple>(type);
    for (isize i = 0; i < tuple.length; ++i) {
      if (!is_exception_class(tuple[i])) {
        return raise(thread, types.TypeError, "catching classes that do not inherit from BaseException is not allowed");
      }
    }
    for (isize i = 0; i < tuple.length; ++i) {
      if (type_of(exception).is_subtype_of(as<Type>(tuple[i]))) return true;
    }
    return false;
  }
  return raise(thread, types.TypeError, "catching classes that do not inherit from BaseException is not allowed");
}

namespace {

Result<bool> check_star_type(Thread& thread, Value type) {
  auto check = [&](Value one) -> Result<bool> {
    if (!is_exception_class(one)) {
      return raise(thread, types.TypeError, "catching classes that do not inherit from BaseException is not allowed");
    }
    if (as<Type>(one).is_subtype_of(*types.BaseExceptionGroup)) {
      return raise(thread, types.TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
    }
    return true;
  };
  if (!is<Tuple>(type)) return check(type);
  for (isize i = 0; i < as<Tuple>(type).length; ++i) TRY(check(as<Tuple>(type)[i]));
  return true;
}

Result<void> match_group(Thread& thread, Value exception, Value type, Value* window) {
  TRY(check_star_type(thread, type));
  if (TRY(exception_matches(thread, exception, type))) {
    Ref<> match = Ref<>::share(exception);
    if (!type_of(exception).is_subtype_of(*types.BaseExceptionGroup)) {
      // A naked exception is handed over inside a group.
      Ref<Tuple> one = TRY(Tuple::from(thread, {exception}));
      match = TRY(call(thread, types.ExceptionGroup->value(), {names::empty_().value(), one.value()}));
      Exception& group = as<Exception>(match);
      group.traceback.store(group, as<Exception>(exception).traceback.load());
    }
    set_register(window, 0, match.release());
    set_register(window, 1, None);
    return {};
  }
  if (type_of(exception).is_subtype_of(*types.BaseExceptionGroup)) {
    Ref<> pair = TRY(call_method(thread, exception, "split", {type}));
    if (!is<Tuple>(pair) || as<Tuple>(pair).length < 2) {
      return raise(thread, types.TypeError, "{}.split must return a 2-tuple", type_of(exception));
    }
    set_register(window, 0, counted_copy(as<Tuple>(pair)[0]));
    set_register(window, 1, counted_copy(as<Tuple>(pair)[1]));
    return {};
  }
  set_register(window, 0, None);
  set_register(window, 1, counted_copy(exception));
  return {};
}

bool is_group(Value exception) { return type_of(exception).is_subtype_of(*types.BaseExceptionGroup); }
Tuple& members_of(Value group) { return as<Tuple>(as<Exception>(group).details[1].peek()); }

Result<Ref<>> notes_of(Thread& thread, Value exception) { return get_attribute_or_empty(thread, exception, names::__notes__()); }

// Whether an exception is a part of the original one, raised again, and not one that a clause raised.
Result<bool> is_part(Thread& thread, Value exception, Value original) {
  Exception& a = as<Exception>(exception);
  Exception& b = as<Exception>(original);
  if (a.traceback.peek() != b.traceback.peek() || a.cause.peek() != b.cause.peek() || a.context.peek() != b.context.peek()) return false;
  Ref<> notes = TRY(notes_of(thread, exception)), original_notes = TRY(notes_of(thread, original));
  if (notes.is_empty() || original_notes.is_empty()) return notes.is_empty() == original_notes.is_empty();
  return equal(thread, notes, original_notes);
}

Result<void> check_depth(Thread& thread) {
  if (LIKELY(static_cast<char*>(__builtin_frame_address(0)) > thread.native_stack_limit)) return {};
  return raise(thread, types.RecursionError, "maximum recursion depth exceeded in exception_group_projection");
}

Result<void> collect_leaves(Thread& thread, Value exception, std::vector<Value>& leaves) {
  TRY(check_depth(thread));
  if (!is_group(exception)) {
    leaves.push_back(exception);
    return {};
  }
  Tuple& members = members_of(exception);
  for (isize i = 0; i < members.length; ++i) TRY(collect_leaves(thread, members[i], leaves));
  return {};
}

// What is left of a group when only these leaves stay, or None.
Result<Ref<>> keep_leaves(Thread& thread, Value exception, const std::vector<Value>& leaves) {
  TRY(check_depth(thread));
  if (!is_group(exception)) {
    const bool kept = std::find(leaves.begin(), leaves.end(), exception) != leaves.end();
    return kept ? Ref<>::share(exception) : Ref<>::adopt(None);
  }
  Ref<List> kept = TRY(List::make(thread));
  Ref<Tuple> members = Ref<Tuple>::share(&members_of(exception));
  for (isize i = 0; i < members->length; ++i) {
    Ref<> member = TRY(keep_leaves(thread, (*members)[i], leaves));
    if (!member.value().is_none()) TRY(kept->append(thread, std::move(member)));
  }
  if (kept->length() == 0) return Ref<>::adopt(None);
  return derive_group(thread, exception, *kept);
}

// What except* clauses leave to be raised: what they raised themselves, and the parts of the original that none took or that
// were raised again, in the shape that the original gave them.
Result<Ref<>> combine(Thread& thread, Value list_value, Value original) {
  List& list = as<List>(list_value);
  Ref<List> raised = TRY(List::make(thread));
  std::vector<Value> reraised;  // alive through the list
  for (isize i = 0; i < list.length(); ++i) {
    Ref<> item = Ref<>::share(list.peek(i));
    if (!is<Exception>(item)) continue;
    if (!is_group(original)) return item;  // it stood alone, so only one clause can have run
    if (TRY(is_part(thread, item, original))) {
      TRY(collect_leaves(thread, item, reraised));
    } else {
      TRY(raised->append(thread, item.value()));
    }
  }
  Ref<> rest = reraised.empty() ? Ref<>::adopt(None) : TRY(keep_leaves(thread, original, reraised));
  if (raised->length() == 0) return rest;
  if (!rest.value().is_none()) TRY(raised->append(thread, std::move(rest)));
  return call(thread, types.BaseExceptionGroup->value(), {names::empty_().value(), raised.value()});
}

}  // namespace

Result<Ref<>> derive_group(Thread& thread, Value group, List& members) {
  Ref<> made = TRY(call_method(thread, group, "derive", {members.value()}));
  if (!is<Exception>(made) || !is_group(made)) {
    return raise(thread, types.TypeError, "derive must return an instance of BaseExceptionGroup");
  }
  Exception& from = as<Exception>(group);
  Exception& to = as<Exception>(made);
  to.traceback.store(to, from.traceback.load());
  to.context.store(to, from.context.load());
  to.cause.store(to, from.cause.load());
  std::atomic_ref(to.suppress_context).store(std::atomic_ref(from.suppress_context).load());
  Ref<> notes = TRY(notes_of(thread, group));
  if (!notes.is_empty() && type_of(notes).slots.get_item) {
    Ref<List> copy = TRY(to_list(thread, notes));
    TRY(set_attribute(thread, made, names::__notes__(), copy.value()));
  }
  return made;
}

bool match_exception_group(Thread& thread, Value exception, Value type, Value* window) {
  return !match_group(thread, exception, type, window).failed();
}

Value combine_groups(Thread& thread, Value list, Value original) { return combine(thread, list, original).release(); }

bool print_expression(Thread& thread, Value value) {
  Ref<> hook = sys_attribute(thread, "displayhook");
  if (hook.is_empty()) {
    (void)raise(thread, types.RuntimeError, "lost sys.displayhook");
    return false;
  }
  return !call(thread, hook, {value}).failed();
}

}  // namespace py
