// Short names for the integer types used everywhere, and the branch hints.
#pragma once
#include <cstddef>
#include <cstdint>

namespace py {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using isize = std::ptrdiff_t;
using usize = std::size_t;

}  // namespace py

#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define COLD [[gnu::noinline, gnu::cold]]
#define NOINLINE [[gnu::noinline]]
#define INLINE [[gnu::always_inline]] inline
