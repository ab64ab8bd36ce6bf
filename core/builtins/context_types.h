// Context, ContextVar and Token (PEP 567). A context's variables are an immutable map that set() replaces, so copying a
// context only shares the map.
// Threads: a Context is entered by one thread at a time, which alone replaces `values`; anyone may read it.
#pragma once
#include "core/bind/define.h"

namespace py {

class Context final : public Object {
 public:
  Field values;    // ContextMap: variable -> value
  Field previous;  // what the thread goes back to
  std::atomic<bool> entered;
};
class ContextVar final : public Object {
 public:
  Field name, otherwise;  // Empty: no default
};
class ContextToken final : public Object {
 public:
  Field context, variable, old_value;  // Empty: there was none
  std::atomic<bool> used;
};

// The thread's context, made when there is none yet.
Result<Ref<>> current_context(Thread& thread);
Result<Ref<>> copy_context(Thread& thread);
// Token.MISSING and the types behind the scenes. Before any context is made.
Result<void> finish_context_types(Thread& thread);

}  // namespace py
