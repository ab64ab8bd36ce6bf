#include "threading/modules/local.h"

#include "core/builtins/weakref_types.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/sequence.h"

namespace py {

namespace {

class Local final : public Object {
 public:
  Field dicts;      // ident -> dict
  Field arguments;  // for __init__ in each thread
  Field keywords;
  u64 reserved;
};
usize local_size(const Object& object) { return type_of_object(object).allocation_size(); }
void local_visit(Object& object, Visitor& visitor) {
  Local& local = static_cast<Local&>(object);
  visitor.visit(local.dicts);
  visitor.visit(local.arguments);
  visitor.visit(local.keywords);
}
const ObjectOps kLocalOps = {"_local", local_visit, nullptr, local_size};
Local& local_of(Value self) { return *static_cast<Local*>(self.object()); }

// Weak references to the objects in which this thread has a dict, so that it can take them along when it ends: idents are
// used again. Owned; of threads other than the main one.
thread_local Value used_locals = Empty;

Result<void> forget_dead(Thread& thread, List& references) {
  Ref<List> alive = TRY(List::make(thread));
  for (isize i = 0; i < references.length(); ++i) {
    Ref<> reference = Ref<>::share(references.peek(i));
    if (!is_weak_dead(static_cast<WeakReference*>(reference.value().object())->node)) TRY(alive->append(thread, std::move(reference)));
  }
  const ListItems* items = alive->block.load(std::memory_order_relaxed);
  return references.splice(thread, 0, references.length(), items ? reinterpret_cast<const Value*>(items->slots) : nullptr, alive->length());
}

Result<void> note_use(Thread& thread, Local& local) {
  if (thread.is_main) return {};
  if (used_locals.is_empty()) used_locals = Ref<>(TRY(List::make(thread))).release();
  List& references = as<List>(used_locals);
  const isize count = references.length();
  if (count >= 64 && (count & (count - 1)) == 0) TRY(forget_dead(thread, references));
  return references.append(thread, TRY(make_weak_reference(thread, *types.weak_reference, local.value(), None)));
}

Result<Ref<Dict>> make_own_dict(Thread& thread, Local& local) {
  Ref<> ident = TRY(make_int_unsigned(thread, thread.native_id));
  Ref<Dict> own = TRY(Dict::make(thread));
  TRY(note_use(thread, local));
  TRY(as<Dict>(local.dicts.peek()).set(thread, ident, own.value()));
  return own;
}

Result<Ref<>> local_new(Thread& thread, Type& type, const Arguments& arguments) {
  if ((arguments.positional || arguments.keyword_count()) && type.slots.init == types.object->slots.init) {
    return raise(thread, types.TypeError, "Initialization arguments are not supported");
  }
  Ref<Local> local = TRY(new_object<Local>(thread, type));
  Ref<Dict> dicts = TRY(Dict::make(thread));
  local->dicts.store(*local, dicts.value());
  Ref<Tuple> args = TRY(Tuple::from(thread, arguments.values, arguments.positional));
  local->arguments.store(*local, args.value());
  Ref<Dict> keywords = TRY(Dict::make(thread));
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    TRY(keywords->set(thread, (*arguments.keywords)[i], arguments.values[arguments.positional + i]));
  }
  local->keywords.store(*local, keywords.value());
  // The creating thread's __init__ runs by the ordinary call.
  TRY(make_own_dict(thread, *local));
  return Ref<>(std::move(local));
}
Result<Ref<>> local_dict(Thread& thread, Value self) {
  Local& local = local_of(self);
  Dict& dicts = as<Dict>(local.dicts.peek());
  Ref<> ident = TRY(make_int_unsigned(thread, thread.native_id));
  Ref<> own = TRY(dicts.get(thread, ident));
  if (!own.is_empty()) return own;
  Ref<Dict> fresh = TRY(make_own_dict(thread, local));
  Type& type = type_of(self);
  if (type.slots.init && type.slots.init != types.object->slots.init) {
    Ref<> init = TRY(lookup_special(thread, self, names::__init__()));
    Result<Ref<>> done = call_with(thread, init, as<Tuple>(local.arguments.peek()), &as<Dict>(local.keywords.peek()));
    if (done.failed()) {
      Ref<> exception = take_pending(thread);
      TRY(dicts.remove(thread, ident));
      return raise_value(thread, exception);
    }
  }
  return Ref<>(std::move(fresh));
}
Result<Ref<>> local_get_attribute(Thread& thread, Value self, Str& name) {
  if (&intern(thread, name) == &names::__class__()) return generic_get_attribute(thread, self, name);
  Ref<> dict = TRY(local_dict(thread, self));
  if (&intern(thread, name) == &names::__dict__()) return dict;
  Type& type = type_of(self);
  const Value found = type.lookup(intern(thread, name));
  if (!found.is_empty() && type_of(found).has(TypeFlag::DataDescriptor)) return generic_get_attribute(thread, self, name);
  const Value own = as<Dict>(dict).find_str(name);
  if (!own.is_empty()) return Ref<>::share(own);
  return generic_get_attribute(thread, self, name);
}
Result<void> local_set_attribute(Thread& thread, Value self, Str& name, Value value) {
  Ref<> dict = TRY(local_dict(thread, self));
  if (name.equals("__dict__")) {
    return raise(thread, types.AttributeError, "'{}' object attribute '__dict__' is read-only", type_of(self));
  }
  const Value found = type_of(self).lookup(intern(thread, name));
  if (!found.is_empty() && type_of(found).slots.descriptor_set) return type_of(found).slots.descriptor_set(thread, found, self, value);
  if (value != Unbound) return as<Dict>(dict).set(thread, intern(thread, name).value(), value);
  if (TRY(as<Dict>(dict).remove(thread, name.value())).is_empty()) return raise_attribute_error(thread, self, name);
  return {};
}

}  // namespace

const TypeSpec kLocalSpec = {.name = "_thread._local", .doc = "Thread-local data",
                             .slots = {.get_attribute = local_get_attribute, .set_attribute = local_set_attribute, .new_ = local_new},
                             .ops = &kLocalOps, .size = sizeof(Local), .flags = static_cast<u32>(TypeFlag::Subclassable)};

bool forget_thread_locals(Thread& thread) {
  if (used_locals.is_empty()) return false;
  Ref<> owned = Ref<>::adopt(used_locals);
  used_locals = Empty;
  List& references = as<List>(owned);
  Result<Ref<>> ident = make_int_unsigned(thread, thread.native_id);
  Ref<> key = ident.failed() ? Ref<>() : ident.take();
  for (isize i = 0; i < references.length() && !key.is_empty(); ++i) {
    Ref<> local = load_weak(static_cast<WeakReference*>(references.peek(i).object())->node);
    if (!local.is_empty()) (void)as<Dict>(local_of(local).dicts.peek()).remove(thread, key);
  }
  if (thread.has_pending()) clear_pending(thread);
  return true;
}

void abandon_thread_locals() { used_locals = Empty; }

}  // namespace py
