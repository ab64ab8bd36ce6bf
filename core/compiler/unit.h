// Unit: the compilation of one code object: registers, names, control-flow blocks. The compile_*.cpp files implement its
// member functions by theme.
//
// Registers: parameters and locals have fixed ones; cells too; temporaries stand above in stack discipline. Invariant
// between statements: next_temp_ is what the enclosing blocks (loops: iterator; with: exit function) hold.
// An Operand is either a local's own register (borrowed) or a temporary that the consuming instruction drops.
#pragma once
#include "core/compiler/assembler.h"
#include "core/compiler/compiler.h"

#include "core/object/str.h"
#include "memory/heap.h"

#include <memory>
#include <vector>

namespace py {

struct CompileState {
  Thread& thread;
  Arena& arena;
  IdentifierTable& identifiers;
  Str& filename;
  std::string_view source;
  const CompileOptions& options;
  u32 future_flags;
  bool may_walrus;        // the source contains ":="
  SyntaxProblem problem;
  bool failed = false;    // an exception is pending or `problem` is set
};

struct Operand {
  u32 reg;
  bool temp;
};

// True or a number that is true.
// range(...) of one to three plain arguments, whatever the name stands for.
bool is_range_call(const ast::Expr* node);
inline bool is_true_constant(const ast::Expr* node) {
  if (!node->is<ast::Constant>()) return false;
  const ast::ConstantValue& value = node->as<ast::Constant>()->value;
  return value.kind == ast::ConstantValue::Kind::True || (value.kind == ast::ConstantValue::Kind::SmallInt && value.integer);
}

// What a scope takes from outside, in the order of its closure: by name.
std::vector<Symbol*> captured_symbols(const Scope* scope);

class Unit {
 public:
  Unit(CompileState& state, Unit* parent, Scope* scope, Ref<Str> name, bool long_jumps);

  // The whole code object of a scope. Null on failure.
  static Ref<Code> compile(CompileState& state, Unit* parent, Scope* scope, Str& name, void (*body)(Unit&, void*), void* context);

  // compile_statement.cpp, compile_flow.cpp
  // `at_end`: nothing comes after them in the function, so that each way through them may leave it.
  void statements(const ast::List<ast::Stmt*>& list, bool at_end = false);
  void statement(ast::Stmt* node, bool at_end = false);
  void module_body(ast::Mod* tree);
  // compile_expression.cpp, compile_operator.cpp, compile_condition.cpp, compile_display.cpp
  Operand expression(ast::Expr* node);              // anywhere
  void expression_to(ast::Expr* node, u32 target);  // into this register, written once, at the end
  u32 expression_to_temp(ast::Expr* node);          // pushes a temporary
  void effect(ast::Expr* node);                     // value not needed
  void jump_if(ast::Expr* node, bool when, Label& label);
  // compile_target.cpp
  void assign(ast::Expr* target, Operand value);    // consumes the value
  bool unpack_to_locals(const ast::List<ast::Expr*>& items, Operand value);  // consumes it if true
  void store_name(const ast::Identifier* name, Operand value);
  void delete_target(ast::Expr* target);
  void load_name(const ast::Identifier* name, u32 target);
  // compile_function.cpp, compile_class.cpp, compile_type_parameters.cpp
  void function_definition(ast::Stmt* node);
  void class_definition(ast::ClassDef* node);
  void lambda_to(ast::Lambda* node, u32 target);
  void function_body(ast::Node* node);

 private:
  friend struct TemporaryMark;
  struct Block {
    enum class Kind : u8 { Loop, Finally, With, AsyncWith, Handler } kind;
    Label* break_label = nullptr;
    Label* continue_label = nullptr;
    const ast::List<ast::Stmt*>* final_body = nullptr;
    u32 reg = 0;                              // Loop: registers to clear from here on `break`; With: exit; Handler: exception
    u32 clear_count = 0;
    const ast::Identifier* name = nullptr;    // Handler: `except E as name`
    ast::Location where = {};                 // With: the context expression
    std::vector<std::pair<u32, u32>> segments;
    u32 open = 0;
  };

  // Registers
  u32 push_temp() {
    if (next_temp_ + 1 > register_count_) register_count_ = next_temp_ + 1;
    return next_temp_++;
  }
  void pop_to(u32 mark) { next_temp_ = mark; }
  void release(Operand operand) {
    if (operand.temp) pop_to(operand.reg);
  }
  static u8 drop_b(Operand operand) { return operand.temp ? kDropB : 0; }
  static u8 drop_c(Operand operand) { return operand.temp ? kDropC : 0; }
  static u8 drop_a(Operand operand) { return operand.temp ? kDropA : 0; }

  // Definite assignment
  using Assigned = std::vector<bool>;
  void note_assigned(u32 reg) {
    if (reg < assigned_.size() && !deletable_[reg]) assigned_[reg] = true;
  }
  void intersect(const Assigned& other);
  void find_deletions(const ast::List<ast::Stmt*>& list);
  void mark_deletable(const ast::Identifier* name);
  void delete_names(ast::Expr* target);

  // Names and constants
  u32 name_constant(const ast::Identifier* name) { return asm_.name(str(name)); }
  // Of a module with `await`: its frame belongs to a coroutine, which knows no namespace but the globals.
  bool names_are_globals() const { return scope_->kind == Scope::Kind::Module && scope_->is_coroutine; }
  u32 variable_constant(const ast::Identifier* mangled, const Symbol* symbol);
  Str& str(const ast::Identifier* name);
  const ast::Identifier* mangle(const ast::Identifier* name);
  Symbol* symbol_of(const ast::Identifier* name) { return inner_scope_->resolve(mangle(name)); }
  void load_constant(Value value, u32 target);
  void load_none(u32 target) { load_constant(None, target); }
  Ref<> constant_of(const ast::ConstantValue& value);
  bool constant_value(ast::Expr* node, Ref<>* result);  // folds
  bool is_local(const ast::Expr* node, u32* reg);
  bool uses_register(const ast::Node* node, u32 reg);
  bool assign_in_parallel(ast::Assign* node);
  bool small_int(ast::Expr* node, i32* value);
  bool may_rebind(ast::Expr* node) const;
  Operand left_operand(ast::Expr* node, ast::Expr* later);

  // Expressions by kind
  void binary_to(ast::BinOp* node, u32 target);
  void unary_to(ast::UnaryOp* node, u32 target);
  void bool_op_to(ast::BoolOp* node, u32 target);
  bool constant_to_search(ast::CompareOperator op, ast::Expr* node, Ref<>* result);
  Operand compared(ast::CompareOperator op, ast::Expr* node);
  void compare_to(ast::Compare* node, u32 target);
  void compare_chain(ast::Compare* node, u32 target);
  void jump_compare(ast::Compare* node, bool when, Label& label);
  void conditional_to(ast::IfExp* node, u32 target);
  void attribute_to(ast::Attribute* node, u32 target);
  void locate_attribute(const ast::Expr* node, const ast::Attribute* attribute);
  void subscript_to(ast::Subscript* node, u32 target);
  void display_to(Op op, const ast::List<ast::Expr*>& items, u32 target);
  void list_into_window(const ast::List<ast::Expr*>& items, u32 list);
  static constexpr u32 kMaxWindow = 64;  // values that a display evaluates before it is built
  // For BuildSpreadTuple: *x stands at the end, and nowhere else.
  static bool spreads_last_alone(const ast::List<ast::Expr*>& items);
  void values_to_window(const ast::List<ast::Expr*>& items);
  void dict_to(ast::Dict* node, u32 target);
  void call_to(ast::Call* node, u32 target);
  // Pushes the values; what a call names them by: the number of the tuple of their names, plus one, or 0 when there are none.
  u32 keywords_to_window(const ast::List<ast::Keyword*>& keywords);
  void call_spread(ast::Call* node, u32 window);
  void keyword_dict(const ast::List<ast::Keyword*>& keywords, u32 target, u32 callable);
  void spread_list(const ast::List<ast::Expr*>& items, u32 target);
  bool super_attribute(ast::Attribute* node, u32 target, bool method);
  void joined_string_to(ast::JoinedStr* node, u32 target);
  void formatted_value_to(ast::FormattedValue* node, u32 target);
  void slice_to(ast::Slice* node, u32 target);
  void named_to(ast::NamedExpr* node, u32 target);
  void yield_to(ast::Yield* node, u32 target);
  void yield_for_nothing(ast::Expr* value);
  void yield_from(u32 reg, bool is_await, u32 target);
  void await_to(ast::Expr* value, u32 target);
  void comprehension_to(ast::Expr* node, u32 target);
  void comprehension_loops(ast::Expr* node, const ast::List<ast::Comprehension*>& generators, u32 depth, u32 result,
                           i32 first_iterator);
  void comprehension_element(ast::Expr* node, u32 result);
  void constant_to(ast::Expr* node, u32 target);

  // Statements by kind
  void augmented_assign(ast::AugAssign* node);
  void annotated_assign(ast::AnnAssign* node);
  void for_loop(ast::For* node);
  // The register of the iterator of `iterable`, which is evaluated. Of a range its state stands there and in the next two
  // (opcodes.def): these are reserved too.
  u32 iterator_of(ast::Expr* iterable);
  void for_next(u32 iterator, u32 item, Label& end);
  void async_for_loop(ast::AsyncFor* node);
  void while_loop(ast::While* node);
  void if_statement(ast::If* node, bool at_end);
  void branch(const ast::List<ast::Stmt*>& list, bool at_end);
  void import(ast::Import* node);
  void import_from(ast::ImportFrom* node);
  void raise_statement(ast::Raise* node);
  void assert_statement(ast::Assert* node);
  void return_statement(ast::Return* node);
  void return_value(ast::Expr* node, const ast::Node* where);
  void break_or_continue(bool is_break, const ast::Location& where);
  // compile_try.cpp
  void try_statement(const ast::List<ast::Stmt*>& body, const ast::List<ast::ExceptHandler*>& handlers,
                     const ast::List<ast::Stmt*>& orelse, const ast::List<ast::Stmt*>& final_body, bool star);
  void try_except(const ast::List<ast::Stmt*>& body, const ast::List<ast::ExceptHandler*>& handlers,
                  const ast::List<ast::Stmt*>& orelse);
  void try_except_star(const ast::List<ast::Stmt*>& body, const ast::List<ast::ExceptHandler*>& handlers,
                       const ast::List<ast::Stmt*>& orelse);
  void handler_body(ast::ExceptHandler* handler, u32 exception, Label& end);
  void with_statement(const ast::List<ast::WithItem*>& items, u32 index, const ast::List<ast::Stmt*>& body, bool is_async);
  void open_block(Block& block);
  void unwind_block(Block& block, bool keep_value);
  // Emits what leaving the blocks above `depth` needs, innermost first.
  void unwind_to(usize depth, bool keep_value);
  // compile_pattern.cpp
  void match_statement(ast::Match* node);
  void clear_temporaries(u32 first, u32 end);
  void pattern(ast::Pattern* node, u32 subject, Label& fail, std::vector<std::pair<const ast::Identifier*, u32>>& names);
  // Jumps to `fail` unless len(subject) is what is wanted.
  void length_test(Op jump, Op comparison, u32 subject, u32 wanted, Label& fail);
  void value_pattern(ast::MatchValue* node, u32 subject, Label& fail);
  void sequence_pattern(ast::MatchSequence* node, u32 subject, Label& fail, std::vector<std::pair<const ast::Identifier*, u32>>& names);
  void indexed_patterns(ast::MatchSequence* node, u32 subject, i32 star, Label& fail,
                        std::vector<std::pair<const ast::Identifier*, u32>>& names);
  void mapping_pattern(ast::MatchMapping* node, u32 subject, Label& fail, std::vector<std::pair<const ast::Identifier*, u32>>& names);
  void class_pattern(ast::MatchClass* node, u32 subject, Label& fail, std::vector<std::pair<const ast::Identifier*, u32>>& names);
  void or_pattern(ast::MatchOr* node, u32 subject, Label& fail, std::vector<std::pair<const ast::Identifier*, u32>>& names);

  // Functions
  void set_up_registers();
  void prologue();
  u8 closure_to(Scope* child, u32 target);
  void make_function(Ref<Code> code, Scope* child, ast::Arguments* arguments, ast::Expr* returns, u32 target, bool with_annotations);
  u8 defaults_to(ast::Arguments* arguments, u32 window);
  bool annotations_to(ast::Arguments* arguments, ast::Expr* returns, u32 target);
  void annotation_to(ast::Expr* node, u32 target);
  Result<Ref<Str>> annotation_text(ast::Expr* node);
  void type_parameters(const ast::List<ast::TypeParam*>& params, u32 target);
  void type_parameter(ast::TypeParam* param, u32 target);
  void thunk_to(Scope* scope, ast::Expr* value, const char* name, u32 target);
  void type_alias(ast::TypeAlias* node);
  void generic_definition(ast::Node* node, Scope* params_scope, u32 target);
  void function_object(ast::Node* node, u32 target);
  void class_object(ast::ClassDef* node, u32 target, i32 type_params);
  Ref<Str> qualified_name(Str& name);
  Result<Ref<Code>> finish();

  void error(const ast::Location& where, std::string_view message);
  bool failed() const { return state_.failed; }
  void locate(const ast::Node* node) { asm_.set_location(node->where); }

  CompileState& state_;
  Unit* parent_;
  Scope* scope_;         // of this code object
  Scope* inner_scope_;   // the innermost inlined comprehension being compiled, else scope_
  Assembler asm_;
  Ref<Str> name_;
  Ref<Str> qualified_name_;
  bool long_jumps_;
  bool interactive_ = false;
  std::vector<Block*> blocks_;
  u32 next_temp_ = 0;
  const ast::Expr* string_part_ = nullptr;  // the part of an f-string that is compiled
  u32 register_count_ = 0;
  u32 local_count_ = 0;
  Assigned assigned_;
  Assigned deletable_;
  std::vector<const ast::Identifier*> local_names_, cell_names_, free_names_;
  std::vector<u16> cell_registers_;
  i32 class_cell_ = -1;  // of a class body: the register of the cell that its methods know as __class__
  ast::Arguments* arguments_ = nullptr;
};

}  // namespace py
