// Assembler: collects the instructions, positions, exception ranges and constants of one code object.
//
// Jumps go to Labels; a label may be used before it is placed. The jump of a comparison or a ForIterator reaches 32767
// words: when one does not, `overflowed` is set and the compiler starts the code object again with long jumps alone.
// Threads: owned by the thread that compiles.
#pragma once
#include "core/compiler/opcodes.h"
#include "core/object/code.h"
#include "core/syntax/ast.h"
#include "memory/root_vector.h"

#include <unordered_map>
#include <vector>

namespace py {

// Equality of constants that tells 0.0 from -0.0 and 1 from 1.0 and True.
bool same_constant(Value a, Value b);

struct Label {
  i32 place = -1;
  std::vector<u32> uses;  // instruction words to patch
};

class Assembler {
 public:
  explicit Assembler(Thread& thread) : thread_(thread) {}
  Assembler(const Assembler&) = delete;

  u32 here() const { return static_cast<u32>(words_.size()); }
  void set_location(const ast::Location& where) { where_ = where; }
  const ast::Location& location() const { return where_; }
  // The line begins here, though its first instruction may stand in another one (`try:`) or there is none (`pass`).
  void mark_line(const ast::Location& where) { marks_.push_back(where); }

  void emit(Op op, u8 flags, u32 a, u32 b = 0, u32 c = 0);
  void emit_wide(Op op, u8 flags, u32 a, i32 d);
  void jump(Op op, u8 flags, u32 a, Label& label);              // D-format
  void compare_jump(Op op, u8 flags, u32 a, u32 b, Label& label);  // C-format, ForIterator too
  void place(Label& label);
  bool ends_flow() const;  // the last instruction never falls through, and no label follows

  void range(u32 start, u32 end, u32 handler, u32 live);

  // The number of a constant; takes the reference. Equal constants of one type share a number.
  u32 constant(Ref<> value);
  u32 name(Str& text);  // a constant that is also listed in co_names

  bool overflowed = false;
  bool in_generator = false;      // the frame will be a generator's, which MakeGenerator begins
  u32 first_temporary = 0xFFFF;  // registers from here on are temporaries

  // Moves everything into the code object.
  Result<void> finish(Code& code);

 private:
  void push(u64 word);
  // Adds an instruction; the one before it takes a form that runs both, if there is one.
  void append(Instruction instruction);
  void add_position(const ast::Location& where);
  u16 narrow(u32 number);

  Thread& thread_;
  std::vector<u64> words_;
  std::vector<CodePosition> positions_;
  std::vector<ExceptionRange> ranges_;
  bool delegates_ = false;        // there is a Send
  RootVector constants_;
  RootVector names_;
  std::unordered_map<u64, u32> by_word_;
  ast::Location where_;
  std::vector<ast::Location> marks_;  // of the next instruction
  i32 last_ = -1;
};

}  // namespace py
