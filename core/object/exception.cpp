// The layout of exceptions, and the making of builtin ones from C++.
#include "core/object/allocate.h"
#include "core/object/str.h"
#include "core/object/attributes.h"
#include "core/object/casts.h"
#include "core/object/function.h"
#include "core/object/sequence.h"

namespace py {

namespace {

Value spare_error = Empty;

usize exception_size(const Object& object) { return type_of_object(object).allocation_size(); }

void exception_visit(Object& object, Visitor& visitor) {
  Exception& exception = static_cast<Exception&>(object);
  visitor.visit(exception.args);
  visitor.visit(exception.traceback);
  visitor.visit(exception.context);
  visitor.visit(exception.cause);
  const u32 details = (type_of_object(object).native_size - sizeof(Exception)) / 8;
  visitor.visit(exception.details, details);
  visit_attributes(object, visitor);
}

}  // namespace

const ObjectOps Exception::kOps = {"exception", exception_visit, release_attributes, exception_size};

Result<Ref<Exception>> make_exception(Thread& thread, Type& type, Tuple& args) {
  Ref<Exception> exception = TRY(new_object<Exception>(thread, type));
  exception->args.initialize(Ref<>::share(args.value()).release());
  exception->traceback.initialize(None);
  exception->context.initialize(None);
  exception->cause.initialize(None);
  exception->suppress_context = 0;
  const u32 details = (type.native_size - sizeof(Exception)) / 8;
  if (!details) return exception;
  for (u32 i = 0; i < details; ++i) exception->details[i].initialize(None);
  // characters_written: an attribute that is not there until somebody sets it.
  if (type.is_subtype_of(*types.OSError)) exception->details[4].initialize(Empty);
  // These name their only argument; native code raises them without running __init__.
  const bool names_argument = type.is_subtype_of(*types.StopIteration) || type.is_subtype_of(*types.SystemExit) ||
                              type.is_subtype_of(*types.ImportError);
  if (args.length == 1 && names_argument) {
    exception->details[0].initialize(Ref<>::share(args[0]).release());
  }
  return exception;
}

void Exception::set_cause(Thread& thread, Value value) {
  cause.store(*this, value);
  std::atomic_ref(suppress_context).store(1);
}

void Exception::set_context(Thread& thread, Value value) { context.store(*this, value); }

Value spare_memory_error() { return spare_error; }

void initialize_spare_errors(Thread& thread) {
  spare_error = MUST(make_exception(thread, *types.MemoryError, Tuple::empty())).release()->value();
}

}  // namespace py
