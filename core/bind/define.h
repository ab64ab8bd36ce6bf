// The one way native code becomes visible to Python: rows of def<>, property<> and member<> in constexpr tables.
//
//   Result<isize> list_index(Thread&, List& self, Value value, ClampedIndex start, ClampedIndex stop);
//   constexpr MethodSpec kMethods[] = {
//       def<list_index>("index(value, start=0, stop=sys.maxsize, /)", "Return first index of value."),
//   };
//
// The signature text is argument parser and documentation at once; a disagreement with the C++ parameters does not
// compile. See docs/how-to/add-a-builtin-type.md and add-a-native-module.md.
#pragma once
#include "core/bind/convert.h"
#include "core/bind/signature.h"

#include <tuple>

namespace py {

namespace detail {

template <class F>
struct FunctionTraits;
template <class R, class... P>
struct FunctionTraits<R (*)(Thread&, P...)> {
  using Parameters = std::tuple<P...>;
  static constexpr usize kCount = sizeof...(P);
};

template <class P>
inline constexpr bool is_special = std::is_same_v<P, Rest> || std::is_same_v<P, Keywords>;

template <class Tuple>
struct SpecialCount;
template <class... P>
struct SpecialCount<std::tuple<P...>> {
  static constexpr usize value = (usize{0} + ... + (is_special<P> ? 1 : 0));
};

// How many of the first `index` parameters are *args or **kwargs, which take no place among the bound values.
template <class Tuple, usize index>
constexpr usize special_before() {
  return []<usize... i>(std::index_sequence<i...>) {
    return (usize{0} + ... + (is_special<std::tuple_element_t<i, Tuple>> ? 1 : 0));
  }(std::make_index_sequence<index>{});
}

// Converts parameter by parameter; stops at the first failure.
template <auto function, u32 skip, usize... index>
INLINE Value invoke(Thread& thread, const MethodSpec& spec, const Value* args, u32 positional, Tuple* keywords,
                    const Value* bound, std::index_sequence<index...>) {
  using Parameters = typename FunctionTraits<decltype(function)>::Parameters;
  const u32 surplus = positional > skip + spec.signature.positional ? positional - skip - spec.signature.positional : 0;
  bool failed = false;
  auto convert = [&]<usize i>(std::integral_constant<usize, i>) __attribute__((always_inline)) {
    using P = std::tuple_element_t<i, Parameters>;
    if constexpr (std::is_same_v<P, Rest>) {
      return Rest{args + positional - surplus, surplus};
    } else if constexpr (std::is_same_v<P, Keywords>) {
      return Keywords{args + positional, keywords};
    } else {
      using Holder = typename FromPython<P>::Holder;
      if (UNLIKELY(failed)) return Holder{};
      const Value value = i < skip ? args[i] : bound[i - skip - special_before<Parameters, i>()];
      Result<Holder> result = FromPython<P>::convert(thread, value, ArgumentPlace{spec, static_cast<u32>(i - skip + 1)});
      if (UNLIKELY(result.failed())) {
        failed = true;
        return Holder{};
      }
      return result.take();
    }
  };
  // Braces fix the order of evaluation.
  auto holders = std::tuple{convert(std::integral_constant<usize, index>{})...};
  if (UNLIKELY(failed)) return Error;
  return to_python(thread, function(thread, pass<std::tuple_element_t<index, Parameters>>(std::get<index>(holders))...));
}

// The common call in line: no keywords, and every parameter that has no default is given. False: bind_arguments decides.
template <u32 count>
INLINE bool bind_positional(const Signature& signature, const Value* values, u32 given, Value* bound) {
  if (UNLIKELY(given > signature.positional)) {
    if (!signature.has_rest) return false;
    given = signature.positional;
  }
  for (u32 i = 0; i < count; ++i) {
    if (i < given) {
      bound[i] = values[i];
    } else {
      if (UNLIKELY(signature.parameters[i].required)) return false;
      bound[i] = signature.parameters[i].otherwise;
    }
  }
  return true;
}

template <auto function, u32 skip>
Value enter(Thread& thread, const MethodSpec& spec, const Value* args, u32 positional, Tuple* keywords) {
  using Traits = FunctionTraits<decltype(function)>;
  constexpr usize kSpecial = SpecialCount<typename Traits::Parameters>::value;
  constexpr usize kParameters = Traits::kCount - skip - kSpecial;
  constexpr auto kIndices = std::make_index_sequence<Traits::kCount>{};
  const Value* values = args + skip;
  Value bound[kParameters + 1];
  if (UNLIKELY(keywords || positional != skip + kParameters || kParameters != spec.signature.positional)) {
    values = bound;
    if (UNLIKELY(keywords || positional < skip ||
                 !bind_positional<kParameters>(spec.signature, args + skip, positional - skip, bound)) &&
        !bind_arguments(thread, spec, skip, args, positional, keywords, bound)) {
      return Error;
    }
  }
  return invoke<function, skip>(thread, spec, args, positional, keywords, values, kIndices);
}

template <auto target, u32 skip>
consteval MethodSpec make_spec(std::string_view text, const char* doc, Binding binding) {
  const SignatureText parsed = parse_signature(text);
  using Traits = FunctionTraits<decltype(target)>;
  constexpr usize kSpecial = SpecialCount<typename Traits::Parameters>::value;
  if (parsed.signature.count != Traits::kCount - skip - kSpecial) throw "signature and C++ parameters disagree";
  MethodSpec spec{};
  for (usize i = 0; i < parsed.name.size(); ++i) spec.name[i] = parsed.name[i];
  spec.signature = parsed.signature;
  spec.doc = doc;
  spec.entry = &enter<target, skip>;
  spec.binding = binding;
  return spec;
}

}  // namespace detail

// A method: the first C++ parameter after Thread& is self.
template <auto target>
consteval MethodSpec def(std::string_view signature, const char* doc) {
  return detail::make_spec<target, 1>(signature, doc, Binding::Method);
}
// The first parameter is the class (Type&).
template <auto target>
consteval MethodSpec class_method(std::string_view signature, const char* doc) {
  return detail::make_spec<target, 1>(signature, doc, Binding::ClassMethod);
}
// No self: functions of modules, and static methods.
template <auto target>
consteval MethodSpec function(std::string_view signature, const char* doc) {
  return detail::make_spec<target, 0>(signature, doc, Binding::Function);
}
template <auto target>
consteval MethodSpec static_method(std::string_view signature, const char* doc) {
  return detail::make_spec<target, 0>(signature, doc, Binding::StaticMethod);
}

// A native module: its functions, and what else it needs at import. Types are made in `initialize`.
struct ModuleSpec {
  const char* name;
  const char* doc;
  const MethodSpec* functions;
  usize function_count;
  Result<void> (*initialize)(Thread& thread, Module& module) = nullptr;
};

// Makes the module object of a spec and runs its initialize.
Result<Ref<Module>> make_native_module(Thread& thread, const ModuleSpec& spec);
Result<void> add_to_module(Thread& thread, Module& module, std::string_view name, Value value);
// More functions, for modules whose table is spread over several files.
Result<void> add_functions_to_module(Thread& thread, Module& module, const MethodSpec* functions, usize count);
Result<void> add_int_to_module(Thread& thread, Module& module, std::string_view name, i64 value);
// Makes a type of a native module at its import and adds it under the last part of its name.
Result<Type*> add_type_to_module(Thread& thread, Module& module, const TypeSpec& spec, Type* base = nullptr);

// Arguments of a __new__ or __init__ slot by signature text: the same parser.
#define BIND_ARGUMENTS(bound, signature_text, arguments)                                                       \
  static constexpr MethodSpec bound##_spec = ::py::detail::signature_only(signature_text);                     \
  Value bound[bound##_spec.signature.count + 1];                                                               \
  if (((arguments).keywords || !::py::detail::bind_positional<bound##_spec.signature.count>(                     \
                                   bound##_spec.signature, (arguments).values, (arguments).positional, bound)) && \
      !bind_arguments(thread, bound##_spec, 0, (arguments).values, (arguments).positional, (arguments).keywords, bound)) \
    return failure;

namespace detail {
consteval MethodSpec signature_only(std::string_view text) {
  const SignatureText parsed = parse_signature(text);
  MethodSpec spec{};
  for (usize i = 0; i < parsed.name.size(); ++i) spec.name[i] = parsed.name[i];
  spec.signature = parsed.signature;
  return spec;
}
}  // namespace detail

}  // namespace py
