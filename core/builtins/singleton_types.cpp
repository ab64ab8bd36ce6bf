// The types of None, Ellipsis and NotImplemented: the values are immediates, so here is only their behaviour.
#include "core/builtins/builtin_types.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/warning.h"

namespace py {

namespace {

template <Value value>
Result<Ref<>> only_instance(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.positional == 0 && arguments.keyword_count() == 0) return Ref<>::adopt(value);
  return raise(thread, types.TypeError, "{} takes no arguments", type);
}

Result<Ref<>> none_repr(Thread& thread, Value) { return ascii_text(thread, "None"); }
Result<bool> none_truth(Thread&, Value) { return false; }
Result<i64> none_hash(Thread&, Value) { return i64{0xFCA86420}; }

Result<Ref<>> ellipsis_repr(Thread& thread, Value) { return ascii_text(thread, "Ellipsis"); }
Result<Ref<>> not_implemented_repr(Thread& thread, Value) { return ascii_text(thread, "NotImplemented"); }
Result<bool> not_implemented_truth(Thread& thread, Value) {
  TRY(warn(thread, *types.DeprecationWarning, "NotImplemented should not be used in a boolean context"));
  return true;
}

constexpr MethodSpec kEllipsisMethods[] = {def<ellipsis_repr>("__reduce__()", nullptr)};
constexpr MethodSpec kNotImplementedMethods[] = {def<not_implemented_repr>("__reduce__()", nullptr)};

}  // namespace

const TypeSpec none_spec = {
    .name = "NoneType",
    .doc = nullptr,
    .slots = {.repr = none_repr, .hash = none_hash, .new_ = only_instance<None>, .truth = none_truth},
};
const TypeSpec ellipsis_spec = {
    .name = "ellipsis",
    .doc = nullptr,
    .methods = kEllipsisMethods,
    .method_count = std::size(kEllipsisMethods),
    .slots = {.repr = ellipsis_repr, .new_ = only_instance<Ellipsis>},
};
const TypeSpec not_implemented_spec = {
    .name = "NotImplementedType",
    .doc = nullptr,
    .methods = kNotImplementedMethods,
    .method_count = std::size(kNotImplementedMethods),
    .slots = {.repr = not_implemented_repr, .new_ = only_instance<NotImplemented>, .truth = not_implemented_truth},
};

}  // namespace py
