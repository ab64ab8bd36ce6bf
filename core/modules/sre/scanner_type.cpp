// Scanners, and the iterators of finditer().
#include "core/modules/sre/sre.h"
#include "core/object/allocate.h"
#include "core/object/memoryview.h"

#include <new>

namespace py {

namespace {

usize scanner_size(const Object&) { return sizeof(RegexScanner); }
void scanner_visit(Object& object, Visitor& visitor) {
  RegexScanner& scanner = static_cast<RegexScanner&>(object);
  visitor.visit(scanner.regex);
  visitor.visit(scanner.string);
  visitor.visit(scanner.view);
}
void scanner_release(Object& object) { delete static_cast<RegexScanner&>(object).matcher; }

// The subject's characters, for as long as the scanner lives.
Result<TextView> hold_subject(Thread& thread, RegexScanner& scanner, Value string, Regex& regex) {
  Subject subject;
  TRY(subject.open(thread, string, &regex));  // checks the kind
  scanner.string.store(scanner, string);
  if (is<Str>(string) || is<Bytes>(string)) return subject.view();
  Ref<MemoryView> view = TRY(make_memoryview(thread, string));
  const TextView memory = bytes_view(view->data, view->size);
  scanner.view.store(scanner, view.value());
  return memory;
}

Result<Ref<>> make_scanner(Thread& thread, Type& type, Regex& regex, Value string, isize pos, Value endpos_value) {
  const isize endpos = TRY(end_position(thread, endpos_value));
  Ref<RegexScanner> scanner = TRY(allocate<RegexScanner>(thread, type, sizeof(RegexScanner)));
  scanner->regex.initialize(None);
  scanner->string.initialize(None);
  scanner->view.initialize(None);
  scanner->matcher = nullptr;
  scanner->pos = pos;
  scanner->endpos = endpos;
  scanner->busy.store(false, std::memory_order_relaxed);
  scanner->exhausted = false;
  scanner->regex.store(*scanner, regex.value());
  const TextView subject = TRY(hold_subject(thread, *scanner, string, regex));
  scanner->matcher = new (std::nothrow) regex::Matcher(regex.view(), subject, pos, endpos);
  if (!scanner->matcher) return raise_memory_error(thread);
  return Ref<>(std::move(scanner));
}

// The next match, or `end` when there is none.
Result<Ref<>> scan(Thread& thread, RegexScanner& self, Search kind, Value end) {
  bool busy = self.busy.load(std::memory_order_relaxed);
  if (UNLIKELY(self.is_shared())) {
    busy = self.busy.exchange(true, std::memory_order_acquire);
  } else {
    self.busy.store(true, std::memory_order_relaxed);
  }
  if (busy) {
    return raise(thread, types.ValueError, "regular expression scanner already executing");
  }
  Result<Ref<>> match = Ref<>::share(end);
  if (!self.exhausted) {
    self.matcher->set_poll(poll_of(thread));
    Result<bool> found = run_matcher(thread, *self.matcher, kind);
    if (found.failed()) {
      match = failure;
    } else if (found.take()) {
      match = make_match(thread, as<Regex>(self.regex.peek()), self.string.peek(), *self.matcher, self.pos, self.endpos);
      self.matcher->advance();
    } else {
      self.exhausted = true;
    }
  }
  self.busy.store(false, std::memory_order_release);  // pairs with the exchange of the next user
  return match;
}

Result<Ref<>> match(Thread& thread, RegexScanner& self) { return scan(thread, self, Search::Match, None); }
Result<Ref<>> search(Thread& thread, RegexScanner& self) { return scan(thread, self, Search::Search, None); }
Result<Ref<>> get_pattern(Thread&, Value self) { return as<RegexScanner>(self).regex.load(); }

Result<Ref<>> iterator_next(Thread& thread, Value self) {
  return scan(thread, *static_cast<RegexScanner*>(self.object()), Search::Search, Done);
}
Result<Ref<>> iterator_self(Thread&, Value self) { return Ref<>::share(self); }

constexpr MethodSpec kMethods[] = {
    def<match>("match()", nullptr),
    def<search>("search()", nullptr),
};
constexpr PropertySpec kProperties[] = {{"pattern", nullptr, get_pattern}};

}  // namespace

const ObjectOps RegexScanner::kOps = {"scanner", scanner_visit, scanner_release, scanner_size};

Result<Ref<>> regex_scanner(Thread& thread, Regex& self, Value string, isize pos, Value endpos) {
  return make_scanner(thread, *regex_types.scanner, self, string, pos, endpos);
}
Result<Ref<>> regex_finditer(Thread& thread, Regex& self, Value string, isize pos, Value endpos) {
  return make_scanner(thread, *regex_types.iterator, self, string, pos, endpos);
}

const TypeSpec kRegexScannerSpec = {
    .name = "_sre.SRE_Scanner",
    .doc = nullptr,
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .ops = &RegexScanner::kOps,
    .size = sizeof(RegexScanner),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

const TypeSpec kRegexIteratorSpec = {
    .name = "callable_iterator",
    .doc = nullptr,
    .slots = {.iter = iterator_self, .next = iterator_next},
    .ops = &RegexScanner::kOps,
    .size = sizeof(RegexScanner),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

}  // namespace py
