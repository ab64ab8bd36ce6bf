// _lsprof: the profiler beneath cProfile. It counts calls and measures time by code object and by native function, from
// the events of sys.setprofile, without running Python code for one (unless the clock is a Python function).
#include <ctime>

#include "core/bind/struct_sequence.h"
#include "core/modules/profiler/activity.h"
#include "core/modules/registry.h"
#include "core/modules/time_conversion.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/number.h"
#include "core/vm/tracing.h"

namespace py {

namespace {

using namespace profiler;

// Invariant: `labels` has what every identity in `activities` stands for, so no address is used again while it counts.
// Threads: each thread that enables the profiler has its Activity; all under the object's lock, as are the numbers.
class Profiler final : public Object {
 public:
  Field labels;  // dict: identity -> Code, or the text for a native function
  Field timer;   // None: the monotonic clock
  std::unordered_map<Thread*, Activity>* activities;
  i64 clearings;
  std::atomic<double> unit;  // of the timer's integers, in seconds; 0: it returns seconds
  std::atomic<bool> by_caller, natives;
  static const ObjectOps kOps;
};

void release(Object& object) {
  delete static_cast<Profiler&>(object).activities;
  release_attributes(object);
}
const ObjectOps Profiler::kOps = {"Profiler", visit_fields<Profiler, &Profiler::labels, &Profiler::timer>, release,
                                  fixed_size};

Type *profiler_type, *entry_type, *subentry_type;

Profiler& profiler_of(Value self) { return *static_cast<Profiler*>(self.object()); }

Result<i64> read_timer(Thread& thread, const Profiler& self, Value timer) {
  Ref<> moment = TRY(call(thread, timer));
  if (self.unit.load(std::memory_order_relaxed) <= 0) {
    return to_nanoseconds(thread, moment, kNanosecondsPerSecond, nullptr, Rounding::Floor);
  }
  if (is_integer(moment)) return to_i64(thread, moment);
  return raise(thread, types.TypeError, "expect int, got {}", type_of(moment));
}

thread_local bool reading_timer = false;

// 0 when the timer fails, or while it runs: it may call disable().
i64 now(Thread& thread, Profiler& self) {
  Ref<> timer = self.timer.load();
  if (timer.value().is_none()) {
    timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return moment.tv_sec * kNanosecondsPerSecond + moment.tv_nsec;
  }
  if (reading_timer) return 0;
  reading_timer = true;
  Result<i64> ticks = read_timer(thread, self, timer);
  reading_timer = false;
  if (!ticks.failed()) return ticks.take();
  report_unraisable(thread, timer);
  return 0;
}

Result<Ref<>> native_label(Thread& thread, NativeFunction& function) {
  const std::string_view name = function.spec->name;
  Ref<> bound = function.self.load();
  if (!bound.is_empty() && !is<Module>(bound)) {
    Ref<> attribute = Ref<>::share(type_of(bound).lookup(intern(thread, name)));
    if (!attribute.is_empty()) {
      Result<Ref<Str>> text = repr(thread, attribute);
      if (!text.failed()) return Ref<>(text.take());
      clear_pending(thread);
    }
  }
  Ref<> module = function.module.load();
  if (is<Str>(module)) return Ref<>(TRY(format_str(thread, "<built-in method {}.{}>", as<Str>(module), name)));
  return Ref<>(TRY(format_str(thread, "<built-in method {}>", name)));
}

// The callee is a Code or a native function.
NativeFunction* native_of(Value callee) {
  return &type_of(callee) == types.builtin_function ? static_cast<NativeFunction*>(callee.object()) : nullptr;
}
Identity identity_of(Value callee) {
  const NativeFunction* native = native_of(callee);
  return native ? reinterpret_cast<Identity>(native->spec) : callee.bits;
}
Result<void> add_label(Thread& thread, Dict& labels, Value callee) {
  NativeFunction* native = native_of(callee);
  Ref<> label = native ? TRY(native_label(thread, *native)) : Ref<>::share(callee);
  Ref<> key = TRY(make_int_unsigned(thread, identity_of(callee)));
  TRY(labels.set_default(thread, key, label));
  return {};
}

// Another thread may clear the profiler between two looks: then the label went into a dict that is no longer used.
Result<void> enter(Thread& thread, Profiler& self, Value callee) {
  const Identity identity = identity_of(callee);
  const bool by_caller = self.by_caller.load(std::memory_order_relaxed);
  const i64 moment = now(thread, self);
  for (i64 labelled = -1;;) {
    Ref<> labels;
    i64 clearings;
    {
      ObjectLock lock(self);
      clearings = self.clearings;
      Activity& activity = (*self.activities)[&thread];
      if (labelled == clearings || activity.knows(identity)) {
        activity.enter(identity, moment, by_caller);
        return {};
      }
      labels = self.labels.load();
    }
    TRY(add_label(thread, as<Dict>(labels), callee));
    labelled = clearings;
  }
}

// False: no call is going on that the profiler saw begin.
bool leave(Thread& thread, Profiler& self) {
  auto is_in_call = [&] { return (*self.activities)[&thread].is_in_call(); };
  {
    ObjectLock lock(self);
    if (!is_in_call()) return false;
  }
  const i64 moment = now(thread, self);
  ObjectLock lock(self);
  if (is_in_call()) (*self.activities)[&thread].leave(moment);
  return true;
}

Result<void> on_event(Thread& thread, Value self, ProfileEvent event, Value callee) {
  Profiler& profiler = profiler_of(self);
  const bool is_native = event != ProfileEvent::Call && event != ProfileEvent::Return;
  if (is_native && !profiler.natives.load(std::memory_order_relaxed)) return {};
  if (event == ProfileEvent::Call || event == ProfileEvent::NativeCall) return enter(thread, profiler, callee);
  leave(thread, profiler);
  return {};
}

Result<void> clear(Thread& thread, Value value) {
  Profiler& self = profiler_of(value);
  Ref<Dict> labels = TRY(Dict::make(thread));
  ObjectLock lock(self);
  self.activities->clear();
  ++self.clearings;
  const Value old = self.labels.exchange(self, std::move(labels));
  lock.unlock();
  drop_removed(self, old);
  return {};
}

Result<void> set_flag(Thread& thread, std::atomic<bool>& flag, Value value) {
  if (value != Unbound) flag.store(TRY(is_true(thread, value)), std::memory_order_relaxed);
  return {};
}

Result<void> enable(Thread& thread, Value value, Value subcalls, Value builtins) {
  Profiler& self = profiler_of(value);
  TRY(set_flag(thread, self.by_caller, subcalls));
  TRY(set_flag(thread, self.natives, builtins));
  set_profile_hook(thread, on_event, value);
  return {};
}

Result<void> disable(Thread& thread, Value value) {
  Profiler& self = profiler_of(value);
  set_trace_function(thread, TraceKind::Profile, None);
  while (leave(thread, self)) {
  }
  return {};
}

// Makes the entries of getstats().
class Report {
 public:
  Report(Thread& thread, Dict& labels, double unit) : thread_(thread), labels_(labels), unit_(unit) {}

  Result<Ref<List>> entries(const Entries& all) {
    Ref<List> list = TRY(List::make(thread_));
    for (const auto& [identity, entry] : all) {
      if (entry.tally.calls == 0) continue;
      Ref<Tuple> row = TRY(this->row(*entry_type, identity, entry.tally));
      if (!entry.callees.empty()) set_struct_field(*row, 5, TRY(subentries(entry)));
      TRY(list->append(thread_, Ref<>(std::move(row))));
    }
    return list;
  }

 private:
  Result<Ref<>> subentries(const Entry& entry) {
    Ref<List> list = TRY(List::make(thread_));
    for (const auto& [identity, tally] : entry.callees) {
      if (tally.calls) TRY(list->append(thread_, Ref<>(TRY(row(*subentry_type, identity, tally)))));
    }
    return Ref<>(std::move(list));
  }
  Result<Ref<Tuple>> row(Type& type, Identity identity, const CallCount& tally) {
    Ref<> key = TRY(make_int_unsigned(thread_, identity));
    Ref<Tuple> row = TRY(new_struct_sequence(thread_, type));
    set_struct_field(*row, 0, TRY(labels_.get(thread_, key)));
    set_struct_field(*row, 1, Ref<>::adopt(Value::integer(tally.calls)));
    set_struct_field(*row, 2, Ref<>::adopt(Value::integer(tally.recursive)));
    set_struct_field(*row, 3, TRY(make_float(thread_, static_cast<double>(tally.total) * unit_)));
    set_struct_field(*row, 4, TRY(make_float(thread_, static_cast<double>(tally.own) * unit_)));
    return row;
  }

  Thread& thread_;
  Dict& labels_;
  double unit_;
};

Result<Ref<List>> getstats(Thread& thread, Value value) {
  Profiler& self = profiler_of(value);
  const double unit = self.unit.load(std::memory_order_relaxed);
  Entries sum;
  ObjectLock lock(self);
  Ref<> labels = self.labels.load();
  for (const auto& [user, activity] : *self.activities) activity.add_to(sum);
  lock.unlock();
  const bool scaled = unit > 0 && !self.timer.peek().is_none();
  return Report(thread, as<Dict>(labels), scaled ? unit : 1e-9).entries(sum);
}

Result<Ref<>> profiler_new(Thread& thread, Type& type, const Arguments&) {
  Ref<Dict> labels = TRY(Dict::make(thread));
  Ref<Profiler> self = TRY(new_object<Profiler>(thread, type));
  self->activities = new std::unordered_map<Thread*, Activity>;
  self->clearings = 0;
  self->unit.store(0, std::memory_order_relaxed);
  self->by_caller.store(false, std::memory_order_relaxed);
  self->natives.store(false, std::memory_order_relaxed);
  set_fresh(*self, self->labels, labels.value());
  set_fresh(*self, self->timer, None);
  return Ref<>(std::move(self));
}

Result<void> profiler_init(Thread& thread, Value value, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "Profiler(timer=None, timeunit=0, subcalls=True, builtins=True)", arguments);
  Profiler& self = profiler_of(value);
  const double unit = TRY(to_double(thread, bound[1]));
  TRY(set_flag(thread, self.by_caller, bound[2]));
  TRY(set_flag(thread, self.natives, bound[3]));
  self.timer.store(self, bound[0]);
  self.unit.store(unit, std::memory_order_relaxed);
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<getstats>("getstats()", "A list of profiler_entry, one for each function that was called."),
    def<enable>("enable(subcalls=<as before>, builtins=<as before>)",
                "Start collecting in this thread: by caller too with `subcalls`, native functions with `builtins`."),
    def<disable>("disable()", "Stop collecting in this thread."),
    def<clear>("clear()", "Forget all that was collected."),
};
constexpr TypeSpec kProfilerSpec = {
    .name = "_lsprof.Profiler",
    .doc = "Profiler(timer=None, timeunit=0.0, subcalls=True, builtins=True)\n\n"
           "Counts calls and measures their time by `timer`, or by a monotonic clock. If the timer returns integers,\n"
           "`timeunit` says how many seconds one is.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .slots = {.init = profiler_init, .new_ = profiler_new},
    .ops = &Profiler::kOps,
    .size = sizeof(Profiler),
    .flags = static_cast<u32>(TypeFlag::Subclassable)};

constexpr StructSequenceField kFields[] = {
    {"code", "code object, or the text for a native function"},
    {"callcount", "how many times it was called"},
    {"reccallcount", "how many of these calls were recursive"},
    {"totaltime", "time spent in it and in what it called"},
    {"inlinetime", "time spent in it alone"},
    {"calls", "list of profiler_subentry, one for each function it called, or None"},
};
constexpr StructSequenceSpec kEntrySpec = {"_lsprof.profiler_entry", nullptr, kFields, 6, 6};
constexpr StructSequenceSpec kSubentrySpec = {"_lsprof.profiler_subentry", nullptr, kFields, 5, 5};

Result<void> initialize(Thread& thread, Module& module) {
  profiler_type = TRY(add_type_to_module(thread, module, kProfilerSpec));
  entry_type = &make_struct_sequence_type(thread, kEntrySpec);
  subentry_type = &make_struct_sequence_type(thread, kSubentrySpec);
  TRY(add_to_module(thread, module, "profiler_entry", entry_type->value()));
  return add_to_module(thread, module, "profiler_subentry", subentry_type->value());
}

}  // namespace

const ModuleSpec kLsprofModule = {"_lsprof", "Profiler of calls, with little overhead.", nullptr, 0, initialize};

}  // namespace py
