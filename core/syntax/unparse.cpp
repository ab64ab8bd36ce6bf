#include "core/syntax/unparse.h"

#include <charconv>
#include <cmath>

#include "core/syntax/characters.h"

namespace py {
namespace {

using K = ast::Kind;

// From loosest to tightest; a child that binds looser than its place asks for is put in parentheses.
enum Level : int {
  kTuple,
  kTest,  // if else, lambda
  kOr,
  kAnd,
  kNot,
  kCompare,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kArithmetic,
  kTerm,
  kFactor,
  kPower,
  kAwait,
  kAtom,
};

struct OperatorRow {
  const char* text;
  int level;
};

OperatorRow operator_row(ast::Operator op) {
  switch (op) {
    case ast::Operator::Add: return {" + ", kArithmetic};
    case ast::Operator::Sub: return {" - ", kArithmetic};
    case ast::Operator::Mult: return {" * ", kTerm};
    case ast::Operator::MatMult: return {" @ ", kTerm};
    case ast::Operator::Div: return {" / ", kTerm};
    case ast::Operator::Mod: return {" % ", kTerm};
    case ast::Operator::FloorDiv: return {" // ", kTerm};
    case ast::Operator::LShift: return {" << ", kShift};
    case ast::Operator::RShift: return {" >> ", kShift};
    case ast::Operator::BitOr: return {" | ", kBitOr};
    case ast::Operator::BitXor: return {" ^ ", kBitXor};
    case ast::Operator::BitAnd: return {" & ", kBitAnd};
    case ast::Operator::Pow: return {" ** ", kPower};
  }
  return {" ? ", kAtom};
}

class Unparser {
 public:
  Unparser(ConstantText object_text, void* context) : object_text_(object_text), context_(context) {}

  void write(const ast::Expr* node, int level);
  std::string out;

 private:
  void open(bool needed) {
    if (needed) out += '(';
  }
  void close(bool needed) {
    if (needed) out += ')';
  }
  void list(const ast::List<ast::Expr*>& items, int level) {
    for (u32 i = 0; i < items.size; ++i) {
      if (i != 0) out += ", ";
      write(items[i], level);
    }
  }
  void binary(const ast::BinOp* node, int level);
  void boolean(const ast::BoolOp* node, int level);
  void unary(const ast::UnaryOp* node, int level);
  void compare(const ast::Compare* node, int level);
  void lambda(const ast::Lambda* node, int level);
  void parameter(const ast::Arg* arg, const ast::Expr* value, bool* first);
  void dictionary(const ast::Dict* node);
  void comprehensions(const ast::List<ast::Comprehension*>& generators);
  void call(const ast::Call* node);
  void tuple(const ast::Tuple* node, int level);
  void slice(const ast::Slice* node);
  void constant(const ast::ConstantValue& value);
  void real(double number);
  void quoted(std::string_view text, bool bytes);
  void formatted(const ast::Expr* node);
  void formatted_parts(const ast::List<ast::Expr*>& parts, std::string* text);
  void formatted_part(const ast::Expr* part, std::string* text);

  ConstantText object_text_;
  void* context_;
};

void Unparser::binary(const ast::BinOp* node, int level) {
  OperatorRow row = operator_row(node->op);
  bool right_associative = node->op == ast::Operator::Pow;
  open(level > row.level);
  write(node->left, row.level + right_associative);
  out += row.text;
  write(node->right, row.level + !right_associative);
  close(level > row.level);
}

void Unparser::boolean(const ast::BoolOp* node, int level) {
  int own = node->op == ast::BoolOperator::And ? kAnd : kOr;
  open(level > own);
  for (u32 i = 0; i < node->values.size; ++i) {
    if (i != 0) out += own == kAnd ? " and " : " or ";
    write(node->values[i], own + 1);
  }
  close(level > own);
}

void Unparser::unary(const ast::UnaryOp* node, int level) {
  static const char* const kTexts[] = {"~", "not ", "+", "-"};
  int own = node->op == ast::UnaryOperator::Not ? kNot : kFactor;
  open(level > own);
  out += kTexts[static_cast<int>(node->op)];
  write(node->operand, own);
  close(level > own);
}

void Unparser::compare(const ast::Compare* node, int level) {
  static const char* const kTexts[] = {" == ", " != ", " < ",      " <= ", " > ",
                                       " >= ", " is ", " is not ", " in ", " not in "};
  open(level > kCompare);
  write(node->left, kCompare + 1);
  for (u32 i = 0; i < node->ops.size; ++i) {
    out += kTexts[static_cast<int>(node->ops[i])];
    write(node->comparators[i], kCompare + 1);
  }
  close(level > kCompare);
}

void Unparser::parameter(const ast::Arg* arg, const ast::Expr* value, bool* first) {
  out += *first ? " " : ", ";
  *first = false;
  out += arg->arg->text;
  if (value == nullptr) return;
  out += '=';
  write(value, kTest);
}

void Unparser::lambda(const ast::Lambda* node, int level) {
  open(level > kTest);
  out += "lambda";
  const ast::Arguments* args = node->args;
  bool first = true;
  u32 positional = args->posonlyargs.size + args->args.size;
  for (u32 i = 0; i < positional; ++i) {
    const ast::Arg* arg = i < args->posonlyargs.size ? args->posonlyargs[i] : args->args[i - args->posonlyargs.size];
    u32 without_default = positional - args->defaults.size;
    parameter(arg, i >= without_default ? args->defaults[i - without_default] : nullptr, &first);
    if (i + 1 == args->posonlyargs.size) out += ", /";
  }
  if (args->vararg != nullptr || !args->kwonlyargs.empty()) {
    out += first ? " *" : ", *";
    first = false;
    if (args->vararg != nullptr) out += args->vararg->arg->text;
    for (u32 i = 0; i < args->kwonlyargs.size; ++i) parameter(args->kwonlyargs[i], args->kw_defaults[i], &first);
  }
  if (args->kwarg != nullptr) {
    out += first ? " **" : ", **";
    out += args->kwarg->arg->text;
  }
  out += ": ";
  write(node->body, kTest);
  close(level > kTest);
}

void Unparser::dictionary(const ast::Dict* node) {
  out += '{';
  for (u32 i = 0; i < node->values.size; ++i) {
    if (i != 0) out += ", ";
    if (node->keys[i] == nullptr) {
      out += "**";
      write(node->values[i], kBitOr);
    } else {
      write(node->keys[i], kTest);
      out += ": ";
      write(node->values[i], kTest);
    }
  }
  out += '}';
}

void Unparser::comprehensions(const ast::List<ast::Comprehension*>& generators) {
  for (const ast::Comprehension* clause : generators) {
    out += clause->is_async ? " async for " : " for ";
    write(clause->target, kTuple);
    out += " in ";
    write(clause->iter, kTest + 1);
    for (const ast::Expr* condition : clause->ifs) {
      out += " if ";
      write(condition, kTest + 1);
    }
  }
}

void Unparser::call(const ast::Call* node) {
  write(node->func, kAtom);
  // A lone generator expression shares the parentheses of the call.
  if (node->args.size == 1 && node->keywords.empty() && node->args[0]->is<ast::GeneratorExp>()) {
    write(node->args[0], kAtom);
    return;
  }
  out += '(';
  list(node->args, kTest);
  for (u32 i = 0; i < node->keywords.size; ++i) {
    if (i != 0 || !node->args.empty()) out += ", ";
    const ast::Keyword* keyword = node->keywords[i];
    if (keyword->arg == nullptr) {
      out += "**";
    } else {
      out += keyword->arg->text;
      out += '=';
    }
    write(keyword->value, kTest);
  }
  out += ')';
}

void Unparser::tuple(const ast::Tuple* node, int level) {
  if (node->elts.empty()) {
    out += "()";
    return;
  }
  open(level > kTuple);
  list(node->elts, kTest);
  if (node->elts.size == 1) out += ',';
  close(level > kTuple);
}

void Unparser::slice(const ast::Slice* node) {
  if (node->lower != nullptr) write(node->lower, kTest);
  out += ':';
  if (node->upper != nullptr) write(node->upper, kTest);
  if (node->step == nullptr) return;
  out += ':';
  write(node->step, kTest);
}

// The shortest digits that read back, in Python's layout.
void Unparser::real(double number) {
  if (std::isinf(number)) {
    out += "1e309";
    return;
  }
  char buffer[64];
  auto scientific = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  std::string text(buffer, scientific.ptr);
  usize e = text.find('e');
  int exponent = std::atoi(text.c_str() + e + 1);
  if (exponent < -4 || exponent >= 16) {
    out += text;
    return;
  }
  auto fixed = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
  std::string plain(buffer, fixed.ptr);
  out += plain;
  if (plain.find('.') == std::string::npos) out += ".0";
}

void Unparser::quoted(std::string_view text, bool bytes) {
  bool has_single = text.find('\'') != std::string_view::npos, has_double = text.find('"') != std::string_view::npos;
  char quote = has_single && !has_double ? '"' : '\'';
  if (bytes) out += 'b';
  out += quote;
  for (char c : text) {
    u8 byte = static_cast<u8>(c);
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f || (bytes && byte >= 0x80)) {
      out += "\\x";
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
    } else {
      out += c;
    }
  }
  out += quote;
}

void Unparser::constant(const ast::ConstantValue& value) {
  using Kind = ast::ConstantValue::Kind;
  switch (value.kind) {
    case Kind::None: out += "None"; break;
    case Kind::True: out += "True"; break;
    case Kind::False: out += "False"; break;
    case Kind::Ellipsis: out += "..."; break;
    case Kind::SmallInt: out += std::to_string(value.integer); break;
    case Kind::BigInt: {
      if (value.base != 10 && object_text_ != nullptr) {
        out += object_text_(context_, value);
        break;
      }
      const char* prefix = value.base == 16 ? "0x" : value.base == 8 ? "0o" : value.base == 2 ? "0b" : "";
      out += prefix;
      out += value.text;
      break;
    }
    case Kind::Float: real(value.number); break;
    case Kind::Imaginary:
      if (value.number == std::floor(value.number) && std::fabs(value.number) < 1e16) {
        out += std::to_string(static_cast<i64>(value.number));
      } else {
        real(value.number);
      }
      out += 'j';
      break;
    case Kind::Str: quoted(value.text, false); break;
    case Kind::Bytes: quoted(value.text, true); break;
    case Kind::Object:
      if (object_text_ != nullptr) out += object_text_(context_, value);
      break;
  }
}

void Unparser::formatted_part(const ast::Expr* part, std::string* text) {
  if (part->is<ast::Constant>()) {
    for (char c : part->as<ast::Constant>()->value.text) {
      *text += c;
      if (c == '{' || c == '}') *text += c;
    }
    return;
  }
  if (part->is<ast::JoinedStr>()) {
    formatted_parts(part->as<ast::JoinedStr>()->values, text);
    return;
  }
  auto field = [&](const auto* node) {
    Unparser inner(object_text_, context_);
    inner.write(node->value, kTest + 1);
    *text += inner.out.starts_with('{') ? "{ " : "{";
    *text += inner.out;
    if (node->conversion > 0) {
      *text += '!';
      *text += static_cast<char>(node->conversion);
    }
    if (node->format_spec != nullptr) {
      *text += ':';
      formatted_part(node->format_spec, text);
    }
    *text += '}';
  };
  if (part->is<ast::FormattedValue>()) field(part->as<ast::FormattedValue>());
  if (part->is<ast::Interpolation>()) field(part->as<ast::Interpolation>());
}

void Unparser::formatted_parts(const ast::List<ast::Expr*>& parts, std::string* text) {
  for (const ast::Expr* part : parts) formatted_part(part, text);
}

void Unparser::formatted(const ast::Expr* node) {
  std::string text;
  formatted_part(node, &text);
  out += 'f';
  quoted(text, false);
}

void Unparser::write(const ast::Expr* node, int level) {
  switch (node->kind) {
    case K::BoolOp: boolean(node->as<ast::BoolOp>(), level); break;
    case K::BinOp: binary(node->as<ast::BinOp>(), level); break;
    case K::UnaryOp: unary(node->as<ast::UnaryOp>(), level); break;
    case K::Compare: compare(node->as<ast::Compare>(), level); break;
    case K::Lambda: lambda(node->as<ast::Lambda>(), level); break;
    case K::Dict: dictionary(node->as<ast::Dict>()); break;
    case K::Call: call(node->as<ast::Call>()); break;
    case K::Tuple: tuple(node->as<ast::Tuple>(), level); break;
    case K::Slice: slice(node->as<ast::Slice>()); break;
    case K::Constant:
      if (node->as<ast::Constant>()->kind_ != nullptr) out += node->as<ast::Constant>()->kind_->text;
      constant(node->as<ast::Constant>()->value);
      break;
    case K::Name: out += node->as<ast::Name>()->id->text; break;
    case K::JoinedStr:
    case K::FormattedValue: formatted(node); break;
    case K::TemplateStr: {
      std::string text;
      formatted_parts(node->as<ast::TemplateStr>()->values, &text);
      out += 't';
      quoted(text, false);
      break;
    }
    case K::NamedExpr:
      open(level > kTuple);
      write(node->as<ast::NamedExpr>()->target, kAtom);
      out += " := ";
      write(node->as<ast::NamedExpr>()->value, kAtom);
      close(level > kTuple);
      break;
    case K::IfExp: {
      const auto* self = node->as<ast::IfExp>();
      open(level > kTest);
      write(self->body, kTest + 1);
      out += " if ";
      write(self->test, kTest + 1);
      out += " else ";
      write(self->orelse, kTest);
      close(level > kTest);
      break;
    }
    case K::Set:
      out += '{';
      list(node->as<ast::Set>()->elts, kTest);
      out += '}';
      break;
    case K::ListDisplay:
      out += '[';
      list(node->as<ast::ListDisplay>()->elts, kTest);
      out += ']';
      break;
    case K::ListComp:
      out += '[';
      write(node->as<ast::ListComp>()->elt, kTest);
      comprehensions(node->as<ast::ListComp>()->generators);
      out += ']';
      break;
    case K::SetComp:
      out += '{';
      write(node->as<ast::SetComp>()->elt, kTest);
      comprehensions(node->as<ast::SetComp>()->generators);
      out += '}';
      break;
    case K::GeneratorExp:
      out += '(';
      write(node->as<ast::GeneratorExp>()->elt, kTest);
      comprehensions(node->as<ast::GeneratorExp>()->generators);
      out += ')';
      break;
    case K::DictComp:
      out += '{';
      write(node->as<ast::DictComp>()->key, kTest);
      out += ": ";
      write(node->as<ast::DictComp>()->value, kTest);
      comprehensions(node->as<ast::DictComp>()->generators);
      out += '}';
      break;
    case K::Await:
      open(level > kAwait);
      out += "await ";
      write(node->as<ast::Await>()->value, kAtom);
      close(level > kAwait);
      break;
    case K::Yield:
      out += "(yield";
      if (node->as<ast::Yield>()->value != nullptr) {
        out += ' ';
        write(node->as<ast::Yield>()->value, kTuple);
      }
      out += ')';
      break;
    case K::YieldFrom:
      out += "(yield from ";
      write(node->as<ast::YieldFrom>()->value, kTest);
      out += ')';
      break;
    case K::Starred:
      out += '*';
      write(node->as<ast::Starred>()->value, kBitOr);
      break;
    case K::Attribute: {
      const ast::Expr* value = node->as<ast::Attribute>()->value;
      write(value, kAtom);
      // `1.real` would be a float.
      if (value->is<ast::Constant>() && value->as<ast::Constant>()->value.kind == ast::ConstantValue::Kind::SmallInt) {
        out += ' ';
      }
      out += '.';
      out += node->as<ast::Attribute>()->attr->text;
      break;
    }
    case K::Subscript: {
      const auto* self = node->as<ast::Subscript>();
      write(self->value, kAtom);
      out += '[';
      write(self->slice, kTuple);
      out += ']';
      break;
    }
    default: break;
  }
}

}  // namespace

std::string unparse(const ast::Expr* expression, ConstantText object_text, void* context) {
  Unparser unparser(object_text, context);
  unparser.write(expression, kTest);
  return std::move(unparser.out);
}

}  // namespace py
