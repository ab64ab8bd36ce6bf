// csv.reader: rows out of lines of text.
#include "core/base/text/text_builder.h"
#include "core/builtins/sequence_operations.h"
#include "core/modules/csv/dialect.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/object/number.h"

namespace py::csv {

namespace {

std::atomic<i64> field_limit{128 * 1024};

// Threads: what a row needs while it is read belongs to the call.
class Reader final : public Object {
 public:
  Field lines;    // iterator
  Field dialect;  // Dialect
  std::atomic<i64> line_number;
  static const ObjectOps kOps;
};
const ObjectOps Reader::kOps = {"csv reader", visit_fields<Reader, &Reader::lines, &Reader::dialect>, release_attributes,
                                fixed_size};
Type* reader_type;
Reader& reader_of(Value self) { return *static_cast<Reader*>(self.object()); }

constexpr isize kUsualFields = 7;  // room for them is made at once: a block of 64 bytes
constexpr u32 kEndOfLine = 0xFFFFFFFE;
bool is_newline(u32 c) { return c == '\n' || c == '\r'; }
bool ends_line(u32 c) { return is_newline(c) || c == kEndOfLine; }

// One row in the making: a machine that is fed characters.
class Row {
 public:
  Row(Thread& thread, const Dialect& dialect, Ref<List> fields)
      : thread_(thread), dialect_(dialect), fields_(std::move(fields)) {}

  Result<void> add_line(const Str& line) {
    const TextView text = line.view();
    for (isize i = 0; i < text.length; ++i) {
      const isize plain = plain_until(text, i);
      if (plain > i) TRY(add(text.slice(i, plain)));
      i = plain;
      if (i < text.length) TRY(take(text[i]));
    }
    return take(kEndOfLine);
  }
  bool is_complete() const { return state_ == State::StartRecord; }
  bool has_begun_field() const { return field_.length() != 0 || state_ == State::Quoted; }
  Result<void> end_field() {
    Ref<> text = TRY(finish_text(thread_, field_));
    field_.clear();
    if (std::exchange(numeric_, false)) text = TRY(call(thread_, types.float_->value(), {text}));
    return fields_->append(thread_, std::move(text));
  }
  Ref<> take_fields() { return Ref<>(std::move(fields_)); }

 private:
  enum class State : u8 {
    StartRecord,
    StartField,
    Escaped,
    InField,
    Quoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatNewlines,
    AfterEscapedNewline,
  };

  // Where the characters end that only go on with a field.
  isize plain_until(TextView text, isize i) const {
    if (state_ != State::InField && state_ != State::Quoted) return i;
    const Dialect& dialect = dialect_;
    const bool quoted = state_ == State::Quoted;
    return with_chars(text, [&](auto* chars) {
      if (quoted) {
        while (i < text.length && chars[i] != dialect.escape && chars[i] != dialect.quote) ++i;
      } else {
        while (i < text.length && !is_newline(chars[i]) && chars[i] != dialect.escape && chars[i] != dialect.delimiter) ++i;
      }
      return i;
    });
  }
  Result<void> add(TextView part) {
    const i64 limit = field_limit.load(std::memory_order_relaxed);
    if (part.length > limit - field_.length()) return raise(thread_, error, "field larger than field limit ({})", limit);
    return field_.append(part) ? Result<void>() : raise_memory_error(thread_);
  }
  Result<void> add(u32 c) {
    const i64 limit = field_limit.load(std::memory_order_relaxed);
    if (field_.length() >= limit) return raise(thread_, error, "field larger than field limit ({})", limit);
    return field_.append(c) ? Result<void>() : raise_memory_error(thread_);
  }
  Result<void> add_in(u32 c, State next) {
    state_ = next;
    return add(c);
  }
  Result<void> end_field_in(State next) {
    state_ = next;
    return end_field();
  }
  Result<void> end_record(u32 c) { return end_field_in(c == kEndOfLine ? State::StartRecord : State::EatNewlines); }
  Result<void> go(State next) {
    state_ = next;
    return {};
  }
  bool is_quote(u32 c) const { return c == dialect_.quote && dialect_.quoting != Quoting::None; }

  Result<void> start_field(u32 c) {
    if (ends_line(c)) return end_record(c);
    if (is_quote(c)) return go(State::Quoted);
    if (c == dialect_.escape) return go(State::Escaped);
    if (c == ' ' && dialect_.skip_initial_space) return {};
    if (c == dialect_.delimiter) return end_field();
    numeric_ = dialect_.quoting == Quoting::NonNumeric;
    return add_in(c, State::InField);
  }
  Result<void> in_field(u32 c) {
    if (ends_line(c)) return end_record(c);
    if (c == dialect_.escape) return go(State::Escaped);
    if (c == dialect_.delimiter) return end_field_in(State::StartField);
    return add(c);
  }
  Result<void> after_quote(u32 c) {
    if (is_quote(c)) return add_in(c, State::Quoted);
    if (c == dialect_.delimiter) return end_field_in(State::StartField);
    if (ends_line(c)) return end_record(c);
    if (!dialect_.strict) return add_in(c, State::InField);
    Ref<> delimiter = TRY(Str::from_code_point(thread_, dialect_.delimiter));
    Ref<> quote = TRY(Str::from_code_point(thread_, dialect_.quote));
    return raise(thread_, error, "'{}' expected after '{}'", delimiter.value(), quote.value());
  }

  Result<void> take(u32 c) {
    switch (state_) {
      case State::StartRecord:
        if (c == kEndOfLine) return {};
        if (is_newline(c)) return go(State::EatNewlines);
        state_ = State::StartField;
        return start_field(c);
      case State::StartField: return start_field(c);
      case State::Escaped:
        if (is_newline(c)) return add_in(c, State::AfterEscapedNewline);
        return add_in(c == kEndOfLine ? '\n' : c, State::InField);
      case State::AfterEscapedNewline: return c == kEndOfLine ? Result<void>() : in_field(c);
      case State::InField: return in_field(c);
      case State::Quoted:
        if (c == kEndOfLine) return {};
        if (c == dialect_.escape) return go(State::EscapedInQuoted);
        if (is_quote(c)) return go(dialect_.double_quote ? State::QuoteInQuoted : State::InField);
        return add(c);
      case State::EscapedInQuoted: return add_in(c == kEndOfLine ? '\n' : c, State::Quoted);
      case State::QuoteInQuoted: return after_quote(c);
      case State::EatNewlines: break;
    }
    if (is_newline(c)) return {};
    if (c == kEndOfLine) return go(State::StartRecord);
    return raise(thread_, error,
                 "new-line character seen in unquoted field - do you need to open the file in universal-newline mode?");
  }

  Thread& thread_;
  const Dialect& dialect_;
  Ref<List> fields_;
  TextBuilder field_;
  State state_ = State::StartRecord;
  bool numeric_ = false;
};

Result<Ref<>> reader_next(Thread& thread, Value value) {
  Reader& self = reader_of(value);
  Row row(thread, dialect_of(self.dialect), TRY(List::make(thread, kUsualFields)));
  do {
    Ref<> line = TRY(next(thread, self.lines.peek()));
    if (line.value() == Done) {
      if (!row.has_begun_field()) return line;
      if (dialect_of(self.dialect).strict) return raise(thread, error, "unexpected end of data");
      TRY(row.end_field());
      break;
    }
    if (!is<Str>(line)) {
      return raise(thread, error, "iterator should return strings, not {} (the file should be opened in text mode)", type_of(line));
    }
    step_cursor<i64>(self, self.line_number, 1);
    TRY(row.add_line(as<Str>(line)));
  } while (!row.is_complete());
  return row.take_fields();
}
Result<Ref<>> reader_iter(Thread&, Value self) { return Ref<>::share(self); }
Result<Ref<>> get_line_number(Thread& thread, Value self) {
  return make_int(thread, reader_of(self).line_number.load(std::memory_order_relaxed));
}

constexpr PropertySpec kProperties[] = {{"line_num", nullptr, get_line_number}};
constexpr MemberSpec kMembers[] = {{"dialect", nullptr, sizeof(Object) / 8 + 1}};
constexpr TypeSpec kSpec = {.name = "_csv.reader",
                            .doc = "CSV reader\n\nReaders parse tabular data in CSV format.",
                            .properties = kProperties,
                            .property_count = std::size(kProperties),
                            .members = kMembers,
                            .member_count = std::size(kMembers),
                            .slots = {.iter = reader_iter, .next = reader_next},
                            .ops = &Reader::kOps,
                            .size = sizeof(Reader),
                            .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace

Result<Ref<>> make_reader(Thread& thread, Rest arguments, Keywords keywords) {
  if (arguments.count < 1) return raise(thread, types.TypeError, "expected at least 1 argument, got 0");
  if (arguments.count > 2) return raise(thread, types.TypeError, "expected at most 2 arguments, got {}", arguments.count);
  Ref<> lines = TRY(iterate(thread, arguments.values[0]));
  Ref<> dialect = TRY(make_dialect(thread, arguments.count > 1 ? arguments.values[1] : Unbound, keywords));
  Ref<Reader> self = TRY(new_object<Reader>(thread, *reader_type));
  self->line_number.store(0, std::memory_order_relaxed);
  set_fresh(*self, self->lines, std::move(lines));
  set_fresh(*self, self->dialect, std::move(dialect));
  return Ref<>(std::move(self));
}

Result<isize> field_size_limit(Thread& thread, Value new_limit) {
  if (new_limit == Unbound) return field_limit.load(std::memory_order_relaxed);
  if (!is_integer(new_limit) || new_limit.is_bool()) return raise(thread, types.TypeError, "limit must be an integer");
  return field_limit.exchange(TRY(to_i64(thread, new_limit)), std::memory_order_relaxed);
}

Result<void> add_reader(Thread& thread, Module& module) {
  Type* type = TRY(add_type_to_module(thread, module, kSpec));
  reader_type = type;
  return add_to_module(thread, module, "Reader", type->value());
}

}  // namespace py::csv
