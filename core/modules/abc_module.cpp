// _abc: what abc.ABCMeta is made of.
//
// Answers are remembered by the version of the class asked about, which changes when the class or a base does: a few in
// each abstract class, newer ones in place of older ones. A remembered no counts until any class is registered
// anywhere.
// Threads: an answer is one atomic word; the registry is a set of weak references, locked like every set.
#include "core/bind/define.h"
#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/type_system.h"

namespace py {

namespace {

constexpr u32 kAnswers = 32;
std::atomic<u32> registrations{0};  // get_cache_token()

class AbcData final : public Object {
 public:
  Field registry;  // Set of weak references
  u64 reserved;
  std::atomic<u64> answers[kAnswers];  // version << 32 | registrations << 1 | answer
  static const ObjectOps kOps;
};
const ObjectOps AbcData::kOps = {"_abc._abc_data", visit_fields<AbcData, &AbcData::registry>, nullptr, fixed_size};

Type* data_type = nullptr;
Str* data_name = nullptr;  // _abc_impl

const TypeSpec kAbcData = {.name = "_abc._abc_data",
                           .doc = "Internal state held by ABC machinery.",
                           .ops = &AbcData::kOps,
                           .size = sizeof(AbcData),
                           .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

Result<Ref<AbcData>> data_of(Thread& thread, Value cls) {
  Ref<> data = TRY(get_attribute(thread, cls, *data_name));
  if (&type_of(data) != data_type) return raise(thread, types.TypeError, "_abc_impl is set to a wrong type");
  return Ref<AbcData>::share(static_cast<AbcData*>(data.value().object()));
}

// Answers

enum class Answer : u8 { Unknown, No, Yes };

Answer remembered(AbcData& data, Type& type) {
  const u64 version = type_version(type);
  const u64 word = data.answers[version % kAnswers].load(std::memory_order_relaxed);
  if (word >> 32 != version || version == 0) return Answer::Unknown;
  if (word & 1) return Answer::Yes;
  const u32 now = registrations.load(std::memory_order_relaxed) & 0x7FFFFFFF;
  return (word >> 1 & 0x7FFFFFFF) == now ? Answer::No : Answer::Unknown;
}
// `version` and `at` were read before the answer was found, so that a change meanwhile makes it old.
void remember(AbcData& data, u64 version, u32 at, bool answer) {
  if (version == 0) return;
  const u64 word = version << 32 | u64{at & 0x7FFFFFFF} << 1 | answer;
  data.answers[version % kAnswers].store(word, std::memory_order_relaxed);
}

// Abstract methods

Result<bool> is_abstract(Thread& thread, Value value) {
  Ref<> flag = TRY(get_attribute_or_empty(thread, value, "__isabstractmethod__"));
  if (flag.is_empty()) return false;
  return is_true(thread, flag);
}

Result<void> add_inherited(Thread& thread, Value cls, Value base, Set& abstract) {
  Ref<> names = TRY(get_attribute_or_empty(thread, base, names::__abstractmethods__()));
  if (names.is_empty()) return {};
  return for_each(thread, names, [&](Value name) -> Result<void> {
    if (!is<Str>(name)) return raise(thread, types.TypeError, "attribute name must be string, not '{}'", type_of(name));
    Ref<> keep = Ref<>::share(name);
    Ref<> value = TRY(get_attribute_or_empty(thread, cls, as<Str>(name)));
    if (!value.is_empty() && TRY(is_abstract(thread, value))) TRY(abstract.add(thread, keep));
    return {};
  });
}

Result<void> compute_abstract(Thread& thread, Type& cls) {
  Ref<Set> abstract = TRY(Set::make_set(thread, *types.frozenset));
  Ref<Dict> own = TRY(cls.dictionary().copy(thread));
  isize position = 0;
  Value key, value;
  while (own->next_entry(position, key, value)) {
    if (TRY(is_abstract(thread, value))) TRY(abstract->add(thread, key));
  }
  Ref<> bases = cls.bases.load();
  for (isize i = 0; i < as<Tuple>(bases).length; ++i)
    TRY(add_inherited(thread, cls.value(), as<Tuple>(bases)[i], *abstract));
  return set_attribute(thread, cls.value(), names::__abstractmethods__(), abstract.value());
}

// Pattern matching asks classes whether they are sequences or mappings.
constexpr u32 kCollectionFlags = static_cast<u32>(TypeFlag::Sequence) | static_cast<u32>(TypeFlag::Mapping);

Result<void> take_collection_flags(Thread& thread, Type& cls) {
  Str& name = intern(thread, "__abc_tpflags__");
  Ref<> flags = Ref<>::share(cls.dictionary().find_str(name));
  if (!flags.value().is_int()) return {};
  const u32 wanted = static_cast<u32>(flags.value().as_int()) & kCollectionFlags;
  if (wanted == kCollectionFlags) {
    return raise(thread, types.TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
  }
  cls.flags.fetch_or(wanted);
  return set_attribute(thread, cls.value(), name, Unbound);
}

Result<void> spread_collection_flags(Thread& thread, Type& type, u32 flags) {
  if ((type.flags.load() & kCollectionFlags) == flags || type.has(TypeFlag::Immutable)) return {};
  type.flags.fetch_and(~kCollectionFlags);
  type.flags.fetch_or(flags);
  Ref<List> subclasses = TRY(list_subclasses(thread, type));
  for (isize i = 0; i < subclasses->length(); ++i)
    TRY(spread_collection_flags(thread, as<Type>(subclasses->peek(i)), flags));
  return {};
}

Result<void> abc_init(Thread& thread, Type& cls) {
  TRY(compute_abstract(thread, cls));
  Ref<Set> registry = TRY(Set::make_set(thread, *types.set));
  Ref<AbcData> data = TRY(new_object<AbcData>(thread, *data_type));
  data->registry.initialize(Ref<>(std::move(registry)));
  for (std::atomic<u64>& answer : data->answers) answer.store(0, std::memory_order_relaxed);
  TRY(set_attribute(thread, cls.value(), "_abc_impl", data.value()));
  return take_collection_flags(thread, cls);
}

Result<Ref<>> abc_register(Thread& thread, Type& cls, Value subclass) {
  if (!is<Type>(subclass)) return raise(thread, types.TypeError, "Can only register classes");
  if (TRY(is_subclass(thread, subclass, cls.value()))) return Ref<>::share(subclass);
  if (TRY(is_subclass(thread, cls.value(), subclass))) {
    return raise(thread, types.RuntimeError, "Refusing to create an inheritance cycle");
  }
  Ref<AbcData> data = TRY(data_of(thread, cls.value()));
  Ref<> weak = TRY(call(thread, types.weak_reference->value(), {subclass}));
  TRY(as<Set>(data->registry.peek()).add(thread, weak));
  registrations.fetch_add(1);
  const u32 flags = cls.flags.load() & kCollectionFlags;
  if (flags) TRY(spread_collection_flags(thread, as<Type>(subclass), flags));
  return Ref<>::share(subclass);
}

// Checks

Result<bool> is_registered(Thread& thread, AbcData& data, Value subclass) {
  Ref<Tuple> entries = TRY(as<Set>(data.registry.peek()).snapshot(thread, DictPart::Keys));
  for (isize i = 0; i < entries->length; ++i) {
    Ref<> registered = TRY(call(thread, (*entries)[i]));
    if (!registered.value().is_none() && TRY(is_subclass(thread, subclass, registered))) return true;
  }
  return false;
}

Result<bool> find_answer(Thread& thread, Value cls, AbcData& data, Value subclass) {
  Ref<> hook = TRY(call_method(thread, cls, names::__subclasshook__(), {subclass}));
  if (hook.value().is_bool()) return hook.value() == True;
  if (hook.value() != NotImplemented) {
    return raise(thread, types.AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
  }
  if (is<Type>(cls) && as<Type>(subclass).is_subtype_of(as<Type>(cls))) return true;
  if (TRY(is_registered(thread, data, subclass))) return true;
  Ref<> subclasses = TRY(call_method(thread, cls, "__subclasses__"));
  if (!is<List>(subclasses)) return raise(thread, types.TypeError, "__subclasses__() must return a list");
  for (isize i = 0; i < as<List>(subclasses).length(); ++i) {
    Ref<> derived = Ref<>::share(as<List>(subclasses).peek(i));
    if (!derived.is_empty() && TRY(is_subclass(thread, subclass, derived))) return true;
  }
  return false;
}

Result<bool> abc_subclasscheck(Thread& thread, Value cls, Value subclass) {
  if (!is<Type>(subclass)) return raise(thread, types.TypeError, "issubclass() arg 1 must be a class");
  Ref<AbcData> data = TRY(data_of(thread, cls));
  const Answer known = remembered(*data, as<Type>(subclass));
  if (known != Answer::Unknown) return known == Answer::Yes;
  const u64 version = type_version(as<Type>(subclass));
  const u32 at = registrations.load(std::memory_order_relaxed);
  const bool answer = TRY(find_answer(thread, cls, *data, subclass));
  remember(*data, version, at, answer);
  return answer;
}

Result<bool> ask(Thread& thread, Value cls, Value subclass) {
  Ref<> answer = TRY(call_method(thread, cls, names::__subclasscheck__(), {subclass}));
  return is_true(thread, answer);
}

Result<bool> abc_instancecheck(Thread& thread, Value cls, Value instance) {
  Ref<AbcData> data = TRY(data_of(thread, cls));
  Ref<> subclass = TRY(get_attribute(thread, instance, names::__class__()));
  const Value subtype = type_of(instance).value();
  if (is<Type>(subclass)) {
    const Answer known = remembered(*data, as<Type>(subclass));
    if (known == Answer::Yes) return true;
    if (known == Answer::No && subclass.value() == subtype) return false;
  }
  if (TRY(ask(thread, cls, subclass))) return true;
  if (subclass.value() == subtype) return false;
  return ask(thread, cls, subtype);
}

Result<isize> get_cache_token(Thread&) { return static_cast<isize>(registrations.load()); }

Result<void> reset_registry(Thread& thread, Value cls) {
  Ref<AbcData> data = TRY(data_of(thread, cls));
  as<Set>(data->registry.peek()).clear();
  return {};
}
Result<void> reset_caches(Thread& thread, Value cls) {
  Ref<AbcData> data = TRY(data_of(thread, cls));
  for (std::atomic<u64>& answer : data->answers) answer.store(0, std::memory_order_relaxed);
  return {};
}
// (registry, cache, negative cache, its version): the answers are no sets here, so the caches look empty.
Result<Ref<Tuple>> get_dump(Thread& thread, Value cls) {
  Ref<AbcData> data = TRY(data_of(thread, cls));
  Ref<> registry = TRY(call_method(thread, data->registry.peek(), "copy"));
  Ref<Set> cache = TRY(Set::make_set(thread, *types.set)), negative = TRY(Set::make_set(thread, *types.set));
  return Tuple::from(thread, {registry, cache.value(), negative.value(), Value::integer(registrations.load())});
}

constexpr MethodSpec kFunctions[] = {
    function<get_cache_token>("get_cache_token()",
                              "Returns the current ABC cache token.\n\n"
                              "The token changes with every call to register() on any ABC."),
    function<abc_init>("_abc_init(self, /)",
                       "Prepares a class for the others here. For the module abc alone."),
    function<abc_register>("_abc_register(self, subclass, /)", "Internal ABC helper for subclass registration."),
    function<abc_instancecheck>("_abc_instancecheck(self, instance, /)", "Internal ABC helper for instance checks."),
    function<abc_subclasscheck>("_abc_subclasscheck(self, subclass, /)", "Internal ABC helper for subclass checks."),
    function<reset_registry>("_reset_registry(self, /)", "Internal ABC helper to reset registry of a given class."),
    function<reset_caches>("_reset_caches(self, /)", "Internal ABC helper to reset both caches of a given class."),
    function<get_dump>("_get_dump(self, /)", "Internal ABC helper for cache and registry debugging."),
};

Result<void> initialize(Thread& thread, Module&) {
  if (data_type) return {};
  data_type = &make_builtin_type(thread, kAbcData);
  data_name = &intern(thread, "_abc_impl");
  finish_builtin_type(thread, *data_type);
  return {};
}

}  // namespace

const ModuleSpec kAbcModule = {"_abc", "The parts of abc.ABCMeta that decide speed.", kFunctions,
                               std::size(kFunctions), initialize};

}  // namespace py
