// _pickle.Pickler as Python sees it.
#include "core/modules/pickle/pickler.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

#include <new>

namespace py::pickle {

Type* pickler_type;

namespace {

constexpr isize kUsualObjects = 15;  // room in the memo's list: a block of 128 bytes

void visit(Object& object, Visitor& visitor) {
  visit_fields<Pickler, &Pickler::write, &Pickler::persistent_id, &Pickler::dispatch_table, &Pickler::buffer_callback,
               &Pickler::objects>(object, visitor);
}
void release(Object& object) {
  delete static_cast<Pickler&>(object).memo;
  release_attributes(object);
}
Pickler& pickler_of(Value self) { return *static_cast<Pickler*>(self.object()); }

}  // namespace

const ObjectOps Pickler::kOps = {"pickler", visit, release, fixed_size};

Result<Ref<Pickler>> new_pickler(Thread& thread, Type& type) {
  Ref<Pickler> self = TRY(new_object<Pickler>(thread, type));
  self->memo = nullptr;
  self->lock.reset();
  self->binary.store(1, std::memory_order_relaxed);
  self->fast.store(0, std::memory_order_relaxed);
  self->persistent_id_is_bound.store(false, std::memory_order_relaxed);
  self->fix_imports = true;
  self->ready = false;
  self->protocol = kDefaultProtocol;
  self->buffer_callback.initialize(None);
  self->memo = new (std::nothrow) MemoTable;
  if (!self->memo) return raise_memory_error(thread);
  Ref<List> objects = TRY(List::make(thread, kUsualObjects));
  set_fresh(*self, self->objects, objects.value());
  return self;
}

Result<void> configure(Thread& thread, Pickler& self, const PicklerOptions& options) {
  i64 protocol = kDefaultProtocol;
  if (!options.protocol.is_none()) {
    protocol = TRY(to_i64(thread, options.protocol));
    if (protocol < 0) protocol = kHighestProtocol;
    if (protocol > kHighestProtocol) {
      return raise(thread, types.ValueError, "pickle protocol must be <= {}", kHighestProtocol);
    }
  }
  if (!options.buffer_callback.is_none() && protocol < 5) {
    return raise(thread, types.ValueError, "buffer_callback needs protocol >= 5");
  }
  self.protocol = static_cast<u8>(protocol);
  self.binary.store(protocol > 0, std::memory_order_relaxed);
  self.fix_imports = options.fix_imports && protocol < 3;
  self.buffer_callback.store(self, options.buffer_callback);
  self.ready = true;
  return {};
}

Result<void> set_output(Thread& thread, Pickler& self, Value file) {
  Ref<> write = TRY(get_attribute_or_empty(thread, file, "write"));
  if (write.is_empty()) return raise(thread, types.TypeError, "file must have a 'write' attribute");
  self.write.store(self, std::move(write));
  return {};
}

Result<void> dump(Thread& thread, Pickler& self, Value object, Output& output) { return Saver(thread, self, output).run(object); }

Result<void> memoize(Thread& thread, Pickler& self, Value object, i64 index) {
  if (!self.memo->insert(object, index)) return raise_memory_error(thread);
  return as<List>(self.objects.peek()).append(thread, object);
}
Result<void> clear_memo(Thread& thread, Pickler& self) {
  self.memo->clear();
  Ref<List> objects = TRY(List::make(thread));
  self.objects.store(self, std::move(objects));
  return {};
}

namespace {

Result<Ref<>> pickler_new(Thread& thread, Type& type, const Arguments&) { return new_pickler(thread, type); }

Result<void> pickler_init(Thread& thread, Value value, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)", arguments);
  Pickler& self = pickler_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  TRY(configure(thread, self, {bound[1], TRY(is_true(thread, bound[2])), bound[3]}));
  TRY(set_output(thread, self, bound[0]));
  TRY(clear_memo(thread, self));
  self.fast.store(0, std::memory_order_relaxed);
  Hook hook = TRY(find_hook(thread, self, "persistent_id"));
  self.persistent_id_is_bound.store(hook.bound, std::memory_order_relaxed);
  self.persistent_id.store(self, std::move(hook.function));
  self.dispatch_table.store(self, TRY(get_attribute_or_empty(thread, value, "dispatch_table")));
  return {};
}

Result<void> dump_method(Thread& thread, Value value, Value object) {
  Pickler& self = pickler_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  if (self.write.peek().is_empty()) {
    return raise(thread, pickling_error, "Pickler.__init__() was not called by {}.__init__()", type_of(value).name_str());
  }
  Output output(thread, self.write.peek());
  return dump(thread, self, object, output);
}
Result<void> clear_memo_method(Thread& thread, Value value) {
  Pickler& self = pickler_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  return clear_memo(thread, self);
}
Result<isize> size_of(Thread& thread, Value value) {
  Pickler& self = pickler_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  const usize cells = self.memo->size() * sizeof(MemoTable::Cell);
  return static_cast<isize>(type_of(value).allocation_size() + sizeof(MemoTable) + cells);
}

template <std::atomic<i32> Pickler::*member>
Result<Ref<>> get_flag(Thread&, Value self) {
  return Ref<>::adopt(Value::integer((pickler_of(self).*member).load(std::memory_order_relaxed)));
}
template <std::atomic<i32> Pickler::*member>
Result<void> set_flag(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "can't delete numeric/char attribute");
  (pickler_of(self).*member).store(TRY(to_int(thread, value)), std::memory_order_relaxed);
  return {};
}

Result<Ref<>> get_memo(Thread& thread, Value self) { return make_memo_proxy(thread, pickler_of(self)); }
Result<void> set_memo_property(Thread& thread, Value self, Value memo) {
  if (memo == Unbound) return raise(thread, types.TypeError, "attribute deletion is not supported");
  io::CallGuard guard;
  TRY(guard.enter_again(thread, pickler_of(self), pickler_of(self).lock));
  return set_memo(thread, pickler_of(self), memo);
}

Result<Ref<>> get_persistent_id(Thread& thread, Value self) {
  Ref<> hook = pickler_of(self).persistent_id.load();
  if (hook.is_empty()) return raise(thread, types.AttributeError, "persistent_id");
  if (!pickler_of(self).persistent_id_is_bound.load(std::memory_order_relaxed)) return hook;
  return make_bound_method(thread, hook, self);
}
Result<void> set_persistent_id(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "attribute deletion is not supported");
  if (!is_callable(value)) {
    return raise(thread, types.TypeError, "persistent_id must be a callable taking one argument");
  }
  io::CallGuard guard;
  TRY(guard.enter_again(thread, pickler_of(self), pickler_of(self).lock));
  pickler_of(self).persistent_id_is_bound.store(false, std::memory_order_relaxed);
  pickler_of(self).persistent_id.store(pickler_of(self), value);
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<dump_method>("dump(obj, /)", "Write a pickled representation of the given object to the open file."),
    def<clear_memo_method>("clear_memo()",
                           "Clears the pickler's \"memo\".\n\n"
                           "The memo holds the objects that the pickler has met, so that those that come again, or\n"
                           "contain themselves, are pickled as references. A pickler that is used again needs it cleared."),
    def<size_of>("__sizeof__()", "Returns size in memory, in bytes."),
};
constexpr PropertySpec kProperties[] = {
    {"bin", nullptr, get_flag<&Pickler::binary>, set_flag<&Pickler::binary>},
    {"fast", nullptr, get_flag<&Pickler::fast>, set_flag<&Pickler::fast>},
    {"memo", nullptr, get_memo, set_memo_property},
    {"persistent_id", nullptr, get_persistent_id, set_persistent_id},
};
constexpr MemberSpec kMembers[] = {
    {.name = "dispatch_table", .doc = nullptr, .word = sizeof(Object) / 8 + 2, .read_only = false, .none_when_empty = false}};
constexpr TypeSpec kSpec = {
    .name = "_pickle.Pickler",
    .doc = "(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\n"
           "This takes a binary file for writing a pickle data stream.\n\n"
           "protocol is one of 0 to 5, or negative for the highest one; the default is 4. file has a write()\n"
           "method that takes bytes. With fix_imports and a protocol below 3, new names of modules are mapped to\n"
           "those of Python 2. buffer_callback, from protocol 5 on, is called with each buffer: when it answers\n"
           "something false, the buffer is left out of the stream.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .members = kMembers,
    .member_count = std::size(kMembers),
    .slots = {.init = pickler_init, .new_ = pickler_new},
    .ops = &Pickler::kOps,
    .size = sizeof(Pickler),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_pickler(Thread& thread, Module& module) {
  pickler_type = TRY(add_type_to_module(thread, module, kSpec));
  return {};
}

}  // namespace py::pickle
