// The hash of text and bytes: SipHash-1-3 (Aumasson and Bernstein 2012) over the raw characters, keyed per process.
// Equal strings have equal width, so hashing raw memory is enough. The empty run hashes to 0.
// Threads: the key is set once at start-up, before any hash is taken, and then only read.
#pragma once
#include "core/base/text/text_view.h"

namespace py::text {

// PYTHONHASHSEED=n: 0 gives the fixed all-zero key. set_hash_key takes 16 random bytes.
void set_hash_seed(u32 seed);
void set_hash_key(u64 first, u64 second);
// With a key of its own; the empty run is nothing special.
u64 keyed_hash(u64 first, u64 second, const void* bytes, usize count);
// Never -1.
i64 hash_bytes(const void* bytes, usize count);
inline i64 hash_text(TextView view) { return hash_bytes(view.data, view.byte_size()); }

}  // namespace py::text
