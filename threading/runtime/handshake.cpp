#include "threading/runtime/handshake.h"

#include <cstdlib>
#include <new>

#include "threading/runtime/stop_protocol.h"
#include "threading/runtime/world.h"

namespace py {

bool suspend_detached(ThreadSlot& slot) {
  ThreadState seen = ThreadState::Detached;
  return slot.state.compare_exchange_strong(seen, ThreadState::Proxied);
}

void resume_proxied(ThreadSlot& slot) { release_slot(slot); }

namespace {

HandshakeCall* take_inbox(ThreadSlot& slot) {
  HandshakeCall* oldest = nullptr;
  for (HandshakeCall* call = slot.inbox; call;) {
    HandshakeCall* next = call->next;
    call->next = oldest;
    oldest = call;
    call = next;
  }
  slot.inbox = nullptr;
  return oldest;
}

void run_calls(ThreadSlot& slot, HandshakeCall* call) {
  while (call) {
    HandshakeCall* next = call->next;
    call->run(call->argument, slot);
    if (call->heap_allocated) {
      std::free(call);
    } else {
      call->done.store(1);
      unpark_all(&call->done);  // the address only: the caller may have returned
    }
    call = next;
  }
}

// With the mutex held. Runs the call here if the thread does not run, else leaves it in the inbox.
void deliver_locked(ThreadSlot& slot, HandshakeCall& call) {
  call.next = slot.inbox;
  slot.inbox = &call;
  slot.raise_ordered(Breaker::Calls);
  if (!suspend_detached(slot)) return;
  slot.take(Breaker::Calls);
  run_calls(slot, take_inbox(slot));
  resume_proxied(slot);
}

bool deliver(ThreadSlot& slot, HandshakeCall& call) {
  MutexGuard guard(slot.mutex);
  if (slot.state.load() == ThreadState::Off) return false;
  deliver_locked(slot, call);
  return true;
}

}  // namespace

void run_inbox(ThreadSlot& slot) {
  slot.mutex.lock();
  HandshakeCall* calls = take_inbox(slot);
  slot.mutex.unlock();
  run_calls(slot, calls);
}

bool handshake(ThreadBase& self, ThreadSlot& slot, void (*run)(void*, ThreadSlot&), void* argument) {
  if (&slot == self.slot || is_world_stopped(self)) {
    if (slot.state.load() == ThreadState::Off) return false;
    run(argument, slot);
    return true;
  }
  HandshakeCall call{run, argument};
  if (!deliver(slot, call)) return false;
  if (call.done.load()) return true;
  Detached detached(self);
  while (!call.done.load()) park_if(&call.done, [&call] { return !call.done.load(); });
  return true;
}

bool post(ThreadSlot& slot, void (*run)(void*, ThreadSlot&), void* argument) {
  void* memory = std::malloc(sizeof(HandshakeCall));
  if (!memory) return false;
  auto* call = new (memory) HandshakeCall{run, argument};
  call->heap_allocated = true;
  if (deliver(slot, *call)) return true;
  std::free(memory);
  return false;
}

}  // namespace py
