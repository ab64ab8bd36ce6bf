// _pickle.Unpickler as Python sees it.
#include "core/modules/pickle/loader.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/audit.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/vm/imports.h"

namespace py::pickle {

Type* unpickler_type;
const ObjectOps Unpickler::kOps = {
    "unpickler",
    visit_fields<Unpickler, &Unpickler::read, &Unpickler::readline, &Unpickler::peek, &Unpickler::persistent_load,
                 &Unpickler::buffers, &Unpickler::encoding, &Unpickler::errors, &Unpickler::memo, &Unpickler::far_memo>,
    release_attributes, fixed_size};

Result<Ref<Unpickler>> new_unpickler(Thread& thread, Type& type) {
  Ref<Unpickler> self = TRY(new_object<Unpickler>(thread, type));
  self->lock.reset();
  self->persistent_load_is_bound.store(false, std::memory_order_relaxed);
  self->fix_imports = true;
  self->protocol = 0;
  self->buffers.initialize(None);
  TRY(clear_memo(thread, *self));
  return self;
}

Result<void> configure(Thread& thread, Unpickler& self, const UnpicklerOptions& options) {
  struct Text {
    Field& field;
    Value given;
    const char* name;
    Str& otherwise;
  };
  static Str& ascii = intern(thread, "ASCII");
  for (const Text& text : {Text{self.encoding, options.encoding, "encoding", ascii},
                           Text{self.errors, options.errors, "errors", names::strict()}}) {
    if (text.given == Unbound) {
      text.field.store(self, text.otherwise.value());
    } else if (is<Str>(text.given)) {
      text.field.store(self, text.given);
    } else {
      return raise(thread, types.TypeError, "Unpickler() argument '{}' must be str, not {}", text.name, type_of(text.given));
    }
  }
  self.fix_imports = options.fix_imports;
  const bool given = options.buffers != Unbound && !options.buffers.is_none();
  self.buffers.store(self, given ? TRY(iterate(thread, options.buffers)) : Ref<>::adopt(None));
  return {};
}

Result<void> set_input(Thread& thread, Unpickler& self, Value file) {
  self.peek.store(self, TRY(get_attribute_or_empty(thread, file, "peek")));
  Ref<> read = TRY(get_attribute_or_empty(thread, file, "read"));
  Ref<> readline = TRY(get_attribute_or_empty(thread, file, "readline"));
  if (read.is_empty() || readline.is_empty()) {
    return raise(thread, types.TypeError, "file must have 'read' and 'readline' attributes");
  }
  self.read.store(self, std::move(read));
  self.readline.store(self, std::move(readline));
  return {};
}

// The memo

Result<void> clear_memo(Thread& thread, Unpickler& self) {
  Ref<List> items = TRY(List::make(thread, kUsualItems));
  Ref<Dict> far = TRY(Dict::make(thread));
  self.memo.store(self, std::move(items));
  self.far_memo.store(self, std::move(far));
  return {};
}
isize memo_size(Unpickler& self) { return as<List>(self.memo.peek()).length() + as<Dict>(self.far_memo.peek()).length(); }
Result<void> set_memo_item(Thread& thread, Unpickler& self, u64 index, Value value) {
  List& items = as<List>(self.memo.peek());
  Dict& far = as<Dict>(self.far_memo.peek());
  const u64 end = static_cast<u64>(items.length());
  if (index < end) {
    items.set(static_cast<isize>(index), value);
    return {};
  }
  const Value number = Value::integer(static_cast<i64>(index));
  if (index > end) return far.set(thread, number, value);
  if (far.length()) TRY(far.remove(thread, number));
  return items.append(thread, value);
}
Result<Ref<>> memo_item(Thread& thread, Unpickler& self, u64 index) {
  List& items = as<List>(self.memo.peek());
  if (index < static_cast<u64>(items.length())) return item_of(items, static_cast<isize>(index));
  return as<Dict>(self.far_memo.peek()).get(thread, Value::integer(static_cast<i64>(index)));
}

// find_class

namespace {

Unpickler& unpickler_of(Value self) { return *static_cast<Unpickler*>(self.object()); }

// The names that Python 3 has for these of Python 2.
Result<void> to_new_names(Thread& thread, Ref<>& module, Ref<>& name) {
  Ref<Tuple> key = TRY(Tuple::from(thread, {module, name}));
  Ref<> pair = TRY(dict_of(library.new_names).get(thread, key.value()));
  if (!pair.is_empty()) {
    if (!is<Tuple>(pair) || as<Tuple>(pair).length != 2) {
      return raise(thread, types.RuntimeError, "_compat_pickle.NAME_MAPPING values should be 2-tuples, not {}", type_of(pair));
    }
    module = Ref<>::share(as<Tuple>(pair)[0]);
    name = Ref<>::share(as<Tuple>(pair)[1]);
    if (is<Str>(module) && is<Str>(name)) return {};
    return raise(thread, types.RuntimeError, "_compat_pickle.NAME_MAPPING values should be pairs of str, not ({}, {})",
                 type_of(module), type_of(name));
  }
  Ref<> renamed = TRY(dict_of(library.new_modules).get(thread, module));
  if (renamed.is_empty()) return {};
  if (!is<Str>(renamed)) {
    return raise(thread, types.RuntimeError, "_compat_pickle.IMPORT_MAPPING values should be strings, not {}", type_of(renamed));
  }
  module = std::move(renamed);
  return {};
}

}  // namespace

Result<Ref<>> find_class(Thread& thread, Unpickler& self, Value given_module, Value given_name) {
  TRY(audit(thread, "pickle.find_class", {given_module, given_name}));
  Ref<> module_name = Ref<>::share(given_module), name = Ref<>::share(given_name);
  if (self.protocol < 3 && self.fix_imports) TRY(to_new_names(thread, module_name, name));
  if (!is<Str>(module_name) || !is<Str>(name)) {
    return raise(thread, types.TypeError, "module and class names must be str, not {} and {}", type_of(module_name), type_of(name));
  }
  Ref<> module = TRY(import_module(thread, as<Str>(module_name).utf8()));
  Ref<> found;
  if (self.protocol >= 4) {
    Ref<List> path = TRY(dotted_path(thread, module, as<Str>(name)));
    found = TRY(find_attribute(thread, module, *path)).object;
  } else {
    found = TRY(get_attribute_or_empty(thread, module, as<Str>(name)));
  }
  if (!found.is_empty()) return found;
  return raise(thread, types.AttributeError, "Can't get attribute {!r} on {!r}", name.value(), module.value());
}

namespace {

// Methods

Result<Ref<>> unpickler_new(Thread& thread, Type& type, const Arguments&) { return new_unpickler(thread, type); }

Result<void> unpickler_init(Thread& thread, Value value, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())", arguments);
  Unpickler& self = unpickler_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  TRY(set_input(thread, self, bound[0]));
  TRY(configure(thread, self, {TRY(is_true(thread, bound[1])), bound[2], bound[3], bound[4]}));
  Hook hook = TRY(find_hook(thread, self, "persistent_load"));
  self.persistent_load_is_bound.store(hook.bound, std::memory_order_relaxed);
  self.persistent_load.store(self, std::move(hook.function));
  self.protocol = 0;
  return clear_memo(thread, self);
}

Result<Ref<>> load_method(Thread& thread, Value value) {
  Unpickler& self = unpickler_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  if (self.read.peek().is_empty()) {
    return raise(thread, unpickling_error, "Unpickler.__init__() was not called by {}.__init__()", type_of(value).name_str());
  }
  self.protocol = 0;
  Input input(thread, self);
  return Loader(thread, self, input, TRY(List::make(thread))).run();
}
Result<Ref<>> find_class_method(Thread& thread, Value self, Value module_name, Value global_name) {
  return find_class(thread, unpickler_of(self), module_name, global_name);
}
Result<isize> size_of(Thread& thread, Value value) {
  Unpickler& self = unpickler_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  return static_cast<isize>(type_of(value).allocation_size()) + memo_size(self) * 8;
}

Result<Ref<>> get_memo(Thread& thread, Value self) { return make_memo_proxy(thread, unpickler_of(self)); }
Result<void> set_memo_property(Thread& thread, Value self, Value memo) {
  if (memo == Unbound) return raise(thread, types.TypeError, "attribute deletion is not supported");
  io::CallGuard guard;
  TRY(guard.enter_again(thread, unpickler_of(self), unpickler_of(self).lock));
  return set_memo(thread, unpickler_of(self), memo);
}
Result<Ref<>> get_persistent_load(Thread& thread, Value self) {
  Ref<> hook = unpickler_of(self).persistent_load.load();
  if (hook.is_empty()) return raise(thread, types.AttributeError, "persistent_load");
  if (!unpickler_of(self).persistent_load_is_bound.load(std::memory_order_relaxed)) return hook;
  return make_bound_method(thread, hook, self);
}
Result<void> set_persistent_load(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "attribute deletion is not supported");
  if (!is_callable(value)) {
    return raise(thread, types.TypeError, "persistent_load must be a callable taking one argument");
  }
  io::CallGuard guard;
  TRY(guard.enter_again(thread, unpickler_of(self), unpickler_of(self).lock));
  unpickler_of(self).persistent_load_is_bound.store(false, std::memory_order_relaxed);
  unpickler_of(self).persistent_load.store(unpickler_of(self), value);
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<load_method>("load()",
                     "Load a pickle.\n\n"
                     "Read a pickled object representation from the open file object given in\n"
                     "the constructor, and return the object hierarchy that it describes."),
    def<find_class_method>("find_class(module_name, global_name, /)",
                           "Return an object from a specified module, which is imported if necessary.\n\n"
                           "It is called for every class and function of a pickle: a subclass that defines it decides\n"
                           "what may be loaded."),
    def<size_of>("__sizeof__()", "Returns size in memory, in bytes."),
};
constexpr PropertySpec kProperties[] = {
    {"memo", nullptr, get_memo, set_memo_property},
    {"persistent_load", nullptr, get_persistent_load, set_persistent_load},
};
constexpr TypeSpec kSpec = {
    .name = "_pickle.Unpickler",
    .doc = "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())\n--\n\n"
           "This takes a binary file for reading a pickle data stream.\n\n"
           "The protocol is found in the pickle; what follows it stays unread. file has the methods read(), which\n"
           "takes a number of bytes, and readline(). encoding and errors tell how strings of Python 2 are decoded,\n"
           "'bytes' that they are not; fix_imports maps the old names of its modules to the new ones. buffers gives\n"
           "the buffers that were left out of the stream.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.init = unpickler_init, .new_ = unpickler_new},
    .ops = &Unpickler::kOps,
    .size = sizeof(Unpickler),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_unpickler(Thread& thread, Module& module) {
  unpickler_type = TRY(add_type_to_module(thread, module, kSpec));
  return {};
}

}  // namespace py::pickle
