// csv.writer: lines of text out of rows.
#include "core/base/text/text_builder.h"
#include "core/builtins/sequence_operations.h"
#include "core/modules/csv/dialect.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

namespace py::csv {

namespace {

// Threads: immutable; a row in the making belongs to the call.
class Writer final : public Object {
 public:
  Field write;    // of the file
  Field dialect;  // Dialect
  static const ObjectOps kOps;
};
const ObjectOps Writer::kOps = {"csv writer", visit_fields<Writer, &Writer::write, &Writer::dialect>, release_attributes,
                                fixed_size};
Type* writer_type;
Writer& writer_of(Value self) { return *static_cast<Writer*>(self.object()); }

bool has_character(TextView text, u32 wanted) {
  for (isize i = 0; i < text.length; ++i) {
    if (text[i] == wanted) return true;
  }
  return false;
}
bool is_number(Value value) {
  const TypeSlots& slots = type_of(value).slots;
  return slots.index || slots.integer || slots.floating || is<Complex>(value);
}

class Line {
 public:
  Line(Thread& thread, const Dialect& dialect) : thread_(thread), dialect_(dialect) {}

  Result<void> add(Value value) {
    const bool quoted = dialect_.quoting == Quoting::All || (dialect_.quoting == Quoting::NonNumeric && !is_number(value));
    if (value.is_none()) return add_field({}, quoted);
    Ref<Str> text = TRY(to_str(thread_, value));
    return add_field(text->view(), quoted);
  }
  // A row of one empty field is quoted, lest it look like none.
  Result<void> finish() {
    if (fields_ > 0 && out_.length() == 0) {
      if (dialect_.quoting == Quoting::None) return raise(thread_, error, "single empty field record must be quoted");
      fields_ = 0;
      TRY(add_field({}, true));
    }
    out_.append(as<Str>(dialect_.line_terminator.peek()).view());
    return {};
  }
  Result<Ref<>> text() { return finish_text(thread_, out_); }

 private:
  Result<void> add_field(TextView field, bool quoted) {
    if (fields_++) out_.append(dialect_.delimiter);
    TextBuilder content;
    for (isize i = 0; i < field.length; ++i) {
      const u32 c = field[i];
      if (is_special(c) && TRY(must_escape(c, content, quoted))) {
        if (dialect_.escape == kNotSet) return raise(thread_, error, "need to escape, but no escapechar set");
        content.append(dialect_.escape);
      }
      content.append(c);
    }
    if (content.failed()) return raise_memory_error(thread_);
    if (quoted) out_.append(dialect_.quote);
    out_.append(content.view());
    if (quoted) out_.append(dialect_.quote);
    return {};
  }
  bool is_special(u32 c) const {
    return c == dialect_.delimiter || c == dialect_.escape || c == dialect_.quote ||
           has_character(as<Str>(dialect_.line_terminator.peek()).view(), c);
  }
  // Whether an escape character must stand before it; else the field is quoted, and a quote doubled.
  Result<bool> must_escape(u32 c, TextBuilder& content, bool& quoted) {
    if (dialect_.quoting == Quoting::None) return true;
    if (c == dialect_.quote) {
      if (!dialect_.double_quote) return true;
      content.append(c);
    } else if (c == dialect_.escape) {
      return true;
    }
    quoted = true;
    return false;
  }

  Thread& thread_;
  const Dialect& dialect_;
  TextBuilder out_;
  isize fields_ = 0;
};

Result<Ref<>> write_row(Thread& thread, Value value, Value row) {
  Writer& self = writer_of(value);
  Result<Ref<>> fields = iterate(thread, row);
  if (fields.failed()) {
    if (!pending_is(thread, *types.TypeError)) return failure;
    clear_pending(thread);
    return raise(thread, error, "iterable expected, not {}", type_of(row));
  }
  Ref<> iterator = fields.take();
  Line line(thread, dialect_of(self.dialect));
  for (;;) {
    Ref<> field = TRY(next(thread, iterator));
    if (field.value() == Done) break;
    TRY(line.add(field));
  }
  TRY(line.finish());
  Ref<> text = TRY(line.text());
  return call(thread, self.write.peek(), {text});
}
Result<void> write_rows(Thread& thread, Value self, Value rows) {
  return for_each(thread, rows, [&](Value row) -> Result<void> {
    Ref<> keep = Ref<>::share(row);
    TRY(write_row(thread, self, keep));
    return {};
  });
}

constexpr MethodSpec kMethods[] = {
    def<write_row>("writerow(row, /)",
                   "writerow(iterable)\n\nConstruct and write a CSV record from an iterable of fields.  Non-string\n"
                   "elements will be converted to string."),
    def<write_rows>("writerows(rows, /)",
                    "writerows(iterable of iterables)\n\nConstruct and write a series of iterables to a csv file.  "
                    "Non-string\nelements will be converted to string."),
};
constexpr MemberSpec kMembers[] = {{"dialect", nullptr, sizeof(Object) / 8 + 1}};
constexpr TypeSpec kSpec = {.name = "_csv.writer",
                            .doc = "CSV writer\n\nWriters generate tabular data in CSV format from sequences.",
                            .methods = kMethods,
                            .method_count = std::size(kMethods),
                            .members = kMembers,
                            .member_count = std::size(kMembers),
                            .ops = &Writer::kOps,
                            .size = sizeof(Writer),
                            .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace

Result<Ref<>> make_writer(Thread& thread, Rest arguments, Keywords keywords) {
  if (arguments.count < 1) return raise(thread, types.TypeError, "expected at least 1 argument, got 0");
  if (arguments.count > 2) return raise(thread, types.TypeError, "expected at most 2 arguments, got {}", arguments.count);
  Ref<> dialect = TRY(make_dialect(thread, arguments.count > 1 ? arguments.values[1] : Unbound, keywords));
  Ref<> write = TRY(get_attribute_or_empty(thread, arguments.values[0], "write"));
  if (write.is_empty() || !is_callable(write)) {
    return raise(thread, types.TypeError, "argument 1 must have a \"write\" method");
  }
  Ref<Writer> self = TRY(new_object<Writer>(thread, *writer_type));
  set_fresh(*self, self->write, std::move(write));
  set_fresh(*self, self->dialect, std::move(dialect));
  return Ref<>(std::move(self));
}

Result<void> add_writer(Thread& thread, Module& module) {
  Type* type = TRY(add_type_to_module(thread, module, kSpec));
  writer_type = type;
  return add_to_module(thread, module, "Writer", type->value());
}

}  // namespace py::csv
