// Objects of the `ast` module's classes as a tree for the compiler: what compile() does with a tree. Everything a
// program may have put into the objects is checked: here the shape of each object, in validate.h the tree as a whole.
// Threads: used by one call. Objects are read while others may change them; the tree keeps what it refers to alive.
#pragma once
#include "core/object/forward.h"
#include "core/syntax/ast.h"
#include "core/syntax/identifiers.h"
#include "core/syntax/parse.h"
#include "memory/root_vector.h"

namespace py {

struct AstClass;
struct AstNodeRow;
struct AstTypes;

class TreeFromPython {
 public:
  TreeFromPython(Thread& thread, Arena& arena, IdentifierTable& identifiers, const AstTypes& classes)
      : thread_(thread), arena_(arena), identifiers_(identifiers), classes_(classes) {}

  // TypeError unless the object is the module node that the mode asks for.
  Result<ast::Mod*> module(Value object, ParseMode mode);

 private:
  template <class T>
  Result<T*> node(Value object);
  template <class T>
  Result<T*> one_of(Value object);
  template <class Node>
  Result<Node*> make(Value object, const ast::Location& where);
  template <class Node>
  bool require(Node& node);
  Result<ast::Location> location(Value object, const char* owner, bool end_is_optional);
  Result<i32> position(Value object, u32 attribute, const char* owner, const i32* otherwise);

  template <class Field>
  bool field(ast::Node& parent, usize index, Value object, Field& into);
  template <class T>
  bool convert(ast::Node& parent, usize index, Value value, T*& into);
  template <class T>
  bool convert(ast::Node& parent, usize index, Value value, ast::List<T>& into);
  bool convert(ast::Node& parent, usize index, Value value, const ast::Identifier*& into);
  bool convert(ast::Node& parent, usize index, Value value, const ast::String*& into);
  bool convert(ast::Node& parent, usize index, Value value, i32& into);
  bool convert(ast::Node& parent, usize index, Value value, ast::ConstantValue& into);
  template <class Enum>
    requires std::is_enum_v<Enum>
  bool convert(ast::Node& parent, usize index, Value value, Enum& into);
  bool is_list(ast::Node& parent, usize index, Value value);
  bool changed_size(ast::Node& parent, usize index);

  Thread& thread_;
  Arena& arena_;
  IdentifierTable& identifiers_;
  const AstTypes& classes_;
  RootVector keep_alive_;  // constants that the tree refers to
};

}  // namespace py
