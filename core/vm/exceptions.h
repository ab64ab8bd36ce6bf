// The semantics of raise, except and except*.
#pragma once
#include "core/vm/frame.h"

namespace py {

// Puts the frame into the traceback of the pending exception.
void add_traceback(Thread& thread, Value* fp);
// raise / raise e / raise e from c. Empty: not given. Leaves an exception pending.
void raise_statement(Thread& thread, Value exception, Value cause);
Result<bool> exception_matches(Thread& thread, Value exception, Value type_or_tuple);
// except*: window[0] = matching part or None, window[1] = rest or None; owned.
bool match_exception_group(Thread& thread, Value exception, Value type, Value* window);
// A group like `group` with other members, by its derive(): traceback, cause, context and notes are kept.
Result<Ref<>> derive_group(Thread& thread, Value group, List& members);
// The exception to raise after all except* clauses ran: from the list of what they raised and the rest. None: nothing.
Value combine_groups(Thread& thread, Value list, Value original);
bool print_expression(Thread& thread, Value value);
// The handler of a generator whose frame ends with the pending exception.
void fail_generator(Thread& thread, Value* fp);

}  // namespace py
