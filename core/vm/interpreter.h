// Running code: the entrances of the interpreter for native code.
#pragma once
#include "core/vm/frame.h"

namespace py {

// Runs a module's or exec's code in the given namespaces. `locals` is a mapping; `closure` a tuple of as many cells as the
// code has free variables, or None when it has none.
Result<Ref<>> run_code(Thread& thread, Code& code, Dict& globals, Value locals, Value closure = None);
// Runs the body of a class statement: a Function's code with a namespace.
Result<Ref<>> run_class_body(Thread& thread, Function& body, Value name_space);
Result<Ref<Function>> make_function(Thread& thread, Code& code, Dict& globals);

// sys.setrecursionlimit: what new threads start with.
extern std::atomic<u32> default_recursion_limit;
// Prepares a thread for running Python: its register stack and limits. False: no memory.
bool enter_interpreter(Thread& thread);
void leave_interpreter(Thread& thread);
// Hooks of the layers below; the slots of function, code, frame and generator types. Once.
void initialize_interpreter(Thread& thread);

// Prints the instructions of a code object on stderr (-X dis).
void disassemble(Code& code);

}  // namespace py
