// PowerSort: a stable merge sort that finds natural runs and merges them in a nearly optimal order (Munro and Wild,
// "Nearly-Optimal Mergesorts", ESA 2018), with timsort's galloping merges (Tim Peters, listsort.txt).
//
// `Less` is called as less(a, b) and answers 1, 0, or -1 when the comparison raised; then sort() gives up and leaves a
// permutation of the items. A template because the comparison decides the speed. Threads: works on private memory.
#pragma once
#include "core/base/check.h"
#include "core/base/types.h"
#include "memory/buffer.h"

#include <algorithm>
#include <cstring>

namespace py {

enum class SortOutcome : u8 { Sorted, Raised, NoMemory };

template <class Item, class Less>
class PowerSort {
 public:
  PowerSort(Item* items, isize count, Less less) : base_(items), count_(count), less_(less) {}
  ~PowerSort() {
    if (room_ != few_) buffer_free(room_);
  }

  SortOutcome sort() {
    if (count_ < 2) return SortOutcome::Sorted;
    const isize shortest = shortest_run(count_);
    Item* low = base_;
    for (isize left = count_; left > 0;) {
      isize length = natural_run(low, low + left);
      if (length < 0) return SortOutcome::Raised;
      if (length < shortest) {
        const isize forced = std::min(left, shortest);
        if (!insertion_sort(low, low + forced, low + length)) return SortOutcome::Raised;
        length = forced;
      }
      if (!push_run(low, length)) return outcome_;
      low += length;
      left -= length;
    }
    while (run_count_ > 1) {
      if (!merge_top()) return outcome_;
    }
    return SortOutcome::Sorted;
  }

 private:
  struct Run {
    Item* start;
    isize length;
    int power;  // of the boundary to the next run
  };
  static constexpr isize kFew = 64;
  static constexpr isize kMinGallop = 7;

  // A number in 32..64 so that count / number is a power of two, or just below one.
  static isize shortest_run(isize count) {
    isize odd = 0;
    while (count >= 64) {
      odd |= count & 1;
      count >>= 1;
    }
    return count + odd;
  }

  // The length of the run at low; a strictly descending one is reversed. -1: raised.
  isize natural_run(Item* low, Item* high) {
    if (high - low < 2) return high - low;
    Item* at = low + 1;
    int descending = less_(*at, *low);
    if (descending < 0) return -1;
    for (++at; at < high; ++at) {
      const int smaller = less_(*at, at[-1]);
      if (smaller < 0) return -1;
      if (smaller != descending) break;
    }
    if (descending) std::reverse(low, at);
    return at - low;
  }

  // Binary insertion; [low, start) is sorted.
  bool insertion_sort(Item* low, Item* high, Item* start) {
    for (; start < high; ++start) {
      Item* left = low;
      Item* right = start;
      const Item pivot = *start;
      while (left < right) {
        Item* middle = left + (right - left) / 2;
        const int smaller = less_(pivot, *middle);
        if (smaller < 0) return false;
        if (smaller) {
          right = middle;
        } else {
          left = middle + 1;
        }
      }
      move(left + 1, left, start - left);
      *left = pivot;
    }
    return true;
  }

  // The depth, in a perfectly balanced merge tree over all items, of the boundary between two adjacent runs.
  static int boundary_power(isize start, isize first, isize second, isize count) {
    isize a = 2 * start + first;
    isize b = a + first + second;
    for (int power = 1;; ++power) {
      if (a >= count) {
        a -= count;
        b -= count;
      } else if (b >= count) {
        return power;
      }
      a <<= 1;
      b <<= 1;
    }
  }

  bool push_run(Item* start, isize length) {
    if (run_count_ > 0) {
      const Run& last = runs_[run_count_ - 1];
      const int power = boundary_power(last.start - base_, last.length, length, count_);
      while (run_count_ > 1 && runs_[run_count_ - 2].power > power) {
        if (!merge_top()) return false;
      }
      runs_[run_count_ - 1].power = power;
    }
    runs_[run_count_++] = {start, length, 0};
    return true;
  }

  bool merge_top() {
    Run& first = runs_[run_count_ - 2];
    const Run second = runs_[run_count_ - 1];
    Item* a = first.start;
    isize na = first.length;
    Item* b = second.start;
    isize nb = second.length;
    first.length += nb;
    --run_count_;
    // What is at its place already needs no merging.
    const isize skip = gallop_right(*b, a, na, 0);
    if (skip < 0) return raised();
    a += skip;
    na -= skip;
    if (na == 0) return true;
    nb = gallop_left(a[na - 1], b, nb, nb - 1);
    if (nb < 0) return raised();
    if (nb == 0) return true;
    if (!reserve(std::min(na, nb))) return false;
    return na <= nb ? merge_low(a, na, b, nb) : merge_high(a, na, b, nb);
  }

  bool raised() {
    outcome_ = SortOutcome::Raised;
    return false;
  }
  static void copy(Item* to, const Item* from, isize count) {
    std::memcpy(static_cast<void*>(to), from, static_cast<usize>(count) * sizeof(Item));
  }
  static void move(Item* to, const Item* from, isize count) {
    std::memmove(static_cast<void*>(to), from, static_cast<usize>(count) * sizeof(Item));
  }

  bool reserve(isize count) {
    if (count <= capacity_) return true;
    if (room_ != few_) buffer_free(room_);
    room_ = static_cast<Item*>(buffer_allocate(static_cast<usize>(count) * sizeof(Item)));
    if (room_) {
      capacity_ = count;
      return true;
    }
    room_ = few_;
    capacity_ = kFew;
    outcome_ = SortOutcome::NoMemory;
    return false;
  }

  // k so that a[k-1] < key <= a[k], searched outwards from `hint`. -1: raised.
  isize gallop_left(const Item& key, Item* a, isize n, isize hint) {
    isize last = 0, offset = 1;
    const int right = less_(a[hint], key);
    if (right < 0) return -1;
    const isize limit = right ? n - hint : hint + 1;
    while (offset < limit) {
      const int smaller = right ? less_(a[hint + offset], key) : less_(a[hint - offset], key);
      if (smaller < 0) return -1;
      if (smaller != right) break;
      last = offset;
      offset = (offset << 1) + 1;
      if (offset <= 0) offset = limit;
    }
    if (offset > limit) offset = limit;
    isize low, high;
    if (right) {
      low = hint + last + 1;
      high = hint + offset;
    } else {
      low = hint - offset + 1;
      high = hint - last;
    }
    while (low < high) {
      const isize middle = low + ((high - low) >> 1);
      const int smaller = less_(a[middle], key);
      if (smaller < 0) return -1;
      if (smaller) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return high;
  }

  // k so that a[k-1] <= key < a[k].
  isize gallop_right(const Item& key, Item* a, isize n, isize hint) {
    isize last = 0, offset = 1;
    const int left = less_(key, a[hint]);
    if (left < 0) return -1;
    const isize limit = left ? hint + 1 : n - hint;
    while (offset < limit) {
      const int smaller = left ? less_(key, a[hint - offset]) : less_(key, a[hint + offset]);
      if (smaller < 0) return -1;
      if (smaller != left) break;
      last = offset;
      offset = (offset << 1) + 1;
      if (offset <= 0) offset = limit;
    }
    if (offset > limit) offset = limit;
    isize low, high;
    if (left) {
      low = hint - offset + 1;
      high = hint - last;
    } else {
      low = hint + last + 1;
      high = hint + offset;
    }
    while (low < high) {
      const isize middle = low + ((high - low) >> 1);
      const int smaller = less_(key, a[middle]);
      if (smaller < 0) return -1;
      if (smaller) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return high;
  }

  // Merges two adjacent runs from the left; the first is the shorter one and b[0] < a[0], a[na-1] > all of b.
  bool merge_low(Item* a, isize na, Item* b, isize nb) {
    copy(room_, a, na);
    Item* to = a;
    a = room_;
    *to++ = *b++;
    bool ok = true;
    if (--nb > 0 && na > 1) ok = merge_low_loop(to, a, na, b, nb);
    if (ok && na == 1 && nb > 0) {  // the last item of a belongs after all of b
      move(to, b, nb);
      to[nb] = *a;
      return true;
    }
    if (na > 0) copy(to, a, na);
    return ok;
  }

  bool merge_low_loop(Item*& to, Item*& a, isize& na, Item*& b, isize& nb) {
    isize min_gallop = min_gallop_;
    for (;;) {
      isize a_wins = 0, b_wins = 0;
      for (;;) {
        const int smaller = less_(*b, *a);
        if (smaller < 0) return raised();
        if (smaller) {
          *to++ = *b++;
          ++b_wins;
          a_wins = 0;
          if (--nb == 0) return true;
          if (b_wins >= min_gallop) break;
        } else {
          *to++ = *a++;
          ++a_wins;
          b_wins = 0;
          if (--na == 1) return true;
          if (a_wins >= min_gallop) break;
        }
      }
      ++min_gallop;
      do {
        min_gallop -= min_gallop > 1;
        min_gallop_ = min_gallop;
        isize k = gallop_right(*b, a, na, 0);
        if (k < 0) return raised();
        a_wins = k;
        copy(to, a, k);
        to += k;
        a += k;
        na -= k;
        if (na <= 1) return true;  // na == 0 only when the comparison is inconsistent
        *to++ = *b++;
        if (--nb == 0) return true;
        k = gallop_left(*a, b, nb, 0);
        if (k < 0) return raised();
        b_wins = k;
        move(to, b, k);
        to += k;
        b += k;
        nb -= k;
        if (nb == 0) return true;
        *to++ = *a++;
        if (--na == 1) return true;
      } while (a_wins >= kMinGallop || b_wins >= kMinGallop);
      min_gallop_ = ++min_gallop;  // leaving gallop mode costs
    }
  }

  // The mirror image: the second run is the shorter one, merged from the right.
  bool merge_high(Item* a, isize na, Item* b, isize nb) {
    Item* to = b + nb - 1;
    copy(room_, b, nb);
    Item* first_a = a;
    a += na - 1;
    b = room_ + nb - 1;
    *to-- = *a--;
    bool ok = true;
    if (--na > 0 && nb > 1) ok = merge_high_loop(to, first_a, a, na, b, nb);
    if (ok && nb == 1 && na > 0) {  // the first item of b belongs before all of a
      move(to + 1 - na, a + 1 - na, na);
      to[-na] = *b;
      return true;
    }
    if (nb > 0) copy(to - (nb - 1), room_, nb);
    return ok;
  }

  bool merge_high_loop(Item*& to, Item* first_a, Item*& a, isize& na, Item*& b, isize& nb) {
    isize min_gallop = min_gallop_;
    for (;;) {
      isize a_wins = 0, b_wins = 0;
      for (;;) {
        const int smaller = less_(*b, *a);
        if (smaller < 0) return raised();
        if (smaller) {
          *to-- = *a--;
          ++a_wins;
          b_wins = 0;
          if (--na == 0) return true;
          if (a_wins >= min_gallop) break;
        } else {
          *to-- = *b--;
          ++b_wins;
          a_wins = 0;
          if (--nb == 1) return true;
          if (b_wins >= min_gallop) break;
        }
      }
      ++min_gallop;
      do {
        min_gallop -= min_gallop > 1;
        min_gallop_ = min_gallop;
        isize k = gallop_right(*b, first_a, na, na - 1);
        if (k < 0) return raised();
        k = na - k;
        a_wins = k;
        to -= k;
        a -= k;
        move(to + 1, a + 1, k);
        na -= k;
        if (na == 0) return true;
        *to-- = *b--;
        if (--nb == 1) return true;
        k = gallop_left(*a, room_, nb, nb - 1);
        if (k < 0) return raised();
        k = nb - k;
        b_wins = k;
        to -= k;
        b -= k;
        copy(to + 1, b + 1, k);
        nb -= k;
        if (nb <= 1) return true;
        *to-- = *a--;
        if (--na == 0) return true;
      } while (a_wins >= kMinGallop || b_wins >= kMinGallop);
      min_gallop_ = ++min_gallop;
    }
  }

  Item* base_;
  isize count_;
  Less less_;
  isize min_gallop_ = kMinGallop;
  SortOutcome outcome_ = SortOutcome::Sorted;
  Item few_[kFew];
  Item* room_ = few_;
  isize capacity_ = kFew;
  int run_count_ = 0;
  Run runs_[66];  // powers grow strictly along the stack and are below 65
};

}  // namespace py
