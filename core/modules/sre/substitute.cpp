// Pattern.sub and subn.
#include "core/base/text/search.h"
#include "core/base/text/text_builder.h"
#include "core/modules/sre/sre.h"
#include "core/object/sequence.h"
#include "core/vm/imports.h"

namespace py {

namespace {

// The parts of the result one after another; bytes as Latin-1 text.
class Substitution {
 public:
  Substitution(Thread& thread, Regex& regex, const Subject& subject) : thread_(thread), regex_(regex), subject_(subject) {}

  // `filter` is called with each match, or stands in its place; a template is filled in (filter_for).
  Result<void> run(Value filter, isize limit) {
    const bool is_template = is_exact<Tuple>(filter);
    const bool callable = !is_template && is_callable(filter);
    regex::Matcher matcher(regex_.view(), subject_.view(), 0, PTRDIFF_MAX, poll_of(thread_));
    isize last = 0;
    for (; limit == 0 || count_ < limit; ++count_) {
      if (!TRY(run_matcher(thread_, matcher, Search::Search))) break;
      if (last < matcher.start()) append(subject_.view().slice(last, matcher.start()));
      last = matcher.end();
      if (is_template) {
        TRY(append_template(as<Tuple>(filter), matcher));
        matcher.advance();
        continue;
      }
      Ref<> item = Ref<>::share(filter);
      if (callable) {
        Ref<> match = TRY(make_match(thread_, regex_, subject_.string(), matcher, 0, PTRDIFF_MAX));
        item = TRY(call(thread_, filter, {match}));
      }
      if (!item.value().is_none()) TRY(append_item(item));
      matcher.advance();
    }
    append(subject_.view().slice(last, subject_.view().length));
    return {};
  }

  isize count() const { return count_; }

  Result<Ref<>> finish() {
    if (count_ == 0) return subject_.slice(thread_, 0, subject_.view().length);
    if (out_.failed()) return raise_memory_error(thread_);
    const TextView view = out_.view();
    if (subject_.is_text()) return Str::from_view(thread_, view);
    return Bytes::from(thread_, {static_cast<const char*>(view.data), static_cast<usize>(view.length)});
  }

 private:
  void append(TextView part) {
    out_.append(part);
    ++parts_;
  }

  // `parts`: literals, with None where a group goes, and after them the numbers of the groups in order.
  Result<void> append_template(const Tuple& parts, const regex::Matcher& matcher) {
    const isize literals = parts[0].as_int();
    isize next_group = literals + 1;
    for (isize i = 1; i <= literals; ++i) {
      if (!parts[i].is_none()) {
        TRY(append_item(parts[i]));
        continue;
      }
      const u32 group = static_cast<u32>(parts[next_group++].as_int());
      if (matcher.start(group) >= 0) out_.append(subject_.view().slice(matcher.start(group), matcher.end(group)));
    }
    ++parts_;
    return {};
  }

  Result<void> append_item(Value item) {
    if (subject_.is_text()) {
      if (!is<Str>(item)) {
        return raise(thread_, types.TypeError, "sequence item {}: expected str instance, {} found", parts_, type_of(item));
      }
      append(as<Str>(item).view());
      return {};
    }
    if (!has_buffer(item)) {
      return raise(thread_, types.TypeError, "sequence item {}: expected a bytes-like object, {} found", parts_, type_of(item));
    }
    Buffer buffer = TRY(get_buffer(thread_, item));
    append(bytes_view(buffer.data, buffer.size));
    return {};
  }

  Thread& thread_;
  Regex& regex_;
  const Subject& subject_;
  TextBuilder out_;
  isize count_ = 0;
  isize parts_ = 0;
};

// What re._compile_repl makes of a replacement, a pair of ((index, group), ...) and literals with None at these indexes, as
// one tuple: the count of literals, the literals, the groups. A single literal stands for itself. re._subx comes first, since
// a warning about the replacement counts its frame.
Result<Ref<>> template_for(Thread& thread, Regex& regex, Value replacement) {
  Ref<> module = TRY(import_module(thread, "re"));
  Ref<> filter = TRY(call_method(thread, module, "_subx", {regex.value(), replacement}));
  if (!is_callable(filter)) return filter;
  Ref<> pair = TRY(call_method(thread, module, "_compile_repl", {replacement, regex.value()}));
  Ref<Tuple> halves = TRY(to_tuple(thread, pair));
  if (halves->length != 2) return raise(thread, types.TypeError, "re._compile_repl must return a pair");
  Ref<Tuple> groups = TRY(to_tuple(thread, (*halves)[0]));
  Ref<Tuple> literals = TRY(to_tuple(thread, (*halves)[1]));
  Ref<List> parts = TRY(List::make(thread, 1 + literals->length + groups->length));
  TRY(parts->append(thread, Value::integer(literals->length)));
  isize places = 0;
  for (isize i = 0; i < literals->length; ++i) {
    places += (*literals)[i].is_none();
    TRY(parts->append(thread, (*literals)[i]));
  }
  for (isize i = 0; i < groups->length; ++i) {
    Ref<Tuple> entry = TRY(to_tuple(thread, (*groups)[i]));
    const Value group = entry->length == 2 ? (*entry)[1] : None;
    if (!group.is_int() || group.as_int() < 0 || group.as_int() > regex.groups) {
      return raise(thread, types.IndexError, "no such group");
    }
    TRY(parts->append(thread, group));
  }
  if (places != groups->length) return raise(thread, types.TypeError, "re._compile_repl must name a group for each None");
  return Ref<>(TRY(parts->to_tuple(thread)));
}

// A replacement without backslashes stands for itself; re takes others apart.
Result<Ref<>> filter_for(Thread& thread, Regex& regex, Value replacement) {
  if (is_callable(replacement)) return Ref<>::share(replacement);
  bool literal = false;
  if (is<Str>(replacement)) {
    literal = text::find_char(as<Str>(replacement).view(), '\\') < 0;
  } else if (has_buffer(replacement)) {
    Buffer buffer = TRY(get_buffer(thread, replacement));
    literal = buffer.view().find('\\') == std::string_view::npos;
  }
  if (literal) return Ref<>::share(replacement);
  return template_for(thread, regex, replacement);
}

}  // namespace

Result<Ref<>> regex_sub(Thread& thread, Regex& self, Value replacement, Value string, isize count) {
  Ref<> filter = TRY(filter_for(thread, self, replacement));
  Subject subject;
  TRY(subject.open(thread, string, &self));
  Substitution substitution(thread, self, subject);
  TRY(substitution.run(filter, count));
  return substitution.finish();
}

Result<Ref<>> regex_subn(Thread& thread, Regex& self, Value replacement, Value string, isize count) {
  Ref<> filter = TRY(filter_for(thread, self, replacement));
  Subject subject;
  TRY(subject.open(thread, string, &self));
  Substitution substitution(thread, self, subject);
  TRY(substitution.run(filter, count));
  Ref<> text = TRY(substitution.finish());
  return Tuple::from(thread, {text, Value::integer(substitution.count())});
}

}  // namespace py
