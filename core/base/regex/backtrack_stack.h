// The stack of a backtracking match: choices to come back to, values to restore on the way, and the barriers of
// sub-matches. Restoring on the way back makes every failed path leave no trace. Private to the regex engine.
// Threads: owner only.
#pragma once
#include <cstdlib>
#include <cstring>

#include "core/base/types.h"

namespace py::regex {

enum class EntryKind : u32 {
  Choice,        // go on at pc
  Alternative,   // the next branch; pc is its skip word
  RepeatOne,     // greedy single: give back one; value is the lowest position, count the literal that must follow
  MinRepeatOne,  // lazy single: take one more; pc is the operation, count how many were taken
  MinUntil,      // lazy repeat: one more round of its body; value is the node
  UndoMark,      // pc: mark, value: old position, count: old last index
  UndoRepeat,    // repeat: node, count: old count, value: old last position
  UndoNode,      // the newest node goes
  Assert,        // barriers: value is the barrier below
  AssertNot,
  Atomic,
  Possessive,
};

struct Entry {
  EntryKind kind;
  u32 pc;
  isize position;
  isize value;
  i32 repeat;
  u32 count;
};

// A run of a general repeat. Nodes form the chain of enclosing repeats by index.
struct RepeatNode {
  u32 pc;
  u32 count;  // completed rounds; all bits set before the first
  i32 previous;
  isize last_position;  // where the current round began; -1 at first
};

// A growing array of trivially copyable things, living as long as its owner says.
template <class Item>
class Pile {
 public:
  ~Pile() { std::free(items_); }
  Pile() = default;
  Pile(const Pile&) = delete;

  usize size() const { return size_; }
  usize capacity() const { return capacity_; }
  Item& operator[](usize index) { return items_[index]; }
  Item& top() { return items_[size_ - 1]; }
  void pop() { --size_; }
  void resize(usize size) { size_ = size; }
  bool push(const Item& item) {
    if (UNLIKELY(size_ == capacity_) && !grow()) return false;
    items_[size_++] = item;
    return true;
  }

 private:
  [[gnu::noinline]] bool grow() {
    usize capacity = capacity_ ? capacity_ * 2 : 64;
    if (capacity > PTRDIFF_MAX / sizeof(Item)) return false;
    void* bigger = std::realloc(items_, capacity * sizeof(Item));
    if (!bigger) return false;
    items_ = static_cast<Item*>(bigger);
    capacity_ = capacity;
    return true;
  }

  Item* items_ = nullptr;
  usize size_ = 0;
  usize capacity_ = 0;
};

struct Workspace {
  Pile<Entry> entries;
  Pile<RepeatNode> nodes;
};

}  // namespace py::regex
