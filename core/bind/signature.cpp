#include "core/bind/signature.h"

#include "core/object/casts.h"
#include "core/object/sequence.h"
#include "core/object/str.h"

#include <cstring>

namespace py {

namespace {

std::string_view plural(u32 count) { return count == 1 ? "" : "s"; }

// How messages name a function: "date()", or "function" where the table has no name for it.
std::string label(const MethodSpec& spec) { return spec.name[0] ? std::string(spec.name) + "()" : "function"; }

// "str.upper" for a method of str, which is found in the table it stands in.
std::string shown_name(const MethodSpec& spec, const Value* self) {
  for (const Type* type = self ? &type_of(*self) : nullptr; type; type = type->base) {
    const TypeSpec* table = type->spec;
    if (!table || &spec < table->methods || &spec >= table->methods + table->method_count) continue;
    return type->name_str().utf8() + "." + spec.name;
  }
  return spec.name;
}

COLD bool wrong_count(Thread& thread, const MethodSpec& spec, u32 given, const Value* self) {
  const Signature& signature = spec.signature;
  const bool simple = signature.count == signature.positional_only && signature.count == signature.required;
  const std::string name = simple && signature.count <= 1 ? shown_name(spec, self) : spec.name;
  if (signature.count == 0 && !signature.has_rest) {
    (void)raise(thread, types.TypeError, "{}() takes no arguments ({} given)", name, given);
  } else if (signature.count == 1 && signature.required == 1 && signature.positional_only == 1) {
    (void)raise(thread, types.TypeError, "{}() takes exactly one argument ({} given)", name, given);
  } else if (signature.text.ends_with(", start=None, end=None, /)")) {
    // The searches of texts and bytes say it in their own words.
    const bool too_few = given < signature.required;
    const u32 bound = too_few ? signature.required : signature.positional;
    (void)raise(thread, types.TypeError, "{}() takes at {} {} argument{} ({} given)", name, too_few ? "least" : "most",
                bound, plural(bound), given);
  } else if (signature.positional_only == signature.count) {
    const bool too_few = given < signature.required;
    const u32 bound = too_few ? signature.required : signature.positional;
    const bool exact = signature.required == signature.positional;
    (void)raise(thread, types.TypeError, "{} expected {}{} argument{}, got {}", name,
                exact ? "" : too_few ? "at least " : "at most ", bound, plural(bound), given);
  } else if (signature.positional == 0) {
    (void)raise(thread, types.TypeError, "{}() takes no positional arguments", name);
  } else if (given < signature.positional_only && given < signature.required) {
    const bool exact = signature.positional_only == signature.positional;
    (void)raise(thread, types.TypeError, "{} takes {} {} positional argument{} ({} given)", label(spec), exact ? "exactly" : "at least",
                static_cast<u32>(signature.positional_only), plural(signature.positional_only), given);
  } else {
    // "positional" only where keywords would have room for more.
    (void)raise(thread, types.TypeError, "{} takes {} {} {}argument{} ({} given)", label(spec),
                spec.name[0] && signature.required == signature.positional ? "exactly" : "at most", static_cast<u32>(signature.positional),
                given > signature.count ? "" : "positional ", plural(signature.positional), given);
  }
  return false;
}

COLD bool missing(Thread& thread, const MethodSpec& spec, u32 index, u32 given, const Value* self) {
  const Signature& signature = spec.signature;
  if (index < signature.positional_only) return wrong_count(thread, spec, given, self);
  (void)raise(thread, types.TypeError, "{} missing required argument '{}' (pos {})", label(spec),
              signature.parameters[index].name, index + 1);
  return false;
}

i32 find_parameter(const Signature& signature, const Str& name) {
  for (u32 i = signature.positional_only; i < signature.count; ++i) {
    if (name.equals(signature.parameters[i].name)) return static_cast<i32>(i);
  }
  return -1;
}

bool bind_keyword_arguments(Thread& thread, const MethodSpec& spec, const Value* values, Tuple& keywords, Value* bound,
                            const Value* self) {
  const Signature& signature = spec.signature;
  for (isize i = 0; i < keywords.length; ++i) {
    const Str& name = as<Str>(keywords[i]);
    const i32 index = find_parameter(signature, name);
    if (index < 0) {
      if (signature.has_keywords) continue;
      if (signature.count == signature.positional_only) {
        (void)raise(thread, types.TypeError, "{}() takes no keyword arguments", shown_name(spec, self));
      } else {
        (void)raise(thread, types.TypeError, "'{}' is an invalid keyword argument for {}", name,
                    spec.name[0] ? label(spec) : "this function");
      }
      return false;
    }
    if (bound[index] != Empty) {
      (void)raise(thread, types.TypeError, "argument for {}() given by name ('{}') and position ({})",
                  std::string_view(spec.name), name, index + 1);
      return false;
    }
    bound[index] = values[i];
  }
  return true;
}

}  // namespace

bool bind_arguments(Thread& thread, const MethodSpec& spec, u32 skip, const Value* args, u32 positional,
                    Tuple* keywords, Value* bound) {
  const Signature& signature = spec.signature;
  if (UNLIKELY(positional < skip)) {
    (void)raise(thread, types.TypeError, "unbound method {}() needs an argument", std::string_view(spec.name));
    return false;
  }
  const u32 given = positional - skip;
  const Value* self = skip ? args : nullptr;
  if (UNLIKELY(given > signature.positional && !signature.has_rest)) return wrong_count(thread, spec, given, self);
  for (u32 i = 0; i < signature.count; ++i) bound[i] = i < given && i < signature.positional ? args[skip + i] : Empty;
  if (keywords && !bind_keyword_arguments(thread, spec, args + positional, *keywords, bound, self)) return false;
  for (u32 i = 0; i < signature.count; ++i) {
    if (bound[i] != Empty) continue;
    if (UNLIKELY(signature.parameters[i].required)) return missing(thread, spec, i, given, self);
    bound[i] = signature.parameters[i].otherwise;
  }
  return true;
}

}  // namespace py
