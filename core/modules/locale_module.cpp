// _locale: the C library's locale. Threads: setlocale() and localeconv() are made one at a time.
#include <langinfo.h>
#include <libintl.h>

#include <climits>
#include <clocale>
#include <cstring>
#include <cwchar>
#include <vector>

#include "core/modules/exception_class.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"
#include "core/object/dict.h"
#include "threading/sync/mutex.h"

namespace py {

namespace {

ModuleException error;
Mutex locale_mutex;

Result<Ref<>> locale_setlocale(Thread& thread, int category, Str* locale) {
  if (category < LC_CTYPE || category > LC_IDENTIFICATION) return raise(thread, error, "invalid locale category");
  const std::string wanted = locale ? locale->utf8() : "";
  std::string found;
  bool known = true;
  {
    MutexGuard guard(locale_mutex);
    const char* answer = setlocale(category, locale ? wanted.c_str() : nullptr);
    known = answer != nullptr;
    if (known) found = answer;
  }
  if (!known) return raise(thread, error, locale ? "unsupported locale setting" : "locale query failed");
  return decode_file_name(thread, found);
}

struct Conventions {
  std::vector<std::pair<const char*, std::string>> texts, groupings;
  std::vector<std::pair<const char*, int>> numbers;
};
Conventions read_conventions() {
  MutexGuard guard(locale_mutex);
  const lconv& now = *localeconv();
  Conventions result;
  result.texts = {{"decimal_point", now.decimal_point},         {"thousands_sep", now.thousands_sep},
                  {"int_curr_symbol", now.int_curr_symbol},     {"currency_symbol", now.currency_symbol},
                  {"mon_decimal_point", now.mon_decimal_point}, {"mon_thousands_sep", now.mon_thousands_sep},
                  {"positive_sign", now.positive_sign},         {"negative_sign", now.negative_sign}};
  result.groupings = {{"grouping", now.grouping}, {"mon_grouping", now.mon_grouping}};
  result.numbers = {{"int_frac_digits", now.int_frac_digits}, {"frac_digits", now.frac_digits},
                    {"p_cs_precedes", now.p_cs_precedes},     {"p_sep_by_space", now.p_sep_by_space},
                    {"n_cs_precedes", now.n_cs_precedes},     {"n_sep_by_space", now.n_sep_by_space},
                    {"p_sign_posn", now.p_sign_posn},         {"n_sign_posn", now.n_sign_posn}};
  return result;
}
Result<Ref<Dict>> locale_localeconv(Thread& thread) {
  const Conventions conventions = read_conventions();
  Ref<Dict> result = TRY(Dict::make(thread));
  for (const auto& [name, text] : conventions.texts)
    TRY(result->set_str(thread, name, TRY(decode_file_name(thread, text))));
  for (const auto& [name, number] : conventions.numbers) TRY(result->set_str(thread, name, Value::integer(number)));
  for (const auto& [name, sizes] : conventions.groupings) {
    Ref<List> list = TRY(List::make(thread));
    for (char size : sizes) {
      TRY(list->append(thread, Value::integer(size)));
      if (size == CHAR_MAX) break;
    }
    if (!sizes.empty() && sizes.back() != CHAR_MAX) TRY(list->append(thread, Value::integer(0)));
    TRY(result->set_str(thread, name, list.value()));
  }
  return result;
}

Result<std::wstring> wide(Thread& thread, Str& text) {
  std::wstring result;
  for (isize i = 0; i < text.length(); ++i) {
    if (text[i] == 0) return raise(thread, types.ValueError, "embedded null character");
    result += static_cast<wchar_t>(text[i]);
  }
  return result;
}
Result<int> locale_strcoll(Thread& thread, Str& left, Str& right) {
  return wcscoll(TRY(wide(thread, left)).c_str(), TRY(wide(thread, right)).c_str());
}
Result<Ref<>> locale_strxfrm(Thread& thread, Str& text) {
  const std::wstring from = TRY(wide(thread, text));
  errno = 0;
  const usize size = wcsxfrm(nullptr, from.c_str(), 0);
  if (errno && errno != ERANGE) return raise_os_error(thread, errno);
  std::vector<wchar_t> key(size + 1);
  wcsxfrm(key.data(), from.c_str(), key.size());
  return Ref<>(TRY(Str::from_view(thread, {key.data(), static_cast<isize>(size), 4, false})));
}

Result<Ref<>> locale_nl_langinfo(Thread& thread, int item) {
  const char* text = nl_langinfo(item);
  return decode_file_name(thread, text ? text : "");
}
Result<Ref<Str>> locale_getencoding(Thread& thread) { return Str::from_ascii(thread, "UTF-8"); }

// Message catalogues
Result<Ref<>> locale_gettext(Thread& thread, Str& message) {
  return decode_file_name(thread, gettext(message.utf8().c_str()));
}
Result<Ref<>> locale_dgettext(Thread& thread, Str* domain, Str& message) {
  return decode_file_name(thread, dgettext(domain ? domain->utf8().c_str() : nullptr, message.utf8().c_str()));
}
Result<Ref<>> locale_dcgettext(Thread& thread, Str* domain, Str& message, int category) {
  return decode_file_name(thread,
                          dcgettext(domain ? domain->utf8().c_str() : nullptr, message.utf8().c_str(), category));
}
Result<Ref<>> locale_textdomain(Thread& thread, Str* domain) {
  const char* name = textdomain(domain ? domain->utf8().c_str() : nullptr);
  if (!name) return raise_os_error(thread, errno);
  return decode_file_name(thread, name);
}
Result<Ref<>> locale_bindtextdomain(Thread& thread, Str& domain, Value folder) {
  if (domain.length() == 0) return raise(thread, error, "domain must be a non-empty string");
  std::string path;
  if (!folder.is_none()) path = TRY(encode_file_name(thread, TRY(file_system_path(thread, folder))));
  const char* current = bindtextdomain(domain.utf8().c_str(), folder.is_none() ? nullptr : path.c_str());
  if (!current) return raise_os_error(thread, errno);
  return decode_file_name(thread, current);
}
Result<Ref<>> locale_bind_textdomain_codeset(Thread& thread, Str& domain, Str* codeset) {
  const char* current = bind_textdomain_codeset(domain.utf8().c_str(), codeset ? codeset->utf8().c_str() : nullptr);
  if (!current) return Ref<>::adopt(None);
  return decode_file_name(thread, current);
}

constexpr MethodSpec kFunctions[] = {
    function<locale_setlocale>("setlocale(category, locale=None, /)", "Activates/queries locale processing."),
    function<locale_localeconv>("localeconv()", "Returns numeric and monetary locale-specific parameters."),
    function<locale_strcoll>("strcoll(os1, os2, /)", "Compares two strings according to the locale."),
    function<locale_strxfrm>("strxfrm(string, /)",
                             "Return a string that can be used as a key for locale-aware comparisons."),
    function<locale_nl_langinfo>("nl_langinfo(key, /)",
                                 "Return the value for the locale information associated with key."),
    function<locale_getencoding>("getencoding()", "Get the current locale encoding."),
    function<locale_gettext>("gettext(msg, /)", "Return translation of msg."),
    function<locale_dgettext>("dgettext(domain, msg, /)", "Return translation of msg in domain."),
    function<locale_dcgettext>("dcgettext(domain, msg, category, /)",
                               "Return translation of msg in domain and category."),
    function<locale_textdomain>("textdomain(domain, /)",
                                "Set the C library's textdomain to domain, returning the new domain."),
    function<locale_bindtextdomain>("bindtextdomain(domain, dir, /)", "Bind the C library's domain to dir."),
    function<locale_bind_textdomain_codeset>("bind_textdomain_codeset(domain, codeset, /)",
                                             "Bind the C library's domain to codeset."),
};
#define C(name) {#name, static_cast<i64>(name)}
constexpr struct {
  const char* name;
  i64 value;
} kConstants[] = {
    C(LC_CTYPE), C(LC_NUMERIC), C(LC_TIME),     C(LC_COLLATE), C(LC_MONETARY), C(LC_MESSAGES), C(LC_ALL),
    C(CHAR_MAX), C(DAY_1),      C(DAY_2),       C(DAY_3),      C(DAY_4),       C(DAY_5),       C(DAY_6),
    C(DAY_7),    C(ABDAY_1),    C(ABDAY_2),     C(ABDAY_3),    C(ABDAY_4),     C(ABDAY_5),     C(ABDAY_6),
    C(ABDAY_7),  C(MON_1),      C(MON_2),       C(MON_3),      C(MON_4),       C(MON_5),       C(MON_6),
    C(MON_7),    C(MON_8),      C(MON_9),       C(MON_10),     C(MON_11),      C(MON_12),      C(ABMON_1),
    C(ABMON_2),  C(ABMON_3),    C(ABMON_4),     C(ABMON_5),    C(ABMON_6),     C(ABMON_7),     C(ABMON_8),
    C(ABMON_9),  C(ABMON_10),   C(ABMON_11),    C(ABMON_12),   C(RADIXCHAR),   C(THOUSEP),     C(CRNCYSTR),
    C(D_FMT),    C(D_T_FMT),    C(T_FMT),       C(AM_STR),     C(PM_STR),      C(CODESET),     C(T_FMT_AMPM),
    C(ERA),      C(ERA_D_FMT),  C(ERA_D_T_FMT), C(ERA_T_FMT),  C(ALT_DIGITS),  C(YESEXPR),     C(NOEXPR),
};
#undef C

Result<void> initialize(Thread& thread, Module& module) {
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  return error.add(thread, module, "locale", "Error");
}

}  // namespace

const ModuleSpec kLocaleModule = {"_locale", "Support for POSIX locales.", kFunctions, std::size(kFunctions),
                                  initialize};

}  // namespace py
