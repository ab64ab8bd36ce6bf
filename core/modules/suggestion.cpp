#include "core/modules/suggestion.h"

#include <algorithm>
#include <vector>

#include "core/object/casts.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sort.h"
#include "core/vm/frame.h"
#include "core/vm/imports.h"
#include "core/vm/sys_access.h"

namespace py {

namespace {

constexpr isize kMostCandidates = 750;
constexpr isize kLongestName = 40;
constexpr isize kMoveCost = 2, kCaseCost = 1;

isize substitution_cost(u32 a, u32 b) {
  if (a == b) return 0;
  auto lower = [](u32 c) { return c - 'A' < 26 ? c + 32 : c; };
  return lower(a) == lower(b) ? kCaseCost : kMoveCost;
}

// The edit distance; more than `limit` as soon as that is certain.
isize distance(const Str& a, const Str& b, isize limit) {
  const isize columns = b.length();
  if (a.length() > kLongestName || columns > kLongestName) return limit + 1;
  std::vector<isize> row(static_cast<usize>(columns) + 1);
  for (isize j = 0; j <= columns; ++j) row[static_cast<usize>(j)] = j * kMoveCost;
  for (isize i = 0; i < a.length(); ++i) {
    isize diagonal = row[0], best = row[0] += kMoveCost;
    for (isize j = 0; j < columns; ++j) {
      const usize at = static_cast<usize>(j) + 1;
      const isize replaced = diagonal + substitution_cost(a[i], b[j]);
      diagonal = row[at];
      row[at] = std::min(replaced, std::min(row[at], row[at - 1]) + kMoveCost);
      best = std::min(best, row[at]);
    }
    if (best > limit) return limit + 1;
  }
  return row.back();
}

Result<Ref<>> closest(Thread& thread, Str& name, Value candidates) {
  Ref<> suggestion = Ref<>::adopt(None);
  Ref<List> list = TRY(to_list(thread, candidates));
  if (list->length() >= kMostCandidates) return suggestion;
  isize least = INT64_MAX;
  for (isize i = 0; i < list->length(); ++i) {
    Ref<> item = Ref<>::share(list->peek(i));
    if (!is<Str>(item) || as<Str>(item).equals(name)) continue;
    const isize limit = std::min((name.length() + as<Str>(item).length() + 3) * kMoveCost / 6, least - 1);
    const isize found = distance(name, as<Str>(item), limit);
    if (found > limit) continue;
    least = found;
    suggestion = std::move(item);
  }
  return suggestion;
}

// Locals, then globals, then builtins of the frame that the exception comes from.
Result<Ref<>> suggest_variable(Thread& thread, Exception& exception, Str& name) {
  Ref<> at = exception.traceback.load();
  if (!is<Traceback>(at)) return Ref<>::adopt(None);
  while (is<Traceback>(as<Traceback>(at).next.peek())) at = as<Traceback>(at).next.load();
  FrameObject& frame = *static_cast<FrameObject*>(as<Traceback>(at).frame.peek().object());
  Code& code = as<Code>(frame.code.peek());
  for (Value names : {code.local_names.peek(), code.cell_names.peek(), code.free_names.peek(), frame.globals.peek(),
                      frame.builtins.peek()}) {
    if (!names.is_object()) continue;
    Ref<> found = TRY(closest(thread, name, names));
    if (!found.value().is_none()) return found;
  }
  return Ref<>::adopt(None);
}

Result<Ref<>> suggest_attribute(Thread& thread, Exception& exception, Str& name) {
  const Value object = exception.details[1].peek();
  if (object.is_empty()) return Ref<>::adopt(None);
  Ref<> method = TRY(lookup_special(thread, object, names::__dir__()));
  if (method.is_empty()) return Ref<>::adopt(None);
  Ref<List> names = TRY(to_list(thread, Ref<>(TRY(call(thread, method)))));
  TRY(sort_list(thread, *names, None, Reverse::No));
  return closest(thread, name, names.value());
}

// Adds the suggestions to the texts of a traceback.TracebackException and of those it was raised from.
Result<void> add_suggestions(Thread& thread, Value printed, Value exception) {
  Ref<> shown = Ref<>::share(printed), raised = Ref<>::share(exception);
  while (shown.value().is_object() && is<Exception>(raised)) {  // what is printed has no circles
    Exception& current = as<Exception>(raised);
    Ref<> suggestion = TRY(suggest_name(thread, current));
    if (is<Str>(suggestion)) {
      Ref<> text = TRY(get_attribute(thread, shown, "_str"));
      Ref<Str> longer = TRY(format_str(thread, "{}. Did you mean: '{}'?", text.value(), as<Str>(suggestion)));
      TRY(set_attribute(thread, shown, "_str", longer.value()));
    }
    const bool from_cause = current.cause.peek().is_object();
    shown = TRY(get_attribute(thread, shown, from_cause ? "__cause__" : "__context__"));
    raised = from_cause ? current.cause.load() : current.context.load();
  }
  return {};
}

}  // namespace

Result<Ref<>> suggest_name(Thread& thread, Exception& exception) {
  Type& type = type_of_object(exception);
  const bool attribute = type.is_subtype_of(*types.AttributeError);
  if (!attribute && !type.is_subtype_of(*types.NameError)) return Ref<>::adopt(None);
  Ref<> name = exception.details[0].load();
  if (!is<Str>(name)) return Ref<>::adopt(None);
  Result<Ref<>> found = attribute ? suggest_attribute(thread, exception, as<Str>(name))
                                  : suggest_variable(thread, exception, as<Str>(name));
  if (!found.failed()) return found;
  clear_pending(thread);
  return Ref<>::adopt(None);
}

namespace {

// sys.tracebacklimit, which counts from the innermost frame: negative, as the traceback module has it. None: all entries.
Result<Ref<>> entry_limit(Thread& thread) {
  Ref<> limit = sys_attribute(thread, "tracebacklimit");
  if (!is_integer(limit)) return Ref<>::adopt(None);
  const isize number = TRY(to_isize_clamped(thread, limit));
  return make_int(thread, number <= 0 ? 0 : -number);
}

}  // namespace

Result<void> print_traceback(Thread& thread, Value traceback, Value stream) {
  Ref<> module = TRY(import_module(thread, "traceback"));
  Ref<Str> header = TRY(Str::from_ascii(thread, "Traceback (most recent call last):\n"));
  TRY(call_method(thread, stream, names::write(), {header.value()}));
  TRY(call_method(thread, module, "print_tb", {traceback, TRY(entry_limit(thread)), stream}));
  return {};
}

Result<void> print_exception(Thread& thread, Value exception, Value traceback, Value stream) {
  Ref<> module = TRY(import_module(thread, "traceback"));
  Ref<> maker = TRY(get_attribute(thread, module, "TracebackException"));
  Ref<Tuple> positional = TRY(Tuple::from(thread, {type_of(exception).value(), exception, traceback}));
  Ref<Dict> keywords = TRY(Dict::make(thread));
  TRY(keywords->set_str(thread, "compact", True));
  TRY(keywords->set_str(thread, "limit", TRY(entry_limit(thread))));
  Ref<> printed = TRY(call_with(thread, maker, *positional, keywords.get()));
  TRY(add_suggestions(thread, printed, exception));
  Ref<> print = TRY(get_attribute(thread, printed, "print"));
  Ref<Dict> where = TRY(Dict::make(thread));
  TRY(where->set_str(thread, "file", stream));
  TRY(call_with(thread, print, Tuple::empty(), where.get()));
  return {};
}

}  // namespace py
