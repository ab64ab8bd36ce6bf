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

  // `filter` is called with each match, or stands in its place.
  Result<void> run(Value filter, isize limit) {
    const bool callable = is_callable(filter);
    regex::Matcher matcher(regex_.view(), subject_.view(), 0, PTRDIFF_MAX, poll_of(thread_));
    isize last = 0;
    for (; limit == 0 || count_ < limit; ++count_) {
      if (!TRY(run_matcher(thread_, matcher, Search::Search))) break;
      if (last < matcher.start()) append(subject_.view().slice(last, matcher.start()));
      last = matcher.end();
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

// A replacement without backslashes stands for itself; re makes a filter of others.
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
  Ref<> module = TRY(import_module(thread, "re"));
  return call_method(thread, module, "_subx", {regex.value(), replacement});
}

}  // namespace

Result<Ref<>> regex_sub(Thread& thread, Regex& self, Value replacement, Value string, isize count) {
  Ref<> filter = TRY(filter_for(thread, self, replacement));
  Subject subject = TRY(Subject::open(thread, string, &self));
  Substitution substitution(thread, self, subject);
  TRY(substitution.run(filter, count));
  return substitution.finish();
}

Result<Ref<>> regex_subn(Thread& thread, Regex& self, Value replacement, Value string, isize count) {
  Ref<> filter = TRY(filter_for(thread, self, replacement));
  Subject subject = TRY(Subject::open(thread, string, &self));
  Substitution substitution(thread, self, subject);
  TRY(substitution.run(filter, count));
  Ref<> text = TRY(substitution.finish());
  return Tuple::from(thread, {text, Value::integer(substitution.count())});
}

}  // namespace py
