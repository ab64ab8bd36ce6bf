// _symtable: what the analysis of scopes found, for the module `symtable`.
#include "core/builtins/compile_function.h"
#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/recursion_guard.h"
#include "core/object/type_system.h"
#include "core/syntax/scope.h"

namespace py {

namespace {

// The bits of a symbol as Python programs know them; the scope stands above them.
enum : i64 {
  kGlobal = 1,
  kLocal = 2,
  kParameter = 4,
  kNonlocal = 8,
  kUse = 16,
  kFree = 32,
  kFreeClass = 64,
  kImport = 128,
  kAnnotation = 256,
  kIteration = 512,
  kScopeShift = 11,
};
enum : i64 { kFunctionBlock, kClassBlock, kModuleBlock };
enum : i64 { kScopeLocal = 1, kScopeGlobalExplicit, kScopeGlobalImplicit, kScopeFree, kScopeCell };

// One scope. Threads: immutable.
class Entry final : public Object {
 public:
  Field id, name, symbols, varnames, children, nested, type, line;
  static const ObjectOps kOps;
};
const ObjectOps Entry::kOps = {
    "symtable entry",
    visit_fields<Entry, &Entry::id, &Entry::name, &Entry::symbols, &Entry::varnames, &Entry::children, &Entry::nested,
                 &Entry::type, &Entry::line>,
    release_attributes, fixed_size};
Type* entry_type;

std::string_view name_of(const Scope& scope) {
  switch (scope.kind) {
    case Scope::Kind::Module: return "top";
    case Scope::Kind::Lambda: return "lambda";
    case Scope::Kind::ListComprehension: return "listcomp";
    case Scope::Kind::SetComprehension: return "setcomp";
    case Scope::Kind::DictComprehension: return "dictcomp";
    case Scope::Kind::GeneratorExpression: return "genexpr";
    default: return scope.name ? scope.name->text : std::string_view("type");
  }
}
i64 block_of(const Scope& scope) {
  return scope.kind == Scope::Kind::Module ? kModuleBlock : scope.kind == Scope::Kind::Class ? kClassBlock : kFunctionBlock;
}

i64 scope_bits(Resolution resolution) {
  switch (resolution) {
    case Resolution::Local: return kScopeLocal;
    case Resolution::Cell: return kScopeCell;
    case Resolution::Free: return kScopeFree;
    case Resolution::GlobalExplicit: return kScopeGlobalExplicit;
    case Resolution::GlobalImplicit: return kScopeGlobalImplicit;
    case Resolution::Unknown: break;
  }
  return 0;
}
i64 bits_of(const Symbol& symbol) {
  constexpr struct {
    Symbol::Flags flag;
    i64 bit;
  } kBits[] = {{Symbol::kAssigned, kLocal},           {Symbol::kUsed, kUse},
               {Symbol::kParameter, kParameter},      {Symbol::kGlobalDeclared, kGlobal},
               {Symbol::kNonlocalDeclared, kNonlocal}, {Symbol::kAnnotated, kAnnotation},
               {Symbol::kImported, kImport},          {Symbol::kIterationVariable, kIteration},
               {Symbol::kTypeParameter, kLocal},      {Symbol::kFreeFromClass, kFreeClass}};
  i64 bits = scope_bits(symbol.resolution) << kScopeShift;
  for (const auto& row : kBits) {
    if (symbol.has(row.flag)) bits |= row.bit;
  }
  return bits;
}

constexpr i64 kIteratorBits = kScopeLocal << kScopeShift | kParameter;

Result<Ref<Dict>> symbols_of(Thread& thread, const Scope& scope) {
  Ref<Dict> result = TRY(Dict::make(thread));
  // The iterator that a comprehension is called with.
  if (scope.is_comprehension()) TRY(result->set_str(thread, ".0", Value::integer(kIteratorBits)));
  for (const Symbol* symbol : scope.symbols) {
    Ref<Str> name = TRY(Str::from_utf8(thread, symbol->name->text));
    TRY(result->set(thread, name.value(), Value::integer(bits_of(*symbol))));
  }
  return result;
}
Result<Ref<List>> parameters_of(Thread& thread, const Scope& scope) {
  Ref<List> result = TRY(List::make(thread));
  if (scope.is_comprehension()) TRY(result->append(thread, intern(thread, ".0").value()));
  u32 count = 0;
  for (const Symbol* symbol : scope.symbols) count += symbol->has(Symbol::kParameter);
  for (u32 i = 0; i < count; ++i) {
    for (const Symbol* symbol : scope.symbols) {
      if (!symbol->has(Symbol::kParameter) || symbol->parameter_index != i) continue;
      TRY(result->append(thread, Ref<>(TRY(Str::from_utf8(thread, symbol->name->text)))));
    }
  }
  return result;
}

Result<Ref<Entry>> make_entry(Thread& thread, const Scope& scope) {
  RecursionGuard guard(thread);
  TRY(guard.check(" while making a symbol table"));
  Ref<List> children = TRY(List::make(thread));
  for (const Scope* child : scope.children) TRY(children->append(thread, Ref<>(TRY(make_entry(thread, *child)))));
  Ref<Str> name = TRY(Str::from_utf8(thread, name_of(scope)));
  Ref<Dict> symbols = TRY(symbols_of(thread, scope));
  Ref<List> parameters = TRY(parameters_of(thread, scope));
  Ref<Entry> entry = TRY(new_object<Entry>(thread, *entry_type));
  const i64 line = scope.kind == Scope::Kind::Module || !scope.node ? 0 : scope.node->where.line;
  set_fresh(*entry, entry->id, TRY(make_int_unsigned(thread, reinterpret_cast<u64>(entry.get()))));
  set_fresh(*entry, entry->name, name.value());
  set_fresh(*entry, entry->symbols, symbols.value());
  set_fresh(*entry, entry->varnames, parameters.value());
  set_fresh(*entry, entry->children, children.value());
  set_fresh(*entry, entry->nested, Value::integer(scope.is_nested));
  set_fresh(*entry, entry->type, Value::integer(block_of(scope)));
  set_fresh(*entry, entry->line, Value::integer(line));
  return entry;
}

// What a function declares global is a global of the module, too.
Result<void> add_declared_globals(Thread& thread, const ScopeTable& scopes, Dict& module_symbols) {
  for (const Scope* scope : scopes.scopes) {
    for (const Symbol* symbol : scope->symbols) {
      if (!symbol->has(Symbol::kGlobalDeclared)) continue;
      Ref<Str> name = TRY(Str::from_utf8(thread, symbol->name->text));
      const Value known = module_symbols.find_str(*name);
      const i64 bits = known.is_empty() ? kScopeGlobalExplicit << kScopeShift : known.as_int();
      TRY(module_symbols.set(thread, name.value(), Value::integer(bits | kGlobal)));
    }
  }
  return {};
}

Result<ParseMode> mode_of(Thread& thread, Value value) {
  if (!is<Str>(value)) return raise(thread, types.TypeError, "symtable() argument 3 must be str, not {}", type_of(value));
  if (as<Str>(value).equals("exec")) return ParseMode::Exec;
  if (as<Str>(value).equals("eval")) return ParseMode::Eval;
  if (as<Str>(value).equals("single")) return ParseMode::Single;
  return raise(thread, types.ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
}

Result<Ref<>> symtable(Thread& thread, Value source, Value filename, Value startstr) {
  Ref<Str> name = TRY(filename_argument(thread, filename));
  const ParseMode mode = TRY(mode_of(thread, startstr));
  SourceText program = TRY(source_text(thread, source, "symtable", "string or bytes"));
  CompileOptions options = compile_options(thread, mode, {.dont_inherit = true});
  options.source_is_str = program.is_str;
  Arena arena;
  ParseResult parsed = TRY(parse_source(thread, arena, program.text, *name, options));
  ScopeOptions scope_options;
  scope_options.future_flags = parsed.future_flags;
  scope_options.inline_comprehensions = false;
  SyntaxProblem problem;
  ScopeTable scopes = analyze_scopes(arena, *parsed.identifiers, parsed.module, scope_options, &problem);
  if (!scopes.top) return raise_problem_in(thread, problem, parsed.source, *name);
  Ref<Entry> top = TRY(make_entry(thread, *scopes.top));
  TRY(add_declared_globals(thread, scopes, as<Dict>(top->symbols.peek())));
  return Ref<>(std::move(top));
}

Result<Ref<>> entry_repr(Thread& thread, Value self) {
  const Entry& entry = *static_cast<Entry*>(self.object());
  return format_str(thread, "<symtable entry {}({}), line {}>", entry.name.peek(), entry.id.peek(), entry.line.peek());
}

constexpr u32 kFirstField = sizeof(Object) / 8;
constexpr MemberSpec kMembers[] = {
    {"id", nullptr, kFirstField},           {"name", nullptr, kFirstField + 1},     {"symbols", nullptr, kFirstField + 2},
    {"varnames", nullptr, kFirstField + 3}, {"children", nullptr, kFirstField + 4}, {"nested", nullptr, kFirstField + 5},
    {"type", nullptr, kFirstField + 6},     {"lineno", nullptr, kFirstField + 7}};
constexpr TypeSpec kEntry = {.name = "symtable entry",
                             .doc = nullptr,
                             .members = kMembers,
                             .member_count = std::size(kMembers),
                             .slots = {.repr = entry_repr},
                             .ops = &Entry::kOps,
                             .size = sizeof(Entry),
                             .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

constexpr MethodSpec kFunctions[] = {
    function<symtable>("symtable(source, filename, startstr, /)", "Return symbol and scope dictionaries used internally by compiler."),
};
constexpr struct {
  const char* name;
  i64 value;
} kConstants[] = {
    {"USE", kUse},
    {"DEF_GLOBAL", kGlobal},
    {"DEF_NONLOCAL", kNonlocal},
    {"DEF_LOCAL", kLocal},
    {"DEF_PARAM", kParameter},
    {"DEF_FREE", kFree},
    {"DEF_FREE_CLASS", kFreeClass},
    {"DEF_IMPORT", kImport},
    {"DEF_BOUND", kLocal | kParameter | kImport},
    {"DEF_ANNOT", kAnnotation},
    {"TYPE_FUNCTION", kFunctionBlock},
    {"TYPE_CLASS", kClassBlock},
    {"TYPE_MODULE", kModuleBlock},
    {"LOCAL", kScopeLocal},
    {"GLOBAL_EXPLICIT", kScopeGlobalExplicit},
    {"GLOBAL_IMPLICIT", kScopeGlobalImplicit},
    {"FREE", kScopeFree},
    {"CELL", kScopeCell},
    {"SCOPE_OFF", kScopeShift},
    {"SCOPE_MASK", 15},
};

Result<void> initialize(Thread& thread, Module& module) {
  entry_type = &make_builtin_type(thread, kEntry);
  finish_builtin_type(thread, *entry_type);
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  return {};
}

}  // namespace

const ModuleSpec kSymtableModule = {"_symtable", nullptr, kFunctions, std::size(kFunctions), initialize};

}  // namespace py
