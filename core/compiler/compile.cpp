// The entrances of the compiler, and SyntaxError objects.
#include "core/base/text/codec.h"
#include "core/base/text/unicode.h"
#include "core/base/trace.h"
#include "core/compiler/unit.h"
#include "core/object/warning.h"
#include "core/object/casts.h"
#include "core/object/codec_registry.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "core/syntax/ast_children.h"
#include "core/syntax/future.h"
#include "core/syntax/unparse.h"

#include <unistd.h>

namespace py {

namespace {

bool lookup_unicode_name(void*, std::string_view name, u32* code_point) {
  u32 found[8];
  if (unicode::lookup_name(name.data(), name.size(), found) != 1) return false;
  *code_point = found[0];
  return true;
}

// For source files in other encodings. What the codec raises that is no error of the text stays pending.
bool decode_source(void* context, Arena& arena, std::string_view encoding, std::string_view bytes, std::string_view* utf8,
                   std::string_view* message) {
  Thread& thread = *static_cast<Thread*>(context);
  auto decoded = [&]() -> Result<Ref<>> {
    Ref<Str> name = TRY(Str::from_utf8(thread, encoding));
    Ref<Bytes> data = TRY(Bytes::from(thread, bytes));
    return decode_text(thread, data.value(), name.get(), nullptr);
  }();
  if (!decoded.failed()) {
    Ref<> text = decoded.take();
    *utf8 = arena.copy(as<Str>(text).utf8());
    return true;
  }
  if (!pending_is(thread, *types.LookupError) && !pending_is(thread, *types.ValueError) &&
      !pending_is(thread, *types.SyntaxError)) {
    return false;
  }
  Ref<> error = take_pending(thread);
  Result<Ref<Str>> text = to_str(thread, error);
  if (!text.failed()) *message = arena.copy(text.take()->utf8());
  return false;
}

Type& problem_type(ProblemKind kind) {
  switch (kind) {
    case ProblemKind::IndentationError: return *types.IndentationError;
    case ProblemKind::TabError: return *types.TabError;
    case ProblemKind::RecursionError: return *types.RecursionError;
    case ProblemKind::ValueError: return *types.ValueError;
    default: return *types.SyntaxError;
  }
}

}  // namespace

Failure raise_problem(Thread& thread, const SyntaxProblem& problem, Str& filename) {
  if (problem.kind == ProblemKind::MemoryError) return raise_memory_error(thread);
  Type& type = problem_type(problem.kind);
  Result<Ref<Str>> made = Str::from_utf8(thread, problem.message);
  if (made.failed()) return failure;
  Ref<Str> message = made.take();
  if (!type.is_subtype_of(*types.SyntaxError)) return raise_with(thread, &type, {message.value()});
  Ref<> text = Ref<>::adopt(None);
  if (problem.has_text) {
    Result<Ref<Str>> line = Str::from_utf8(thread, problem.text_line);
    if (line.failed()) return failure;
    text = line.take();
  }
  const bool has_end = problem.end_line || !problem.line;
  const Value end_line = has_end ? Value::integer(problem.end_line) : None;
  const Value end_offset = has_end ? Value::integer(problem.end_offset) : None;
  const Value place[] = {filename.value(), Value::integer(problem.line), Value::integer(problem.offset), text, end_line, end_offset};
  const bool nowhere = problem.offset < 0;  // the whole text is at fault
  Result<Ref<Tuple>> details = Tuple::from(thread, place, nowhere ? 4 : 6);
  if (details.failed()) return failure;
  Result<Ref<>> exception = call(thread, type.value(), {message.value(), details.take().value()});
  if (exception.failed()) return failure;
  return raise_value(thread, exception.take());
}

namespace {

// Errors of the compiler proper quote the file, and nothing where there is none.
bool names_a_file(const Str& filename) {
  const std::string name = filename.utf8();
  return !name.starts_with('<') && access(name.c_str(), R_OK) == 0;
}

}  // namespace

Failure raise_problem_in(Thread& thread, SyntaxProblem problem, std::string_view source, Str& filename) {
  if (!problem.has_text && !source.empty() && problem.line && names_a_file(filename)) {
    problem.text_line = source_line(source, problem.line);
    problem.has_text = true;
  }
  return raise_problem(thread, problem, filename);
}

namespace {

bool has_walrus(const ast::Node* node) {
  bool found = node->is<ast::NamedExpr>();
  ast::for_each_child(node, [&](ast::Node* child) { found = found || has_walrus(child); });
  return found;
}

// Texts of constants that only their objects know, for annotations that are kept as text.
struct ObjectText {
  Thread& thread;
  bool failed = false;

  static std::string of(void* context, const ast::ConstantValue& value) {
    auto& self = *static_cast<ObjectText*>(context);
    auto text = [&]() -> Result<Ref<Str>> { return repr(self.thread, TRY(make_constant(self.thread, value))); }();
    if (!text.failed()) return text.take()->utf8();
    self.failed = true;
    return {};
  }
};

}  // namespace

Result<Ref<Str>> Unit::annotation_text(ast::Expr* node) {
  ObjectText objects{state_.thread};
  const std::string text = unparse(node, ObjectText::of, &objects);
  if (objects.failed) return failure;
  return Ref<Str>::share(&intern(state_.thread, text));
}

Result<Ref<Code>> compile_tree(Thread& thread, Arena& arena, IdentifierTable& identifiers, ast::Mod* tree, Str& filename,
                               std::string_view source, const CompileOptions& options) {
  u32 future_flags = options.future_flags;
  read_future_imports(arena, tree, &future_flags, nullptr);
  CompileState state{thread, arena, identifiers, filename, source, options, future_flags,
                     source.empty() ? has_walrus(tree) : source.find(":=") != std::string_view::npos, {}, false};
  ScopeOptions scope_options;
  scope_options.future_flags = options.future_flags;
  scope_options.allow_top_level_await = options.allow_top_level_await;
  ScopeTable scopes = analyze_scopes(arena, identifiers, tree, scope_options, &state.problem);
  if (!scopes.top) return raise_problem_in(thread, state.problem, source, filename);
  TRY(warn_about_source(thread, arena, scopes.warnings, filename, source));
  Ref<Code> code = Unit::compile(
      state, nullptr, scopes.top, names::module_(), [](Unit& unit, void* tree) { unit.module_body(static_cast<ast::Mod*>(tree)); },
      tree);
  if (!state.failed) return code;
  if (state.problem) return raise_problem(thread, state.problem, filename);
  return failure;
}

Result<ParseResult> parse_source(Thread& thread, Arena& arena, std::string_view source, Str& filename,
                                 const CompileOptions& options) {
  ParseOptions parse_options;
  parse_options.mode = options.mode;
  parse_options.ignore_cookie = options.source_is_str;
  if (options.source_is_file) parse_options.file_name = arena.copy(filename.utf8());
  parse_options.allow_incomplete_input = options.allow_incomplete_input;
  parse_options.dont_imply_dedent = options.dont_imply_dedent;
  parse_options.future_flags = options.future_flags;
  parse_options.int_max_digits = static_cast<u32>(max_str_digits.load(std::memory_order_relaxed));
  parse_options.lookup_unicode_name = lookup_unicode_name;
  parse_options.decode_source = decode_source;
  parse_options.context = &thread;
  ParseResult parsed = parse(arena, source, parse_options);
  if (thread.has_pending()) return failure;
  if (!parsed.module) return raise_problem(thread, parsed.problem, filename);
  TRY(warn_about_source(thread, arena, parsed.warnings, filename, parsed.source));
  return parsed;
}

Result<Ref<Code>> compile_source(Thread& thread, std::string_view source, Str& filename, const CompileOptions& options) {
  const TraceTimer timer(TraceChannel::Compile);
  Arena arena;
  ParseResult parsed = TRY(parse_source(thread, arena, source, filename, options));
  Result<Ref<Code>> code = compile_tree(thread, arena, *parsed.identifiers, parsed.module, filename, parsed.source, options);
  if (timer.is_on()) {
    trace(TraceChannel::Compile, "%s: %zu bytes, %.3f ms", filename.utf8().c_str(), source.size(), timer.milliseconds());
  }
  return code;
}

static Result<void> warn_about(Thread& thread, Arena& arena, const SyntaxWarningNote& note, Str& filename,
                               std::string_view source) {
  Type& category = note.category == SyntaxWarningNote::Category::SyntaxWarning ? *types.SyntaxWarning : *types.DeprecationWarning;
  Ref<Str> message = TRY(Str::from_utf8(thread, note.message));
  Ref<> warnings = TRY(import_hook(thread, "warnings"));
  Result<Ref<>> warned = call_method(thread, warnings, "warn_explicit",
                                     {message.value(), category.value(), filename.value(), Value::integer(note.line)});
  if (!warned.failed()) return {};
  if (!pending_is(thread, category)) return failure;
  clear_pending(thread);
  ast::Location where{note.line, note.column < 0 ? 0 : note.column};
  return raise_problem(thread, problem_at(arena, source, where, note.message), filename);
}

Result<void> warn_about_source(Thread& thread, Arena& arena, const SyntaxWarningNote* notes, Str& filename,
                               std::string_view source) {
  // The importer itself is compiled before there are warnings.
  for (; notes && import_hook; notes = notes->next) TRY(warn_about(thread, arena, *notes, filename, source));
  return {};
}

}  // namespace py
