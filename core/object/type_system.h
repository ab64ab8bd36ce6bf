// Making and changing classes: method resolution order, layout selection, `class` statements, attribute stores on types
// and the invalidation that follows.
//
// Threads: all changes hold the type system's lock; lookups never do.
#pragma once
#include "core/object/native.h"

namespace py {

// type(name, bases, namespace, **keywords): the whole of type.__new__. `metatype` is the winner among the metaclasses.
Result<Ref<Type>> make_class(Thread& thread, Type& metatype, Str& name, Tuple& bases, Dict& name_space,
                             const Arguments& keywords);
// The most derived metaclass; TypeError on a conflict.
Result<Type*> calculate_metaclass(Thread& thread, Type& start, Tuple& bases);
// The base whose layout a class with these bases extends; TypeError on a conflict.
Result<Type*> best_base(Thread& thread, Tuple& bases);
// What mro() of the metaclass answers.
Result<Ref<Tuple>> compute_mro(Thread& thread, Type& type);
Result<Ref<Tuple>> default_mro(Thread& thread, Type& type);  // C3
Result<void> set_bases(Thread& thread, Type& type, Tuple& bases);
// After a change of the type's dict: new versions for it and its subclasses, slots again, caches swept if needed.
void type_changed(Thread& thread, Type& type, Str& name);
Result<Ref<List>> list_subclasses(Thread& thread, Type& type);
// The doc of a builtin type may begin with the signature of its constructor: "(object)\n--\n\nCreate ...".
struct SplitDoc {
  std::string_view signature, doc;
};
SplitDoc split_doc(const char* doc);
// Fills the dict of a builtin type at first use.
void populate_type(Type& type);
// The name lookups of `type` are cached under this number; 0: they may not be cached.
u32 type_version(Type& type);
// For super(): the attribute found along the MRO of `type` after the class `after`, borrowed.
Value lookup_after(Type& type, Type& after, Str& name);

// Publishes all classes, which __subclasses__() shows to everybody. Before the first second thread starts.
void publish_classes();
// Whether a class of the program, or of the library, defines __del__.
bool classes_have_finalizers();
void add_subclass(Type& base, Type& type);
void forget_subclass(Type& base, Type& type);
// A class, if the object is one, that turned out to be garbage leaves the lists of its bases.
void forget_garbage_class(Object& object);
// Second half of make_builtin_type, once str, tuple, dict and type exist.
void finish_builtin_type(Thread& thread, Type& type);
Result<Ref<>> make_member(Thread& thread, Type& owner, std::string_view name, const char* doc, u32 word, bool read_only,
                          bool none_when_empty);

// __dict__ of a builtin type whose instances have attributes.
extern const PropertySpec kInstanceDictProperty;
// Whether `__dict__` of the type's instances is just their attributes, so that setting these is setting its items.
bool has_plain_instance_dict(Type& type);
// A subclass of str with __slots__: its members stand in the storage of a __dict__ that it does not show.
bool hides_dict(Type& type);
inline constexpr u32 kKeptByName = 0;  // the `word` of such a member

// Set by the interpreter: forgets every inline cache that relies on instance slots winning over class attributes.
extern void (*sweep_inline_caches)(Thread& thread);

}  // namespace py
