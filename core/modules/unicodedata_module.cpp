// `unicodedata`: the character database, as functions for Unicode 14 and as the object ucd_3_2_0 for version 3.2.
#include "core/base/text/search.h"
#include "core/base/text/unicode_3_2.h"
#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/type_system.h"

namespace py {

namespace {

enum class Version : u8 { Old, Current };

// The row of a function in the module, and of the same as a method of UCD.
template <auto target>
struct Entry;
template <class R, class... P, R (*target)(Thread&, Version, P...)>
struct Entry<target> {
  static R in_module(Thread& thread, P... arguments) { return target(thread, Version::Current, arguments...); }
  static R in_type(Thread& thread, Value, P... arguments) { return target(thread, Version::Old, arguments...); }
};

Result<u32> character(Thread& thread, Value value, const char* function, bool only_argument) {
  if (is<Str>(value) && as<Str>(value).length() == 1) return as<Str>(value)[0];
  return raise(thread, types.TypeError, "{}() argument{} must be a unicode character, not {}", function,
               only_argument ? "" : " 1", type_of(value));
}

bool is_unknown(Version version, u32 c) { return version == Version::Old && !unicode::v3_2::is_assigned(c); }

Result<Ref<>> or_default(Thread& thread, Value otherwise, const char* message) {
  if (otherwise == Unbound) return raise(thread, types.ValueError, message);
  return Ref<>::share(otherwise);
}

Result<Ref<>> decimal(Thread& thread, Version version, Value chr, Value otherwise) {
  const u32 c = TRY(character(thread, chr, "decimal", false));
  const int value = version == Version::Old ? unicode::v3_2::decimal_value(c) : unicode::decimal_value(c);
  return value < 0 ? or_default(thread, otherwise, "not a decimal") : Ref<>::adopt(Value::integer(value));
}

Result<Ref<>> digit(Thread& thread, Version version, Value chr, Value otherwise) {
  const u32 c = TRY(character(thread, chr, "digit", false));
  const int value = is_unknown(version, c) ? -1 : unicode::digit_value(c);
  return value < 0 ? or_default(thread, otherwise, "not a digit") : Ref<>::adopt(Value::integer(value));
}

Result<Ref<>> numeric(Thread& thread, Version version, Value chr, Value otherwise) {
  const u32 c = TRY(character(thread, chr, "numeric", false));
  double value;
  if (is_unknown(version, c) || !unicode::numeric_value(c, value)) {
    return or_default(thread, otherwise, "not a numeric character");
  }
  return make_float(thread, value);
}

Result<Ref<>> category(Thread& thread, Version version, Value chr) {
  const u32 c = TRY(character(thread, chr, "category", true));
  return Str::from_ascii(thread, version == Version::Old ? unicode::v3_2::category(c) : unicode::category(c));
}

Result<Ref<>> bidirectional(Thread& thread, Version version, Value chr) {
  const u32 c = TRY(character(thread, chr, "bidirectional", true));
  return Str::from_ascii(thread, version == Version::Old ? unicode::v3_2::bidirectional(c) : unicode::bidirectional(c));
}

Result<Ref<>> east_asian_width(Thread& thread, Version version, Value chr) {
  const u32 c = TRY(character(thread, chr, "east_asian_width", true));
  return Str::from_ascii(thread,
                         version == Version::Old ? unicode::v3_2::east_asian_width(c) : unicode::east_asian_width(c));
}

Result<int> combining(Thread& thread, Version version, Value chr) {
  const u32 c = TRY(character(thread, chr, "combining", true));
  return is_unknown(version, c) ? 0 : unicode::combining(c);
}

Result<int> mirrored(Thread& thread, Version version, Value chr) {
  const u32 c = TRY(character(thread, chr, "mirrored", true));
  return static_cast<int>(version == Version::Old ? unicode::v3_2::is_mirrored(c) : unicode::is_mirrored(c));
}

Result<Ref<>> decomposition(Thread& thread, Version version, Value chr) {
  const u32 c = TRY(character(thread, chr, "decomposition", true));
  ByteBuilder text;
  if (!is_unknown(version, c) && !unicode::decomposition(c, text)) return raise_memory_error(thread);
  return Str::from_ascii(thread, {text.data(), text.size()});
}

Result<Ref<>> name(Thread& thread, Version version, Value chr, Value otherwise) {
  const u32 c = TRY(character(thread, chr, "name", false));
  char buffer[128];
  const usize count = is_unknown(version, c) ? 0 : unicode::name(c, buffer);
  return count ? Result<Ref<>>(Str::from_ascii(thread, {buffer, count})) : or_default(thread, otherwise, "no such name");
}

Result<Ref<>> lookup(Thread& thread, Version version, Str& text) {
  const std::string wanted = text.utf8();
  if (wanted.size() > 256) {
    Ref<Str> message = TRY(Str::from_ascii(thread, "name too long"));
    return raise_key_error(thread, message.value());
  }
  u32 characters[8];
  const int count = unicode::lookup_name(wanted.data(), wanted.size(), characters);
  if (count == 0 || (version == Version::Old && (count > 1 || is_unknown(version, characters[0])))) {
    Ref<Str> message = TRY(format_str(thread, "undefined character name '{}'", wanted));
    return raise_key_error(thread, message.value());
  }
  return Str::from_view(thread, {characters, count, 4, false});
}

Result<unicode::Form> form_named(Thread& thread, const Str& form) {
  if (form.equals("NFC")) return unicode::Form::Nfc;
  if (form.equals("NFD")) return unicode::Form::Nfd;
  if (form.equals("NFKC")) return unicode::Form::Nfkc;
  if (form.equals("NFKD")) return unicode::Form::Nfkd;
  return raise(thread, types.ValueError, "invalid normalization form");
}

Result<Ref<>> normalize(Thread& thread, Version version, Str& form, Str& text) {
  const unicode::Form kind = TRY(form_named(thread, form));
  if (text.is_ascii()) return Str::from_view(thread, text.view());
  TextBuilder out;
  const bool done = version == Version::Old ? unicode::v3_2::normalize(kind, text.view(), out)
                                            : unicode::normalize(kind, text.view(), out);
  if (!done) return raise_memory_error(thread);
  return Str::from_view(thread, out.view());
}

Result<bool> is_normalized(Thread& thread, Version version, Str& form, Str& text) {
  const unicode::Form kind = TRY(form_named(thread, form));
  if (text.is_ascii()) return true;
  if (version == Version::Current) return unicode::is_normalized(kind, text.view());
  TextBuilder out;
  if (!unicode::v3_2::normalize(kind, text.view(), out)) return raise_memory_error(thread);
  return text::equal(out.view(), text.view());
}

#define ROWS(MAKE, place)                                                                                              \
  MAKE<Entry<decimal>::place>("decimal(chr, default=(), /)", "Converts a Unicode character into its decimal value."),  \
  MAKE<Entry<digit>::place>("digit(chr, default=(), /)", "Converts a Unicode character into its digit value."),        \
  MAKE<Entry<numeric>::place>("numeric(chr, default=(), /)", "Converts a Unicode character into its numeric value."),  \
  MAKE<Entry<category>::place>("category(chr, /)", "Returns the general category assigned to the character."),         \
  MAKE<Entry<bidirectional>::place>("bidirectional(chr, /)", "Returns the bidirectional class of the character."),     \
  MAKE<Entry<east_asian_width>::place>("east_asian_width(chr, /)", "Returns the east asian width of the character."),  \
  MAKE<Entry<combining>::place>("combining(chr, /)", "Returns the canonical combining class of the character."),       \
  MAKE<Entry<mirrored>::place>("mirrored(chr, /)", "Returns the mirrored property of the character."),                 \
  MAKE<Entry<decomposition>::place>("decomposition(chr, /)", "Returns the character decomposition mapping."),          \
  MAKE<Entry<name>::place>("name(chr, default=(), /)", "Returns the name assigned to the character."),                 \
  MAKE<Entry<lookup>::place>("lookup(name, /)", "Look up character by name."),                                         \
  MAKE<Entry<normalize>::place>("normalize(form, unistr, /)", "Return the normal form of the string."),                \
  MAKE<Entry<is_normalized>::place>("is_normalized(form, unistr, /)", "Return whether the string is in normal form."),

constexpr MethodSpec kFunctions[] = {ROWS(function, in_module)};
constexpr MethodSpec kMethods[] = {ROWS(def, in_type)};
#undef ROWS

Result<Ref<>> old_version(Thread& thread, Value) { return Str::from_ascii(thread, "3.2.0"); }
constexpr PropertySpec kProperties[] = {{"unidata_version", nullptr, old_version}};

const TypeSpec kDatabaseSpec = {
    .name = "unicodedata.UCD",
    .doc = nullptr,
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

Result<void> initialize(Thread& thread, Module& module) {
  Type* type = TRY(add_type_to_module(thread, module, kDatabaseSpec));
  Ref<Object> old = TRY(new_object<Object>(thread, *type));
  TRY(add_to_module(thread, module, "ucd_3_2_0", old.value()));
  Ref<Str> version = TRY(Str::from_ascii(thread, "14.0.0"));
  return add_to_module(thread, module, "unidata_version", version.value());
}

}  // namespace

const ModuleSpec kUnicodeDataModule = {
    "unicodedata",
    "This module provides access to the Unicode Character Database which\n"
    "defines character properties for all Unicode characters. The data in\n"
    "this database is based on the UnicodeData.txt file version\n14.0.0 which is publicly available from the Unicode "
    "Consortium\nat https://www.unicode.org/.",
    kFunctions, std::size(kFunctions), initialize};

}  // namespace py
