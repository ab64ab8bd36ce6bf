#include "core/object/function.h"

#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/native.h"
#include "core/object/sequence.h"

namespace py {

Value (*current_globals)(Thread& thread) = nullptr;

namespace {

usize fixed_size(const Object& object) { return type_of_object(object).allocation_size(); }

template <class T, Field T::*... fields>
void visit_fields(Object& object, Visitor& visitor) {
  T& self = static_cast<T&>(object);
  (visitor.visit(self.*fields), ...);
  visit_attributes(object, visitor);
}

usize bytes_size(const Object& object) {
  const Bytes& bytes = static_cast<const Bytes&>(object);
  const usize size = (sizeof(Bytes) + static_cast<usize>(bytes.length) + 1 + 7) & ~usize{7};
  return size + (type_of_object(object).has(TypeFlag::HasDict) ? 8 : 0);
}

void bytes_visit(Object& object, Visitor& visitor) {
  if (type_of_object(object).has(TypeFlag::HasDict)) visitor.visit(overflow_field(object, type_of_object(object)));
}

}  // namespace

const ObjectOps Cell::kOps = {"cell", visit_fields<Cell, &Cell::content>, nullptr, fixed_size};
const ObjectOps BoundMethod::kOps = {"method", visit_fields<BoundMethod, &BoundMethod::function, &BoundMethod::self>,
                                     nullptr, fixed_size};
const ObjectOps Function::kOps = {
    "function",
    visit_fields<Function, &Function::code, &Function::globals, &Function::builtins, &Function::closure,
                 &Function::defaults, &Function::keyword_defaults, &Function::name, &Function::qualified_name,
                 &Function::module, &Function::doc, &Function::annotations, &Function::dict, &Function::type_params>,
    nullptr, fixed_size};
const ObjectOps Module::kOps = {"module", visit_fields<Module, &Module::dict>, release_attributes, fixed_size};
const ObjectOps Property::kOps = {
    "property",
    visit_fields<Property, &Property::get, &Property::set, &Property::del, &Property::doc, &Property::name>,
    release_attributes, fixed_size};
const ObjectOps MethodWrapper::kOps = {"method_wrapper", visit_fields<MethodWrapper, &MethodWrapper::function>,
                                       release_attributes, fixed_size};
const ObjectOps Traceback::kOps = {"traceback", visit_fields<Traceback, &Traceback::next, &Traceback::frame>, nullptr,
                                   fixed_size};
const ObjectOps Slice::kOps = {"slice", visit_fields<Slice, &Slice::start, &Slice::stop, &Slice::step>, nullptr, fixed_size};
const ObjectOps Range::kOps = {"range", visit_fields<Range, &Range::start, &Range::stop, &Range::step, &Range::length>,
                               nullptr, fixed_size};
const ObjectOps Bytes::kOps = {
    .name = "bytes", .visit = bytes_visit, .release = nullptr, .size = bytes_size, .only_attributes = true};
const ObjectOps NativeFunction::kOps = {
    "builtin_function", visit_fields<NativeFunction, &NativeFunction::self, &NativeFunction::module>, nullptr, fixed_size};
const ObjectOps SlotWrapper::kOps = {"wrapper_descriptor", nullptr, nullptr, fixed_size};
const ObjectOps MemberDescriptor::kOps = {
    "member_descriptor", visit_fields<MemberDescriptor, &MemberDescriptor::name, &MemberDescriptor::doc>, nullptr, fixed_size};
const ObjectOps GetSetDescriptor::kOps = {"getset_descriptor", nullptr, nullptr, fixed_size};

Result<Ref<Cell>> make_cell(Thread& thread, Value content) {
  Ref<Cell> cell = TRY(new_object<Cell>(thread, *types.cell));
  cell->content.initialize(Ref<>::share(content).release());
  return cell;
}

Result<Ref<>> make_bound_method(Thread& thread, Value function, Value self) {
  Ref<BoundMethod> method = TRY(new_object<BoundMethod>(thread, *types.method));
  method->function.initialize(Ref<>::share(function).release());
  method->self.initialize(Ref<>::share(self).release());
  return Ref<>(std::move(method));
}

Result<Ref<Module>> make_module(Thread& thread, Value name) {
  Ref<Module> module = TRY(new_object<Module>(thread, *types.module));
  module->definition = nullptr;
  make_deferred(module.get());
  Ref<Dict> dict = TRY(Dict::make(thread));
  TRY(dict->set(thread, names::__name__().value(), name));
  for (Str* key : {&names::__doc__(), &names::__package__(), &names::__loader__(), &names::__spec__()}) {
    TRY(dict->set(thread, key->value(), None));
  }
  module->dict.store(*module, dict.value());
  return module;
}

Ref<> current_module_name(Thread& thread) {
  const Value globals = current_globals ? current_globals(thread) : Empty;
  if (!globals.is_object()) return Ref<>();
  return Ref<>::share(as<Dict>(globals).find_str(names::__name__()));
}

Result<Ref<Slice>> make_slice(Thread& thread, Value start, Value stop, Value step) {
  Ref<Slice> slice = TRY(new_object<Slice>(thread, *types.slice));
  slice->start.initialize(Ref<>::share(start).release());
  slice->stop.initialize(Ref<>::share(stop).release());
  slice->step.initialize(Ref<>::share(step).release());
  return slice;
}

namespace {

// `step` is not zero; null: not given.
SliceBounds clipped_bounds(const isize* start, const isize* stop, isize step, isize length) {
  const bool forward = step > 0;
  const isize low = forward ? 0 : -1;
  const isize high = forward ? length : length - 1;
  auto clip = [&](isize value) {
    if (value < 0) value += length;
    return value < low ? low : value > high ? high : value;
  };
  SliceBounds bounds{start ? clip(*start) : forward ? low : high, stop ? clip(*stop) : forward ? high : low, step, 0};
  const isize distance = forward ? bounds.stop - bounds.start : bounds.start - bounds.stop;
  if (distance > 0) bounds.count = step == 1 || step == -1 ? distance : (distance - 1) / (forward ? step : -step) + 1;
  return bounds;
}

}  // namespace

bool quick_slice_bounds(Value start, Value stop, Value step, isize length, SliceBounds& bounds) {
  auto simple = [](Value value) { return value.is_int() || value.is_none(); };
  if (!simple(start) || !simple(stop) || !simple(step) || step == Value::integer(0)) return false;
  const isize first = start.as_int(), last = stop.as_int();
  bounds = clipped_bounds(start.is_int() ? &first : nullptr, stop.is_int() ? &last : nullptr, step.is_int() ? step.as_int() : 1, length);
  return true;
}

Result<SliceBounds> slice_bounds(Thread& thread, Slice& slice, isize length) {
  auto part = [&](Value value) -> Result<isize> {
    if (type_of(value).slots.index) return to_isize_clamped(thread, value);
    return raise(thread, types.TypeError, "slice indices must be integers or None or have an __index__ method");
  };
  isize start = 0, stop = 0, step = 1;
  const Value start_value = slice.start.peek(), stop_value = slice.stop.peek(), step_value = slice.step.peek();
  if (!step_value.is_none()) step = TRY(part(step_value));
  if (step == 0) return raise(thread, types.ValueError, "slice step cannot be zero");
  if (step < -PTRDIFF_MAX) step = -PTRDIFF_MAX;
  if (!start_value.is_none()) start = TRY(part(start_value));
  if (!stop_value.is_none()) stop = TRY(part(stop_value));
  return clipped_bounds(start_value.is_none() ? nullptr : &start, stop_value.is_none() ? nullptr : &stop, step, length);
}

namespace {
Bytes* empty_bytes;
}

Result<Ref<Bytes>> Bytes::allocate(Thread& thread, isize length) {
  if (length == 0 && empty_bytes) return Ref<Bytes>::share(empty_bytes);
  if (length < 0 || length > (isize{1} << 56)) return raise_memory_error(thread);
  const usize size = (sizeof(Bytes) + static_cast<usize>(length) + 1 + 7) & ~usize{7};
  Ref<Bytes> bytes = TRY(py::allocate<Bytes>(thread, *types.bytes, size));
  bytes->hash_cache.store(0, std::memory_order_relaxed);
  bytes->length = length;
  bytes->data()[length] = 0;
  return bytes;
}

Result<Ref<Bytes>> Bytes::from(Thread& thread, std::string_view text) {
  Ref<Bytes> bytes = TRY(allocate(thread, static_cast<isize>(text.size())));
  if (!text.empty()) std::memcpy(bytes->data(), text.data(), text.size());
  return bytes;
}

void initialize_bytes(Thread& thread) {
  Ref<Bytes> bytes = MUST(Bytes::allocate(thread, 0));
  make_immortal(bytes.get());
  empty_bytes = bytes.release();
}

}  // namespace py
