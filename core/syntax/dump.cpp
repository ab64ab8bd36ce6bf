#include "core/syntax/dump.h"

#include <charconv>
#include <cmath>

#include "core/syntax/characters.h"

namespace py {
namespace {

const char* operator_name(ast::ExprContext value) {
  static const char* const kNames[] = {"Load()", "Store()", "Del()"};
  return kNames[static_cast<int>(value)];
}
const char* operator_name(ast::BoolOperator value) { return value == ast::BoolOperator::And ? "And()" : "Or()"; }
const char* operator_name(ast::Operator value) {
  static const char* const kNames[] = {"Add()",    "Sub()",    "Mult()",  "MatMult()", "Div()",    "Mod()",     "Pow()",
                                       "LShift()", "RShift()", "BitOr()", "BitXor()",  "BitAnd()", "FloorDiv()"};
  return kNames[static_cast<int>(value)];
}
const char* operator_name(ast::UnaryOperator value) {
  static const char* const kNames[] = {"Invert()", "Not()", "UAdd()", "USub()"};
  return kNames[static_cast<int>(value)];
}
const char* operator_name(ast::CompareOperator value) {
  static const char* const kNames[] = {"Eq()",  "NotEq()", "Lt()",    "LtE()", "Gt()",
                                       "GtE()", "Is()",    "IsNot()", "In()",  "NotIn()"};
  return kNames[static_cast<int>(value)];
}

class Dumper {
 public:
  explicit Dumper(const DumpOptions& options) : options_(options) {}

  void node(const ast::Node* node);
  std::string out;

 private:
  template <class T>
  void fields(const T* node);

  void value(const ast::Identifier* name) { name == nullptr ? none() : quoted(name->text); }
  void value(const ast::String* text) { text == nullptr ? none() : quoted(text->text); }
  void value(i32 number) { out += std::to_string(number); }
  void value(const ast::ConstantValue& constant);
  void value(const ast::Node* child) { child == nullptr ? none() : node(child); }
  template <class T>
    requires std::is_enum_v<T>
  void value(T op) {
    out += operator_name(op);
  }
  template <class T>
  void value(const ast::List<T>& list) {
    out += '[';
    for (u32 i = 0; i < list.size; ++i) {
      if (i != 0) out += ", ";
      value(list[i]);
    }
    out += ']';
  }
  void none() { out += "None"; }
  void quoted(std::string_view text);
  void real(double number);
  void location(const ast::Node* node);

  const DumpOptions& options_;
  int inside_string_ = 0;
};

template <class T>
bool absent(const T& field) {
  if constexpr (std::is_pointer_v<T>) {
    return field == nullptr;
  } else {
    return false;
  }
}

void Dumper::node(const ast::Node* node) {
  bool string = node->is<ast::JoinedStr>() || node->is<ast::TemplateStr>();
  switch (node->kind) {
#define AST_BEGIN(category, Name, python_name, since)          \
  case ast::Kind::Name: {                                      \
    [[maybe_unused]] const auto* self = node->as<ast::Name>(); \
    out += python_name "(";                                    \
    inside_string_ += string;                                  \
    bool first = true;
#define AST_FIELD(field_kind, cpp_type, name, python_name, since)                                         \
  if (since <= options_.version &&                                                                        \
      !(#field_kind[0] == 'O' && #field_kind[1] == 'p' && #field_kind[2] == 't' && absent(self->name))) { \
    if (!first) out += ", ";                                                                              \
    first = false;                                                                                        \
    out += python_name "=";                                                                               \
    value(self->name);                                                                                    \
  }
#define AST_END(Name)                                  \
  inside_string_ -= string;                            \
  if (!first) out += ", ";                             \
  location(node);                                      \
  if (out.ends_with(", ")) out.resize(out.size() - 2); \
  out += ')';                                          \
  break;                                               \
  }
#include "core/syntax/ast_nodes.def"
  }
}

void Dumper::location(const ast::Node* node) {
  bool has = false;
  switch (node->kind) {
#define AST_BEGIN(category, Name, python_name, since)                                           \
  case ast::Kind::Name:                                                                         \
    has = !std::is_base_of_v<ast::Mod, ast::Name> && !std::is_base_of_v<ast::Plain, ast::Name>; \
    break;
#include "core/syntax/ast_nodes.def"
  }
  if (!has || !options_.locations || (inside_string_ > 0 && !options_.string_locations)) return;
  const ast::Location& where = node->where;
  out += "lineno=" + std::to_string(where.line) + ", col_offset=" + std::to_string(where.column) +
         ", end_lineno=" + std::to_string(where.end_line) + ", end_col_offset=" + std::to_string(where.end_column);
}

// Every byte that is not printable ASCII is written as \xNN: exact, if not pretty.
void Dumper::quoted(std::string_view text) {
  out += '\'';
  for (char c : text) {
    if (c >= ' ' && c < 0x7f && c != '\'' && c != '\\') {
      out += c;
    } else {
      out += "\\x";
      out += "0123456789abcdef"[static_cast<u8>(c) >> 4];
      out += "0123456789abcdef"[static_cast<u8>(c) & 15];
    }
  }
  out += '\'';
}

void Dumper::real(double number) {
  if (std::isinf(number)) {
    out += "inf";
    return;
  }
  char buffer[64];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::hex);
  out.append(buffer, end);
}

void Dumper::value(const ast::ConstantValue& constant) {
  using Kind = ast::ConstantValue::Kind;
  switch (constant.kind) {
    case Kind::None: none(); break;
    case Kind::True: out += "True"; break;
    case Kind::False: out += "False"; break;
    case Kind::Ellipsis: out += "Ellipsis"; break;
    case Kind::SmallInt: out += std::to_string(constant.integer); break;
    case Kind::BigInt: out += "big" + std::to_string(constant.base) + ":" + std::string(constant.text); break;
    case Kind::Float: real(constant.number); break;
    case Kind::Imaginary: real(constant.number), out += 'j'; break;
    case Kind::Str: quoted(constant.text); break;
    case Kind::Bytes: out += 'b', quoted(constant.text); break;
    case Kind::Object: out += "object"; break;
  }
}

}  // namespace

std::string dump(const ast::Node* node, const DumpOptions& options) {
  Dumper dumper(options);
  dumper.node(node);
  return std::move(dumper.out);
}

}  // namespace py
