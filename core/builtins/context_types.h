// Context, ContextVar and Token (PEP 567). A context's variables are a dict that is replaced by a changed copy at every
// set(), so copying a context only shares the dict.
// Threads: a Context is entered by one thread at a time, which alone replaces `values`; anyone may read it.
#pragma once
#include "core/bind/define.h"

namespace py {

class Context final : public Object {
 public:
  Field values;    // Dict: variable -> value; never changed once it is here
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
// Token.MISSING. Once types exist.
Result<void> add_token_missing(Thread& thread);

}  // namespace py
