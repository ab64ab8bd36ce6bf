// Thread: everything that belongs to one running thread of weft. A leading Thread& parameter means that the function
// may raise, run Python or reach a safepoint.
//
// Threads: owned by its thread. Others reach a thread through its slot (threading/runtime) or a handshake.
#pragma once
#include "memory/ref.h"
#include "threading/runtime/safepoint.h"

namespace py {

struct Frame;
struct AllocationCache;  // memory/heap.h: free lists by size class
struct Limbo;            // memory/reclamation.h
class Visitor;
struct VmState;  // core/vm: whatever the interpreter keeps per thread

// What died or waits for its last rites; see memory/destroy.h.
struct DeathRow {
  Object* dying = nullptr;  // objects to take apart, linked through their headers
  bool active = false;      // destroy_object is on the C++ stack
  u32 size = 0;
  u32 capacity = 0;
  u64* pending = nullptr;  // owned references, with bit 0 set for a weak reference to be called back
};

struct Thread : ThreadBase {
  // The exception being raised, owned; Empty when none. Set if and only if a Result failed.
  Value pending = Empty;
  // The interpreter's registers: [stack_begin, stack_end). Everything from stack_top up holds no counted value.
  Value* stack_begin = nullptr;
  Value* stack_end = nullptr;
  Value* stack_top = nullptr;
  Value* quick_frame_limit = nullptr;  // where a frame of moderate size may start without a look at stack_end
  Value* frame_registers = nullptr;  // the innermost Python frame's registers; null when none runs
  u32 recursion_depth = 0;
  u32 recursion_limit = 1000;
  char* native_stack_limit = nullptr;  // below this address of the C++ stack, raise RecursionError
  AllocationCache* allocation = nullptr;
  Limbo* limbo = nullptr;
  DeathRow death_row;
  bool is_collecting = false;
  // What a conservative scan has to look at while this thread collects: taken on entry, since the collector's own frames are
  // full of addresses.
  void* collection_stack_pointer = nullptr;
  u64 collection_registers[8] = {};
  VmState* vm = nullptr;
  // The exception being handled by the innermost running generator, or by what runs outside of any, owned; Empty in a
  // generator that handles none: then what is handled outside counts (core/object/error.h has handled_exception). And the
  // current contextvars context. Both are thread-confined.
  Value handled = None;
  Value context = None;

  bool has_pending() const { return !pending.is_empty(); }
};

// Null in a thread that weft does not know, or that is not attached yet.
inline thread_local constinit Thread* current_thread_pointer = nullptr;
inline Thread& current_thread() { return *current_thread_pointer; }

// Makes the calling OS thread a thread of weft, attached. Null when slots or memory are exhausted. The first call must
// come from the main thread: it installs the memory layer's hooks.
Thread* enter_thread();
// Runs pending finalisers, hands limbo and merge queue over, detaches for good and frees the Thread. The caller has
// dropped its registers, exception and context.
void leave_thread(Thread* thread);

// Set once by core/vm: shows every Value of the thread's frames beyond [stack_begin, stack_top). May be null.
extern void (*visit_thread_hook)(Thread&, Visitor&);
// Set once by core/vm: gives back what Python code needs to run, after the thread's last finaliser. May be null.
extern void (*leave_thread_hook)(Thread&);

}  // namespace py
