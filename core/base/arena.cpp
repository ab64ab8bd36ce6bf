#include "core/base/arena.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/check.h"

namespace py {

Arena::~Arena() {
  while (last_ != nullptr) {
    Block* previous = last_->previous;
    std::free(last_);
    last_ = previous;
  }
}

COLD void* Arena::allocate_slow(usize size, usize alignment) {
  constexpr usize kFirstBlock = 8 * 1024, kLargestBlock = 1024 * 1024;
  usize wanted = std::clamp(reserved_, kFirstBlock, kLargestBlock);
  usize block_size = std::max(wanted, sizeof(Block) + size + alignment);
  auto* block = static_cast<Block*>(std::malloc(block_size));
  CHECK(block != nullptr);
  block->previous = last_;
  last_ = block;
  reserved_ += block_size;
  cursor_ = reinterpret_cast<usize>(block) + sizeof(Block);
  limit_ = reinterpret_cast<usize>(block) + block_size;
  return allocate(size, alignment);
}

}  // namespace py
