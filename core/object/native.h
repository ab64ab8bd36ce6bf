// Native code as Python sees it: the rows that tables of builtin types and modules are made of (core/bind writes them),
// and the objects made from rows: NativeFunction (len, list.append) and SlotWrapper (list.__len__).
#pragma once
#include "core/object/type.h"

namespace py {

struct MethodSpec;

// args[0 .. positional) then one value for each keyword name. A method's self is args[0]. Owned result or Error.
using NativeEntry = Value (*)(Thread& thread, const MethodSpec& spec, const Value* args, u32 positional, Tuple* keywords);

enum class Binding : u8 { Method, ClassMethod, StaticMethod, Function };

// The parsed form of a signature text such as "index(value, start=0, stop=sys.maxsize, /)"; core/bind parses it when
// weft is compiled. `self` is not part of it.
struct Signature {
  static constexpr u32 kMaxParameters = 14;
  struct Parameter {
    std::string_view name;
    Value otherwise = Unbound;  // the default; Unbound also when it has no literal form and C++ code supplies it
    bool required = true;
  };
  std::string_view text;        // "(value, start=0, stop=sys.maxsize, /)"
  u8 count = 0;                 // parameters, *args and **kwargs not counted
  u8 positional_only = 0;
  u8 positional = 0;            // how many may be given by position
  u8 required = 0;              // of the positional ones
  bool has_rest = false;        // *args
  bool has_keywords = false;    // **kwargs
  Parameter parameters[kMaxParameters];
};

struct MethodSpec {
  char name[48];                // the Python name
  Signature signature;
  const char* doc;
  NativeEntry entry;
  Binding binding = Binding::Method;
};

// A computed attribute.
struct PropertySpec {
  const char* name;
  const char* doc;
  Result<Ref<>> (*get)(Thread&, Value self);
  Result<void> (*set)(Thread&, Value self, Value value) = nullptr;  // null: read-only; Unbound deletes
};

// A field of the layout: `word` is its offset in 8-byte words.
struct MemberSpec {
  const char* name;
  const char* doc;
  u32 word;
  bool read_only = true;
  bool none_when_empty = true;  // else AttributeError
};

struct TypeSpec {
  const char* name;        // "list", or "collections.deque" with the module
  const char* doc;
  const MethodSpec* methods = nullptr;
  usize method_count = 0;
  const PropertySpec* properties = nullptr;
  usize property_count = 0;
  const MemberSpec* members = nullptr;
  usize member_count = 0;
  TypeSlots slots = {};
  const ObjectOps* ops = nullptr;  // null: the base's
  u32 size = 0;                    // of the layout in bytes; 0: the base's
  u32 flags = 0;
};

// A builtin type made from its table. `base` null: object. Never fails but for memory at start-up.
Type& make_builtin_type(Thread& thread, const TypeSpec& spec, Type* base = nullptr);

class NativeFunction final : public Object {
 public:
  const MethodSpec* spec;
  Field self;      // bound instance, class, or module; Empty for an unbound method
  Field module;    // name, or None
  Type* owner;     // of a method descriptor; null for functions
  static const ObjectOps kOps;
};
Result<Ref<NativeFunction>> make_native_function(Thread& thread, Type& type, const MethodSpec& spec, Value self,
                                                 Value module, Type* owner);

struct SlotDefinition;  // slot_table.h
class SlotWrapper final : public Object {
 public:
  const SlotDefinition* definition;
  void* function;
  Type* owner;
  u64 reserved;
  static const ObjectOps kOps;
};

// A field of an instance: members of builtin layouts and __slots__.
class MemberDescriptor final : public Object {
 public:
  Field name;
  Field doc;
  Type* owner;
  u32 word;
  bool read_only;
  bool none_when_empty;
  static const ObjectOps kOps;
};

class GetSetDescriptor final : public Object {
 public:
  const PropertySpec* spec;
  Type* owner;
  static const ObjectOps kOps;
};

}  // namespace py
