// Attribute access by the rules of the data model, and calls.
#include "core/object/attributes.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/native.h"
#include "core/object/sequence.h"
#include "core/object/type_system.h"
#include "memory/buffer.h"

#include <cstring>

namespace py {

namespace {

// The generic algorithm; Empty when there is no such attribute.
Result<Ref<>> generic_lookup(Thread& thread, Value self, Str& name) {
  Type& type = type_of(self);
  const Value found = type.lookup(name);
  Type* found_type = found.is_empty() ? nullptr : &type_of(found);
  if (found_type && found_type->has(TypeFlag::DataDescriptor) && found_type->slots.descriptor_get) {
    return found_type->slots.descriptor_get(thread, found, self, type.value());
  }
  if (type.has(TypeFlag::HasDict)) {
    const Value own = instance_attribute(*self.object(), name);
    if (!own.is_empty()) return Ref<>::share(own);
  } else if (UNLIKELY(type.ops == &Module::kOps)) {
    const Value own = as<Dict>(as<Module>(self).dict.peek()).find_str(name);
    if (!own.is_empty()) return Ref<>::share(own);
  }
  if (!found_type) return Ref<>();
  if (found_type->slots.descriptor_get) {
    Ref<> keep = Ref<>::share(found);
    return found_type->slots.descriptor_get(thread, found, self, type.value());
  }
  return Ref<>::share(found);
}

Result<Ref<>> type_lookup(Thread& thread, Value self, Str& name) {
  Type& type = as<Type>(self);
  Type& metatype = type_of(self);
  const Value meta = metatype.lookup(name);
  Type* meta_type = meta.is_empty() ? nullptr : &type_of(meta);
  if (meta_type && meta_type->has(TypeFlag::DataDescriptor) && meta_type->slots.descriptor_get) {
    return meta_type->slots.descriptor_get(thread, meta, self, metatype.value());
  }
  const Value own = type.lookup(name);
  if (!own.is_empty()) {
    Ref<> keep = Ref<>::share(own);
    if (auto get = type_of(own).slots.descriptor_get) return get(thread, own, Unbound, self);
    return keep;
  }
  if (!meta_type) return Ref<>();
  if (meta_type->slots.descriptor_get) return meta_type->slots.descriptor_get(thread, meta, self, metatype.value());
  return Ref<>::share(meta);
}

// The interned name, or null when no attribute can have it.
Str* known_name(Str& name) { return name.is_interned() ? &name : find_interned(name); }

// Whether an attribute of a module's __spec__ says so: `_initializing`, or a submodule that is being imported.
Result<bool> spec_says(Thread& thread, Value spec, Str& attribute, Str* submodule) {
  if (spec.is_empty() || spec.is_none()) return false;
  Ref<> found = TRY(get_attribute_or_empty(thread, spec, attribute));
  if (found.is_empty()) return false;
  return submodule ? contains(thread, found, submodule->value()) : is_true(thread, found);
}

Result<Ref<Str>> missing_attribute_text(Thread& thread, Module& module, Str& name) {
  const Value module_name = as<Dict>(module.dict.peek()).find_str(names::__name__());
  if (!is<Str>(module_name)) return format_str(thread, "module has no attribute '{}'", name);
  Ref<> keep = Ref<>::share(module_name);
  Ref<> spec = Ref<>::share(as<Dict>(module.dict.peek()).find_str(names::__spec__()));
  const Str& shown = as<Str>(keep);
  if (TRY(spec_says(thread, spec, names::_initializing(), nullptr))) {
    return format_str(thread, "partially initialized module '{}' has no attribute '{}' (most likely due to a circular import)",
                      shown, name);
  }
  if (TRY(spec_says(thread, spec, intern(thread, "_uninitialized_submodules"), &name))) {
    return format_str(thread, "cannot access submodule '{}' of module '{}' (most likely due to a circular import)", name, shown);
  }
  return format_str(thread, "module '{}' has no attribute '{}'", shown, name);
}

Failure no_module_attribute(Thread& thread, Module& module, Str& name) {
  Result<Ref<Str>> made = missing_attribute_text(thread, module, name);
  if (made.failed()) return failure;
  Ref<Str> text = made.take();
  (void)raise_with(thread, types.AttributeError, {text.value()});
  Exception& raised = as<Exception>(thread.pending);
  raised.details[0].store(raised, name.value());
  raised.details[1].store(raised, module.value());
  return failure;
}

// generic_lookup by a name that need not be interned.
Result<Ref<>> find_attribute(Thread& thread, Value self, Str& name) {
  if (Str* interned = known_name(name)) return generic_lookup(thread, self, *interned);
  if (!type_of(self).has(TypeFlag::HasDict)) return Ref<>();
  // A name that nobody interned can still be a key of an instance's own dictionary.
  return Ref<>::share(instance_attribute(*self.object(), name));
}

}  // namespace

Result<Ref<>> generic_get_attribute(Thread& thread, Value self, Str& name) {
  Ref<> value = TRY(find_attribute(thread, self, name));
  if (!value.is_empty()) return value;
  return raise_attribute_error(thread, self, name);
}

Result<Ref<>> get_attribute_or_ask(Thread& thread, Value self, Str& name) {
  Result<Ref<>> found = find_attribute(thread, self, name);
  if (found.failed()) {
    if (!pending_is(thread, *types.AttributeError)) return found;
    clear_pending(thread);
  } else {
    Ref<> value = found.take();
    if (!value.is_empty()) return value;
  }
  Ref<> answer = TRY(call_special(thread, self, names::__getattr__(), {name.value()}));
  if (!answer.is_empty()) return answer;
  return raise_attribute_error(thread, self, name);
}

Result<Ref<>> module_get_attribute(Thread& thread, Value self, Str& name) {
  Module& module = as<Module>(self);
  const Value found = type_of(self).lookup(intern(thread, name));
  if (!found.is_empty() && type_of(found).has(TypeFlag::DataDescriptor)) return generic_get_attribute(thread, self, name);
  Dict& dict = as<Dict>(module.dict.peek());
  const Value own = dict.find_str(name);
  if (!own.is_empty()) return Ref<>::share(own);
  if (!found.is_empty()) return generic_get_attribute(thread, self, name);
  Ref<> hook = Ref<>::share(dict.find_str(names::__getattr__()));
  if (!hook.is_empty()) return call(thread, hook, {name.value()});
  return no_module_attribute(thread, module, name);
}

Result<void> module_set_attribute(Thread& thread, Value self, Str& name, Value value) {
  const Value found = type_of(self).lookup(intern(thread, name));
  if (!found.is_empty() && type_of(found).slots.descriptor_set) {
    return type_of(found).slots.descriptor_set(thread, found, self, value);
  }
  Dict& dict = as<Dict>(as<Module>(self).dict.peek());
  if (value != Unbound) return dict.set(thread, intern(thread, name).value(), value);
  Ref<> removed = TRY(dict.remove(thread, name.value()));
  if (removed.is_empty()) return no_module_attribute(thread, as<Module>(self), name);
  return {};
}

Result<Ref<>> type_get_attribute(Thread& thread, Value self, Str& name) {
  if (Str* interned = known_name(name)) {
    Ref<> value = TRY(type_lookup(thread, self, *interned));
    if (!value.is_empty()) return value;
  }
  return raise_attribute_error(thread, self, name);
}

Result<void> generic_set_attribute(Thread& thread, Value self, Str& name, Value value) {
  Str& interned = intern(thread, name);
  Type& type = type_of(self);
  const Value found = type.lookup(interned);
  if (!found.is_empty()) {
    if (auto set = type_of(found).slots.descriptor_set) {
      Ref<> keep = Ref<>::share(found);
      return set(thread, found, self, value);
    }
  }
  if (UNLIKELY(type.ops == &Module::kOps)) return module_set_attribute(thread, self, name, value);
  if (!type.has(TypeFlag::HasDict) || UNLIKELY(hides_dict(type))) {
    if (found.is_empty()) return raise_attribute_error(thread, self, name);
    return raise(thread, types.AttributeError, "'{}' object attribute '{}' is read-only", type, name);
  }
  if (value != Unbound) return set_instance_attribute(thread, *self.object(), interned, value);
  if (!TRY(delete_instance_attribute(thread, *self.object(), interned))) {
    return raise_attribute_error(thread, self, name);
  }
  return {};
}

Result<void> type_set_attribute(Thread& thread, Value self, Str& name, Value value) {
  Type& type = as<Type>(self);
  if (type.has(TypeFlag::Immutable)) {
    return raise(thread, types.TypeError, "cannot set {!r} attribute of immutable type '{}'", name.value(), type);
  }
  Str& interned = intern(thread, name);
  const Value meta = type_of(self).lookup(interned);
  if (!meta.is_empty()) {
    if (auto set = type_of(meta).slots.descriptor_set) return set(thread, meta, self, value);
  }
  if (value == Unbound) {
    Ref<> removed = TRY(type.dictionary().remove(thread, interned.value()));
    if (removed.is_empty()) return raise_attribute_error(thread, self, name);
    type_changed(thread, type, interned);
    return {};
  }
  TRY(type.dictionary().set(thread, interned.value(), value));
  type_changed(thread, type, interned);
  return {};
}

namespace {

// What a __getattr__ or a property raised says what was looked for, unless it knows something itself.
COLD void explain_attribute_error(Thread& thread, Value object, Str& name) {
  if (!pending_is(thread, *types.AttributeError)) return;
  Exception& error = as<Exception>(thread.pending);
  if (!error.details[0].peek().is_none() || !error.details[1].peek().is_none()) return;
  error.details[0].store(error, name.value());
  error.details[1].store(error, object);
}

}  // namespace

Result<Ref<>> get_attribute(Thread& thread, Value object, Str& name) {
  Result<Ref<>> found = type_of(object).slots.get_attribute(thread, object, name);
  if (UNLIKELY(found.failed())) explain_attribute_error(thread, object, name);
  return found;
}
Result<Ref<>> get_attribute(Thread& thread, Value object, std::string_view name) {
  return get_attribute(thread, object, intern(thread, name));
}

Result<Ref<>> get_attribute_or_empty(Thread& thread, Value object, Str& name) {
  GetAttributeSlot slot = type_of(object).slots.get_attribute;
  if (slot == generic_get_attribute || slot == type_get_attribute) {
    Str* interned = known_name(name);
    if (interned) {
      Result<Ref<>> found = slot == type_get_attribute ? type_lookup(thread, object, *interned)
                                                       : generic_lookup(thread, object, *interned);
      if (!found.failed() || !pending_is(thread, *types.AttributeError)) return found;
      clear_pending(thread);
      return Ref<>();
    }
  }
  Result<Ref<>> found = slot(thread, object, name);
  if (!found.failed() || !pending_is(thread, *types.AttributeError)) return found;
  clear_pending(thread);
  return Ref<>();
}
Result<Ref<>> get_attribute_or_empty(Thread& thread, Value object, std::string_view name) {
  return get_attribute_or_empty(thread, object, intern(thread, name));
}

Result<void> set_attribute(Thread& thread, Value object, Str& name, Value value) {
  SetAttributeSlot slot = type_of(object).slots.set_attribute;
  return slot(thread, object, name, value);
}
Result<void> set_attribute(Thread& thread, Value object, std::string_view name, Value value) {
  return set_attribute(thread, object, intern(thread, name), value);
}

Result<Ref<>> lookup_special(Thread& thread, Value object, Str& name) {
  Type& type = type_of(object);
  const Value found = type.lookup(name);
  if (found.is_empty()) return Ref<>();
  Ref<> keep = Ref<>::share(found);
  if (auto get = type_of(found).slots.descriptor_get) return get(thread, found, object, type.value());
  return keep;
}
Result<Ref<>> lookup_special(Thread& thread, Value object, std::string_view name) {
  return lookup_special(thread, object, intern(thread, name));
}

namespace {

// Calls what the type has under a method's name, without binding it first where that makes no difference.
Result<Ref<>> call_found(Thread& thread, Value found, Value object, std::initializer_list<Value> positional) {
  constexpr usize kFew = 3;
  const bool deep = static_cast<char*>(__builtin_frame_address(0)) < thread.native_stack_limit;
  if (!deep && found.is_object() && has_shape(*found.object(), BuiltinShape::method_descriptor) && positional.size() <= kFew) {
    // A builtin type's own: called without a detour.
    const NativeFunction& native = *static_cast<NativeFunction*>(found.object());
    Value values[kFew + 1] = {object};
    std::copy(positional.begin(), positional.end(), values + 1);
    const u32 given = static_cast<u32>(positional.size()) + 1;
    return Ref<>::adopt(native.spec->entry(thread, *native.spec, values, given, nullptr));
  }
  Ref<> method = Ref<>::share(found);
  const Arguments arguments{positional.begin(), static_cast<u32>(positional.size())};
  if (type_of(found).has(TypeFlag::MethodDescriptor)) return call_prepending(thread, method, object, arguments);
  if (auto get = type_of(found).slots.descriptor_get) method = TRY(get(thread, found, object, type_of(object).value()));
  return call(thread, method, arguments);
}

// The function behind object.name(...) when the generic rules find one in the type; else Empty.
Value plain_method(Value object, Str& name) {
  Type& type = type_of(object);
  if (type.slots.get_attribute != generic_get_attribute || !name.is_interned() || type.ops == &Module::kOps) return Empty;
  const Value found = type.lookup(name);
  if (found.is_empty() || !type_of(found).has(TypeFlag::MethodDescriptor)) return Empty;
  const bool hidden = type.has(TypeFlag::HasDict) && !instance_attribute(*object.object(), name).is_empty();
  return hidden ? Empty : found;
}

}  // namespace

Result<Ref<>> call_special(Thread& thread, Value object, Str& name, std::initializer_list<Value> positional) {
  const Value found = type_of(object).lookup(name);
  if (found.is_empty()) return Ref<>();
  return call_found(thread, found, object, positional);
}

// Calls

u32 Arguments::keyword_count() const { return keywords ? static_cast<u32>(keywords->length) : 0; }

bool is_callable(Value value) { return type_of(value).slots.call != nullptr; }

Result<Ref<>> call(Thread& thread, Value callable, const Arguments& arguments) {
  CallSlot slot = type_of(callable).slots.call;
  if (UNLIKELY(!slot)) return raise(thread, types.TypeError, "'{}' object is not callable", type_of(callable));
  // Native code calling native code never passes a Python frame, so the C++ stack is checked here.
  if (UNLIKELY(static_cast<char*>(__builtin_frame_address(0)) < thread.native_stack_limit)) {
    return raise(thread, types.RecursionError, "maximum recursion depth exceeded");
  }
  return slot(thread, callable, arguments);
}

Result<Ref<>> call(Thread& thread, Value callable, std::initializer_list<Value> positional) {
  return call(thread, callable, Arguments{positional.begin(), static_cast<u32>(positional.size())});
}

Result<Ref<>> call_method(Thread& thread, Value object, Str& name, std::initializer_list<Value> positional) {
  const Value plain = plain_method(object, name);
  if (LIKELY(!plain.is_empty())) return call_found(thread, plain, object, positional);
  Ref<> method = TRY(get_attribute(thread, object, name));
  return call(thread, method, positional);
}

Result<Ref<>> call_method(Thread& thread, Value object, std::string_view name, std::initializer_list<Value> positional) {
  return call_method(thread, object, intern(thread, name), positional);
}

namespace {

// Argument vectors of calls are short; longer ones go to the heap.
class ArgumentBuffer {
 public:
  explicit ArgumentBuffer(usize count)
      : values_(count <= 16 ? inline_ : static_cast<Value*>(buffer_allocate(count * sizeof(Value)))) {}
  ~ArgumentBuffer() {
    if (values_ != inline_) buffer_free(values_);
  }
  Value* data() { return values_; }

 private:
  Value inline_[16];
  Value* values_;
};

}  // namespace

Result<Ref<>> call_prepending(Thread& thread, Value callable, Value first, const Arguments& arguments) {
  const u32 total = arguments.positional + arguments.keyword_count();
  ArgumentBuffer buffer(total + 1);
  if (!buffer.data()) return raise_memory_error(thread);
  buffer.data()[0] = first;
  if (total) std::memcpy(static_cast<void*>(buffer.data() + 1), arguments.values, total * sizeof(Value));
  return call(thread, callable, Arguments{buffer.data(), arguments.positional + 1, arguments.keywords});
}

Result<Ref<>> call_with(Thread& thread, Value callable, Tuple& positional, Dict* keywords) {
  const isize named = keywords ? keywords->length() : 0;
  if (named == 0) return call(thread, callable, Arguments{positional.values(), static_cast<u32>(positional.length)});
  ArgumentBuffer buffer(static_cast<usize>(positional.length + named));
  if (!buffer.data()) return raise_memory_error(thread);
  std::memcpy(static_cast<void*>(buffer.data()), positional.values(), static_cast<usize>(positional.length) * 8);
  Ref<Tuple> key_names = TRY(Tuple::allocate(thread, named));
  Ref<Tuple> values = TRY(Tuple::allocate(thread, named));
  isize position = 0, count = 0;
  Value key, value;
  while (count < named && keywords->next_entry(position, key, value)) {
    if (!is<Str>(key)) return raise(thread, types.TypeError, "keywords must be strings");
    key_names->items()[count].initialize(Ref<>::share(key).release());
    values->items()[count].initialize(Ref<>::share(value).release());
    buffer.data()[positional.length + count++] = value;
  }
  return call(thread, callable, Arguments{buffer.data(), static_cast<u32>(positional.length), key_names.get()});
}

// Classes

Result<bool> real_is_subclass(Thread& thread, Value derived, Value type) {
  if (is<Type>(derived) && is<Type>(type)) return as<Type>(derived).is_subtype_of(as<Type>(type));
  // Anything with a tuple __bases__ counts as a class here.
  for (Value candidate : {derived, type}) {
    Ref<> bases = TRY(get_attribute_or_empty(thread, candidate, names::__bases__()));
    if (is<Tuple>(bases)) continue;
    return raise(thread, types.TypeError, candidate == derived ? "issubclass() arg 1 must be a class"
                                                               : "issubclass() arg 2 must be a class, a tuple of classes, or a union");
  }
  if (derived == type) return true;
  Ref<> bases = TRY(get_attribute(thread, derived, names::__bases__()));
  for (isize i = 0; i < as<Tuple>(bases).length; ++i) {
    if (TRY(real_is_subclass(thread, as<Tuple>(bases)[i], type))) return true;
  }
  return false;
}

namespace {

// Who leaves __class__ to object claims no other one.
bool claims_no_class(Type& type) {
  return type.has(TypeFlag::PlainGetAttribute) && type.lookup(names::__class__()) == types.object->lookup(names::__class__());
}

// The first classes of a tuple as long as none of them is asked, and of the subject's type it is only asked what it derives from.
bool derives_from_one(Type& type, const Tuple& classes) {
  for (isize i = 0; i < classes.length; ++i) {
    const Value one = classes[i];
    if (!one.is_object() || &type_of(one) != types.type) return false;
    if (type.is_subtype_of(*static_cast<Type*>(one.object()))) return true;
  }
  return false;
}

}  // namespace

Result<bool> real_is_instance(Thread& thread, Value object, Value type) {
  if (is<Type>(type)) {
    Type& own_type = type_of(object);
    if (own_type.is_subtype_of(as<Type>(type))) return true;
    if (claims_no_class(own_type)) return false;
    Ref<> claimed = TRY(get_attribute_or_empty(thread, object, names::__class__()));
    return is<Type>(claimed) && claimed.value() != type_of(object).value() &&
           as<Type>(claimed).is_subtype_of(as<Type>(type));
  }
  Ref<> bases = TRY(get_attribute_or_empty(thread, type, names::__bases__()));
  if (!is<Tuple>(bases)) {
    return raise(thread, types.TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union");
  }
  Ref<> own = TRY(get_attribute_or_empty(thread, object, names::__class__()));
  return own.is_empty() ? Result<bool>(false) : real_is_subclass(thread, own, type);
}

namespace {

// isinstance and issubclass differ in the hook and the default alone.
Result<bool> check_class(Thread& thread, Value subject, Value class_or_tuple, Str& hook,
                         Result<bool> (*otherwise)(Thread&, Value, Value)) {
  if (is_exact<Tuple>(class_or_tuple)) {
    Tuple& tuple = as<Tuple>(class_or_tuple);
    if (otherwise == real_is_instance && derives_from_one(type_of(subject), tuple)) return true;
    if (++thread.recursion_depth > thread.recursion_limit) {
      --thread.recursion_depth;
      return raise(thread, types.RecursionError, "maximum recursion depth exceeded in {}", hook);
    }
    Result<bool> answer = false;
    for (isize i = 0; i < tuple.length; ++i) {
      if (otherwise == real_is_instance && type_of(subject).value() == tuple[i]) {
        answer = true;
        break;
      }
      answer = check_class(thread, subject, tuple[i], hook, otherwise);
      if (answer.failed() || answer.take()) break;
    }
    --thread.recursion_depth;
    return answer;
  }
  if (type_of(class_or_tuple).value() == types.type->value()) return otherwise(thread, subject, class_or_tuple);
  Ref<> method = TRY(lookup_special(thread, class_or_tuple, hook));
  if (method.is_empty()) return otherwise(thread, subject, class_or_tuple);
  Ref<> answer = TRY(call(thread, method, {subject}));
  return is_true(thread, answer);
}

}  // namespace

Result<bool> is_instance(Thread& thread, Value object, Value class_or_tuple) {
  if (type_of(object).value() == class_or_tuple) return true;
  return check_class(thread, object, class_or_tuple, names::__instancecheck__(), real_is_instance);
}

Result<bool> is_subclass(Thread& thread, Value derived, Value class_or_tuple) {
  return check_class(thread, derived, class_or_tuple, names::__subclasscheck__(), real_is_subclass);
}

}  // namespace py
