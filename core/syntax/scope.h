// Scopes and symbols: who owns which name. Made once from a finished tree; fills the `scope` fields of the nodes.
//
// Lookups use mangled names: `scope->find(table.identifiers().mangle(scope->private_class, name))`.
// An *inlined* comprehension has a Scope of its own that holds only the names it binds itself (its iteration
// variables); every other name it mentions is recorded in, and resolved by, its `parent` (Scope::resolve walks up). The
// compiler gives the bound names fresh registers in the enclosing code for the duration of the comprehension; one that
// is Cell gets a fresh cell each time the comprehension is entered. Threads: owned by the thread that compiles;
// immutable once made.
#pragma once
#include "core/syntax/ast.h"
#include "core/syntax/identifiers.h"
#include "core/syntax/problem.h"

namespace py {

enum class Resolution : u8 {
  Unknown,
  Local,  // function: a register. Module and class: an entry of the namespace
  Cell,   // a local that inner scopes capture; in a class scope only __class__ and __classdict__
  Free,   // captured from an enclosing function. In a class scope with `class_dict_first`: namespace, then cell
  GlobalExplicit,  // declared `global`
  GlobalImplicit,  // not bound in any enclosing function. In a class scope: namespace, then globals, then builtins
};

struct Symbol {
  enum Flags : u16 {
    kAssigned = 1 << 0,
    kUsed = 1 << 1,
    kParameter = 1 << 2,
    kGlobalDeclared = 1 << 3,
    kNonlocalDeclared = 1 << 4,
    kAnnotated = 1 << 5,
    kImported = 1 << 6,
    kIterationVariable = 1 << 7,  // of a comprehension
    kTypeParameter = 1 << 8,
    kFreeFromClass = 1 << 9,    // Free in a class body because a method needs it, not because the body mentions it
    kClassDictFirst = 1 << 10,  // load: the class namespace, then the cell (Free) or globals (GlobalImplicit)
  };
  const ast::Identifier* name = nullptr;
  u16 flags = 0;
  Resolution resolution = Resolution::Unknown;
  u32 order = 0;            // position in Scope::symbols, in order of first mention
  u32 parameter_index = 0;  // kParameter: positional-only, positional, keyword-only, *args, **kwargs
  ast::Location where;      // first mention that matters to an error
  i32 user = -1;            // the compiler's: a register or cell number
  i32 closure = -1;         // the compiler's: which of the code's free variables it is

  bool has(Flags flag) const { return (flags & flag) != 0; }
  // The code object gets a cell from outside for it, be it only to hand it on.
  bool is_captured() const { return resolution == Resolution::Free || has(kFreeFromClass); }
  bool is_bound() const { return (flags & (kAssigned | kParameter | kImported | kTypeParameter)) != 0; }
};

struct Scope {
  enum class Kind : u8 {
    Module,
    Function,
    Lambda,
    Class,
    ListComprehension,
    SetComprehension,
    DictComprehension,
    GeneratorExpression,
    TypeParameters,  // of a generic function, class or alias: a function called at once
    TypeAlias,       // the value of a `type` statement: evaluated on demand
    TypeVariable,    // a bound or a default: evaluated on demand
  };
  Kind kind = Kind::Module;
  const ast::Node* node = nullptr;        // Module/Interactive/Expression, FunctionDef, ..., the bound expression
  const ast::Identifier* name = nullptr;  // of a function or class; else null
  const ast::Identifier* private_class = nullptr;  // for mangling: the innermost class around, itself included
  Scope* parent = nullptr;
  ast::List<Symbol*> symbols;  // in order of first mention
  ast::List<Scope*> children;  // in source order; inlined comprehensions included
  u32 index = 0;               // in ScopeTable::scopes

  bool is_generator = false;        // contains `yield`, or is a generator expression
  bool is_coroutine = false;        // async def, or a comprehension that awaits
  bool is_async_generator = false;  // both
  bool has_await = false;           // a comprehension or module (top-level await) with await / async for inside
  bool has_varargs = false;
  bool has_varkeywords = false;
  bool is_nested = false;            // inside a function
  bool inlined = false;              // see above
  bool needs_class_cell = false;     // class scope: a method mentions __class__ or super; make and fill the cell
  bool needs_class_dict = false;     // class scope: an inner type-parameter scope reads names from the namespace
  bool can_see_class_scope = false;  // type-parameter-like scope directly in a class: loads are class_dict_first
  bool has_import_star = false;
  bool has_annotations = false;            // a module or class with simple variable annotations: needs __annotations__
  bool returns_value = false;              // a `return x` occurs
  bool has_free = false;                   // some symbol is Free
  bool child_has_free = false;             // a scope below has Free symbols
  bool uses_super = false;                 // mentions `super` as a free name
  bool uses_locals = false;                // mentions `locals`, `vars`, `dir`, `eval`, `exec`: a hint for the compiler
  const ast::String* docstring = nullptr;  // unused by analysis: reserved for the compiler

  Symbol* find(const ast::Identifier* mangled) const;
  // find(), and for inlined comprehensions the enclosing scopes up to the one whose code this is.
  Symbol* resolve(const ast::Identifier* mangled) const;
  // The scope whose code object contains this one: itself unless inlined.
  Scope* host();
  bool is_function_like() const { return kind != Kind::Module && kind != Kind::Class; }
  bool is_comprehension() const { return kind >= Kind::ListComprehension && kind <= Kind::GeneratorExpression; }

  // Open-addressing index over `symbols`, by identifier pointer.
  Symbol** slots = nullptr;
  u32 slot_count = 0;
};

struct ScopeOptions {
  u32 future_flags = 0;                // kFutureAnnotations ...
  bool allow_top_level_await = false;  // PyCF_ALLOW_TOP_LEVEL_AWAIT
  bool inline_comprehensions = true;
};

struct ScopeTable {
  Scope* top = nullptr;        // null when there was a problem
  ast::List<Scope*> scopes{};  // every scope, parents before children
  SyntaxWarningNote* warnings = nullptr;
};

ScopeTable analyze_scopes(Arena& arena, IdentifierTable& identifiers, ast::Mod* module, const ScopeOptions& options,
                          SyntaxProblem* problem);

// Adds a symbol that `symbols` already counts to the index of its scope.
void insert_symbol(Arena& arena, Scope* scope, Symbol* symbol);

// The Scope a node opened, or null: one load.
Scope* scope_of(const ast::Node* node);

}  // namespace py
