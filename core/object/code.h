// Code: what the compiler makes of a module, class body or function. Register bytecode in 64-bit words:
//
//   op:8 | flags:8 | A:16 | B:16 | C:16         the upper half as one signed 32-bit number is D
//
// An instruction may be followed by inline-cache words. Invariant: everything but the caches and the form of an instruction
// (core/compiler/opcodes.def) is immutable once made; those are atomic and any thread may read and replace them.
// Threads: deferred and shared; see core/vm/inline_cache.h for the caches.
#pragma once
#include "core/object/sequence.h"
#include "core/object/type.h"

namespace py {

// Where an instruction comes from; columns count UTF-8 bytes. Of several rows with one instruction the last one tells; the
// others are lines without an instruction of their own, which begin there.
struct CodePosition {
  u32 instruction;  // first word this row holds for; rows are sorted
  i32 line, end_line;
  i16 column, end_column;
};

// Words [start, end) are covered; registers from `live` up are dropped, the exception goes to `live`.
struct ExceptionRange {
  u32 start, end, handler;
  u16 live;
  u16 reserved;
};

enum class CodeFlag : u32 {  // as co_flags
  Optimized = 1, NewLocals = 2, VarArgs = 4, VarKeywords = 8, Nested = 16, Generator = 32, Coroutine = 128,
  IterableCoroutine = 256, AsyncGenerator = 512, FutureAnnotations = 0x1000000,
};

class Code final : public Object {
 public:
  static constexpr u16 kNotSimple = 0xFFFF;
  static constexpr u32 kMostQuickRegisters = 512;
  Field name, qualified_name, filename, constants, names, local_names, cell_names, free_names, docstring_unused;
  std::atomic<u64>* words = nullptr;   // instructions
  CodePosition* positions = nullptr;
  ExceptionRange* ranges = nullptr;    // inner ranges first
  u32 word_count = 0, position_count = 0, range_count = 0;
  i32 first_line = 0;
  u32 flags = 0;                       // CodeFlag
  u16 argument_count = 0;              // positional, positional-only ones included
  u16 positional_only_count = 0;
  u16 keyword_only_count = 0;
  u16 local_count = 0;                 // parameters and locals: registers 0 .. local_count - 1
  u16 register_count = 0;              // locals, cells and temporaries
  u16 cell_count = 0;                  // locals that are cells; their registers are in cell_registers
  u16* cell_registers = nullptr;       // one for each of cell_names
  // Only positional parameters and kMostQuickRegisters at most: how many, for the fast call path. Else
  // kNotSimple.
  u16 quick_argument_count = 0;
  bool is_generator = false;           // generator, coroutine or asynchronous generator
  u32 unique_id = 0;

  bool has(CodeFlag flag) const { return flags & static_cast<u32>(flag); }
  u32 parameter_count() const {
    return argument_count + keyword_only_count + has(CodeFlag::VarArgs) + has(CodeFlag::VarKeywords);
  }
  const Value* constant_values() const { return static_cast<Tuple*>(constants.peek().object())->values(); }
  // The row for the instruction at word `index`.
  const CodePosition& position(u32 index) const { return positions[position_row(index)]; }
  u32 position_row(u32 index) const;
  i32 line_at(i64 index) const { return position(index < 0 ? 0 : static_cast<u32>(index)).line; }
  static const ObjectOps kOps;
};

// All code objects are listed, so that inline caches can be swept. Set by core/vm.
extern void (*code_made_hook)(Code& code);
extern void (*code_died_hook)(Code& code);

}  // namespace py
