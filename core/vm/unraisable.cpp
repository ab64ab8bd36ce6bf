#include "core/vm/unraisable.h"

#include <cstdio>
#include <string>

#include "core/bind/struct_sequence.h"
#include "core/object/casts.h"
#include "core/object/function.h"
#include "core/object/error.h"
#include "core/object/operations.h"
#include "core/object/str.h"
#include "core/vm/sys_access.h"

namespace py {

namespace {

constexpr StructSequenceField kFields[] = {{"exc_type", "Exception type"},
                                           {"exc_value", "Exception value"},
                                           {"exc_traceback", "Exception traceback"},
                                           {"err_msg", "Error message"},
                                           {"object", "Object causing the exception"}};
constexpr StructSequenceSpec kSpec = {"UnraisableHookArgs", "What sys.unraisablehook is told.", kFields, std::size(kFields), std::size(kFields)};

Type* report_type;

Result<void> call_hook(Thread& thread, Value hook, Value exception, const char* message, Value context) {
  Ref<Tuple> report = TRY(new_struct_sequence(thread, *report_type));
  set_struct_field(*report, 0, Ref<>::share(type_of(exception).value()));
  set_struct_field(*report, 1, Ref<>::share(exception));
  set_struct_field(*report, 2, as<Exception>(exception).traceback.load());
  if (message) set_struct_field(*report, 3, Ref<>(TRY(Str::from_ascii(thread, message))));
  set_struct_field(*report, 4, Ref<>::share(context));
  TRY(call(thread, hook, {report.value()}));
  return {};
}

}  // namespace

void make_unraisable_type(Thread& thread) { report_type = &make_struct_sequence_type(thread, kSpec); }

bool is_unraisable_report(Value value) { return &type_of(value) == report_type; }

void report_unraisable(Thread& thread, Value context) { report_unraisable_as(thread, context, nullptr); }

void report_unraisable_as(Thread& thread, Value context, const char* message) {
  if (!thread.has_pending()) return;
  Ref<> exception = take_pending(thread);
  Ref<> hook = sys_attribute(thread, "unraisablehook");
  const bool is_set = !hook.is_empty() && !hook.value().is_none();
  const bool done = is_set && !call_hook(thread, hook, exception, message, context).failed();
  if (thread.has_pending()) clear_pending(thread);
  if (!done) std::fprintf(stderr, "Exception ignored in: %s\n", std::string(type_of(exception).name_view()).c_str());
}

}  // namespace py
