#include "core/base/text/codec.h"
#include "core/modules/sre/sre.h"
#include "core/object/sequence.h"

namespace py {

Result<void> Subject::open(Thread& thread, Value string, const Regex* regex) {
  if (LIKELY(is<Str>(string))) {
    view_ = as<Str>(string).view();
    is_text_ = true;
  } else if (has_buffer(string)) {
    buffer_ = TRY(get_buffer(thread, string));
    view_ = bytes_view(buffer_.data, buffer_.size);
  } else {
    return raise(thread, types.TypeError, "expected string or bytes-like object, got '{}'", type_of(string));
  }
  if (regex && regex->is_bytes == 1 && is_text_) {
    return raise(thread, types.TypeError, "cannot use a bytes pattern on a string-like object");
  }
  if (regex && regex->is_bytes == 0 && !is_text_) {
    return raise(thread, types.TypeError, "cannot use a string pattern on a bytes-like object");
  }
  string_ = Ref<>::share(string);
  return {};
}

Result<Ref<>> subject_slice(Thread& thread, Value string, isize start, isize end) {
  if (LIKELY(is<Str>(string))) {
    Str& text = as<Str>(string);
    if (end > text.length()) end = text.length();
    if (start > end) start = end;
    return Str::substring(thread, text, start, end);
  }
  Subject subject;
  TRY(subject.open(thread, string, nullptr));
  return subject.slice(thread, start, end);
}

Result<Ref<>> Subject::slice(Thread& thread, isize start, isize end) const {
  if (end > view_.length) end = view_.length;
  if (start > end) start = end;
  if (is_text_) return Str::substring(thread, as<Str>(string_), start, end);
  if (start == 0 && end == view_.length && is_exact<Bytes>(string_)) return string_.share();
  const TextView part = view_.slice(start, end);
  return Bytes::from(thread, {static_cast<const char*>(part.data), static_cast<usize>(part.length)});
}

regex::Poll poll_of(Thread& thread) {
  return {[](void* context) { return !poll(*static_cast<Thread*>(context)); }, &thread};
}

Result<bool> run_matcher(Thread& thread, regex::Matcher& matcher, Search kind) {
  const regex::Outcome outcome = kind == Search::Match       ? matcher.match()
                                 : kind == Search::FullMatch ? matcher.fullmatch()
                                                             : matcher.search();
  switch (outcome) {
    case regex::Outcome::Match: return true;
    case regex::Outcome::NoMatch: return false;
    case regex::Outcome::OutOfMemory: return raise_memory_error(thread);
    case regex::Outcome::Aborted: return failure;
    case regex::Outcome::InvalidCode: break;
  }
  return raise(thread, types.RuntimeError, "internal error in regular expression engine");
}

Result<isize> end_position(Thread& thread, Value endpos) {
  return endpos == Unbound ? Result<isize>(PTRDIFF_MAX) : to_isize(thread, endpos);
}

Result<Ref<>> group_value(Thread& thread, const Subject& subject, isize start, isize end, Value otherwise) {
  return start < 0 ? Ref<>::share(otherwise) : subject.slice(thread, start, end);
}

}  // namespace py
