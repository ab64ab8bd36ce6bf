// The syntax tree: plain structs in an Arena, generated from ast_nodes.def. A node knows its Kind; there are no virtual
// functions: `switch (node->kind)` and `node->as<ast::BinOp>()`. Everything a node refers to lives in the same Arena.
// Columns are UTF-8 byte offsets, lines start at 1. A missing child is null; lists may be empty, and only
// the NodesOrNone ones (Dict.keys, Arguments.kw_defaults) hold null entries.
// Threads: owned by the thread that compiles; immutable after scope analysis.
#pragma once
#include <string_view>

#include "core/base/arena.h"
#include "core/base/check.h"
#include "core/base/types.h"

namespace py {
struct Scope;
}

namespace py::ast {

enum class Kind : u8 {
#define AST_BEGIN(category, Name, python_name, since) Name,
#include "core/syntax/ast_nodes.def"
};

enum class ExprContext : u8 { Load, Store, Del };
enum class BoolOperator : u8 { And, Or };
enum class UnaryOperator : u8 { Invert, Not, UAdd, USub };
enum class CompareOperator : u8 { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn };
enum class Operator : u8 {
  Add,
  Sub,
  Mult,
  MatMult,
  Div,
  Mod,
  Pow,
  LShift,
  RShift,
  BitOr,
  BitXor,
  BitAnd,
  FloorDiv  // as in the table
};

struct Location {
  i32 line = 0, column = 0, end_line = 0, end_column = 0;
};

// An interned name, NFKC-normalised: within one IdentifierTable equal names are the same pointer.
struct Identifier {
  std::string_view text;
  u32 hash = 0;
  mutable void* user = nullptr;  // a cache of the compiler's
};

struct String {
  std::string_view text;
};

// A list of fixed length in the arena.
template <class T>
struct List {
  T* data = nullptr;
  u32 size = 0;

  T* begin() const { return data; }
  T* end() const { return data + size; }
  T& operator[](u32 index) const {
    DCHECK(index < size);
    return data[index];
  }
  bool empty() const { return size == 0; }
  T& back() const { return (*this)[size - 1]; }
};

// The value of a literal, not yet a Python object.
struct ConstantValue {
  enum class Kind : u8 {
    None,
    True,
    False,
    Ellipsis,
    SmallInt,   // integer
    BigInt,     // text: digits in `base`, no underscores, no prefix
    Float,      // number
    Imaginary,  // number
    Str,        // text: UTF-8, lone surrogates in three bytes as WTF-8 does
    Bytes,      // text
    Object,     // object: anything given through ast.Constant or made by folding; the tree does not own it
  };
  Kind kind = Kind::None;
  bool has_surrogates = false;  // Str only
  u8 base = 10;                 // BigInt only: 2, 8, 10 or 16
  union {
    i64 integer = 0;
    double number;
    void* object;
  };
  std::string_view text;
};

struct Node {
  Kind kind;
  u16 depth = 1;  // of the tree below, itself included; at most kMaxTreeDepth, so that visitors may recurse
  Location where;

  template <class T>
  T* as() {
    DCHECK(kind == T::kKind);
    return static_cast<T*>(this);
  }
  template <class T>
  const T* as() const {
    DCHECK(kind == T::kKind);
    return static_cast<const T*>(this);
  }
  template <class T>
  bool is() const {
    return kind == T::kKind;
  }
};

// Chosen so that a visitor with frames of 1 KiB fits an 8 MiB stack, and as the recursion tests of CPython expect.
inline constexpr u16 kMaxTreeDepth = 3000;

struct Mod : Node {};
struct Stmt : Node {};
struct Expr : Node {};
struct Pattern : Node {};
struct TypeParam : Node {};
struct Located : Node {};
struct Plain : Node {};

#define AST_BEGIN(category, Name, python_name, since) struct Name;
#include "core/syntax/ast_nodes.def"

#define AST_BEGIN(category, Name, python_name, since) \
  struct Name : category {                            \
    static constexpr Kind kKind = Kind::Name;         \
    Name() { kind = kKind; }
#define AST_FIELD(field_kind, cpp_type, name, python_name, since) cpp_type name{};
#define AST_EXTRA(cpp_type, name) cpp_type name{};
#define AST_END(Name) \
  }                   \
  ;
#include "core/syntax/ast_nodes.def"

}  // namespace py::ast
