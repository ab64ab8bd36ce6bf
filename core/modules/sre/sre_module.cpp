// `_sre`: what the package re is written on.
#include "core/base/text/unicode.h"
#include "core/modules/registry.h"
#include "core/modules/sre/sre.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "core/object/type_system.h"
#include "memory/buffer.h"

#include <new>

namespace py {

RegexTypes regex_types;

namespace {

Result<void> read_code(Thread& thread, Regex& regex, List& code) {
  Ref<Tuple> items = TRY(code.to_tuple(thread));
  regex.code_size = items->length;
  regex.code = static_cast<u32*>(buffer_allocate(static_cast<usize>(items->length) * sizeof(u32)));
  if (!regex.code && items->length) return raise_memory_error(thread);
  for (isize i = 0; i < items->length; ++i) {
    i64 word;
    if (!is_integer((*items)[i]) || !integer_fits((*items)[i], word) || word < 0 || word > UINT32_MAX) {
      return raise(thread, types.OverflowError, "regular expression code size limit exceeded");
    }
    regex.code[i] = static_cast<u32>(word);
  }
  return {};
}

Result<Ref<>> compile(Thread& thread, Value pattern, int flags, List& code, isize groups, Dict& group_index,
                      Tuple& index_group) {
  Ref<Regex> regex = TRY(allocate<Regex>(thread, *regex_types.regex, sizeof(Regex)));
  regex->pattern.initialize(None);
  regex->group_index.initialize(None);
  regex->group_names.initialize(None);
  regex->code = nullptr;
  regex->sets = nullptr;
  regex->code_size = 0;
  regex->flags = static_cast<u32>(flags);
  regex->groups = static_cast<u32>(groups);
  regex->is_bytes = -1;
  if (!pattern.is_none()) {
    Subject subject;
    TRY(subject.open(thread, pattern, nullptr));
    regex->is_bytes = subject.is_text() ? 0 : 1;
  }
  regex->pattern.store(*regex, pattern);
  regex->group_index.store(*regex, group_index.value());
  regex->group_names.store(*regex, index_group.value());
  TRY(read_code(thread, *regex, code));
  regex->sets = new (std::nothrow) regex::SetTable;
  if (regex->sets && !regex->sets->reserve(regex->code_size)) {
    delete regex->sets;
    regex->sets = nullptr;
  }
  if (groups < 0 || groups > static_cast<isize>(regex::kMaxGroups) ||
      !regex::validate_code(regex->code, regex->code_size, regex->groups, regex->sets)) {
    return raise(thread, types.RuntimeError, "invalid SRE code");
  }
  return Ref<>(std::move(regex));
}

Result<int> getcodesize(Thread&) { return static_cast<int>(sizeof(u32)); }
Result<bool> ascii_iscased(Thread&, int character) { return regex::ascii_is_cased(static_cast<u32>(character)); }
Result<bool> unicode_iscased(Thread&, int character) { return regex::unicode_is_cased(static_cast<u32>(character)); }
Result<int> ascii_tolower(Thread&, int character) {
  return static_cast<int>(regex::ascii_lower(static_cast<u32>(character)));
}
Result<int> unicode_tolower(Thread&, int character) {
  return static_cast<int>(regex::unicode_lower(static_cast<u32>(character)));
}

constexpr MethodSpec kFunctions[] = {
    function<compile>("compile(pattern, flags, code, groups, groupindex, indexgroup)", nullptr),
    function<getcodesize>("getcodesize()", nullptr),
    function<ascii_iscased>("ascii_iscased(character, /)", nullptr),
    function<unicode_iscased>("unicode_iscased(character, /)", nullptr),
    function<ascii_tolower>("ascii_tolower(character, /)", nullptr),
    function<unicode_tolower>("unicode_tolower(character, /)", nullptr),
};

Type* make_type(Thread& thread, const TypeSpec& spec) {
  Type& type = make_builtin_type(thread, spec);
  finish_builtin_type(thread, type);
  return &type;
}

Result<void> initialize(Thread& thread, Module& module) {
  regex_types = {make_type(thread, kRegexSpec), make_type(thread, kRegexMatchSpec), make_type(thread, kRegexScannerSpec),
                 make_type(thread, kRegexIteratorSpec)};
  TRY(add_int_to_module(thread, module, "MAGIC", regex::kMagic));
  TRY(add_int_to_module(thread, module, "CODESIZE", sizeof(u32)));
  TRY(add_int_to_module(thread, module, "MAXREPEAT", regex::kMaxRepeat));
  TRY(add_int_to_module(thread, module, "MAXGROUPS", regex::kMaxGroups));
  Ref<Str> copyright = TRY(Str::from_ascii(thread, " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "));
  return add_to_module(thread, module, "copyright", copyright.value());
}

}  // namespace

const ModuleSpec kSreModule = {"_sre", nullptr, kFunctions, std::size(kFunctions), initialize};

}  // namespace py
