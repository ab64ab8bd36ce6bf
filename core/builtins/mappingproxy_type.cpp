// mappingproxy: a read-only view of any mapping, such as type.__dict__.
#include "core/builtins/builtin_types.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/names.h"

namespace py {

namespace {

class MappingProxy final : public Object {
 public:
  Field mapping;
  u64 reserved;
  static const ObjectOps kOps;
};
const ObjectOps MappingProxy::kOps = {"mappingproxy", visit_fields<MappingProxy, &MappingProxy::mapping>, nullptr,
                                      fixed_size};

bool is_proxy(Value value) { return value.is_object() && &type_of(value) == types.mappingproxy; }
// The mapping never changes: borrowed for as long as the proxy lives.
Value mapping_of(Value self) { return static_cast<MappingProxy*>(self.object())->mapping.peek(); }

Result<Ref<>> proxy_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "mappingproxy(mapping)", arguments);
  if (!type_of(bound[0]).slots.get_item || is<List>(bound[0]) || is<Tuple>(bound[0])) {
    return raise(thread, types.TypeError, "mappingproxy() argument must be a mapping, not {}", type_of(bound[0]));
  }
  Ref<MappingProxy> proxy = TRY(new_object<MappingProxy>(thread, type));
  set_fresh(*proxy, proxy->mapping, bound[0]);
  return Ref<>(std::move(proxy));
}

Result<Ref<>> proxy_get(Thread& thread, Value self, Value key, Value otherwise) {
  return call_method(thread, mapping_of(self), names::get(), {key, otherwise});
}
Result<Ref<>> proxy_keys(Thread& thread, Value self) { return call_method(thread, mapping_of(self), names::keys()); }
Result<Ref<>> proxy_values(Thread& thread, Value self) { return call_method(thread, mapping_of(self), names::values()); }
Result<Ref<>> proxy_items(Thread& thread, Value self) { return call_method(thread, mapping_of(self), names::items()); }
Result<Ref<>> proxy_copy(Thread& thread, Value self) { return call_method(thread, mapping_of(self), names::copy()); }
Result<Ref<>> proxy_reversed(Thread& thread, Value self) {
  return call_method(thread, mapping_of(self), names::__reversed__());
}

Result<Ref<>> proxy_repr(Thread& thread, Value self) {
  Ref<Str> shown = TRY(repr(thread, mapping_of(self)));
  return format_str(thread, "mappingproxy({})", *shown);
}
Result<Ref<>> proxy_str(Thread& thread, Value self) { return to_str(thread, mapping_of(self)); }
Result<Ref<>> proxy_compare(Thread& thread, Value left, Value right, CompareOp op) {
  return compare(thread, mapping_of(left), right, op);
}
Result<Ref<>> proxy_iter(Thread& thread, Value self) { return iterate(thread, mapping_of(self)); }
Result<isize> proxy_length(Thread& thread, Value self) { return length(thread, mapping_of(self)); }
Result<Ref<>> proxy_get_item(Thread& thread, Value self, Value key) { return get_item(thread, mapping_of(self), key); }
Result<bool> proxy_contains(Thread& thread, Value self, Value key) { return contains(thread, mapping_of(self), key); }
Result<Ref<>> proxy_or(Thread& thread, Value left, Value right) {
  return binary(thread, BinaryOp::bit_or, is_proxy(left) ? mapping_of(left) : left,
                is_proxy(right) ? mapping_of(right) : right);
}
Result<Ref<>> proxy_or_in_place(Thread& thread, Value self, Value) {
  return raise(thread, types.TypeError, "'|=' is not supported by {}; use '|' instead", type_of(self));
}

constexpr MethodSpec kMethods[] = {
    def<proxy_get>("get(key, default=None, /)", "Return the value for key if key is in the mapping, else default."),
    def<proxy_keys>("keys()", "D.keys() -> a set-like object providing a view on D's keys"),
    def<proxy_values>("values()", "D.values() -> an object providing a view on D's values"),
    def<proxy_items>("items()", "D.items() -> a set-like object providing a view on D's items"),
    def<proxy_copy>("copy()", "D.copy() -> a shallow copy of D"),
    def<proxy_reversed>("__reversed__()", "D.__reversed__() -> reverse iterator"),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};

}  // namespace

const TypeSpec mappingproxy_spec = {
    .name = "mappingproxy",
    .doc = nullptr,
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .slots = {.repr = proxy_repr,
              .str = proxy_str,
              .compare = proxy_compare,
              .iter = proxy_iter,
              .new_ = proxy_new,
              .length = proxy_length,
              .get_item = proxy_get_item,
              .contains = proxy_contains,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                         proxy_or},
              .in_place = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                           nullptr, proxy_or_in_place}},
    .ops = &MappingProxy::kOps,
    .size = sizeof(MappingProxy),
    .flags = static_cast<u32>(TypeFlag::Mapping),
};

}  // namespace py
