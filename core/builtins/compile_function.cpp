#include "core/builtins/compile_function.h"

#include "core/base/text/search.h"
#include "core/bind/define.h"
#include "core/builtins/ast/from_python.h"
#include "core/builtins/ast/node_types.h"
#include "core/builtins/ast/to_python.h"
#include "core/builtins/ast/validate.h"
#include "core/object/audit.h"
#include "core/object/code.h"
#include "core/object/codec_registry.h"
#include "core/object/names.h"
#include "core/object/warning.h"
#include "core/vm/frame.h"

namespace py {

std::atomic<int> default_optimization{0};

namespace {

constexpr i64 kDontImplyDedent = 0x200, kOnlyAst = 0x400, kTypeComments = 0x1000, kTopLevelAwait = 0x2000,
              kIncompleteInput = 0x4000, kNested = 0x10, kFutures = 0x1FE0000;
constexpr i64 kKnownFlags =
    kDontImplyDedent | kOnlyAst | kTypeComments | kTopLevelAwait | kIncompleteInput | kNested | kFutures;

Failure surrogate_in_source(Thread& thread, Value source, isize index) {
  Str& encoding = intern(thread, "utf-8");
  Str& reason = intern(thread, "surrogates not allowed");
  return raise_with(thread, types.UnicodeEncodeError,
                    {encoding.value(), source, Value::integer(index), Value::integer(index + 1), reason.value()});
}

Result<ParseMode> parse_mode(Thread& thread, Str& text, bool only_tree) {
  if (text.equals("exec")) return ParseMode::Exec;
  if (text.equals("eval")) return ParseMode::Eval;
  if (text.equals("single")) return ParseMode::Single;
  if (text.equals("func_type")) {
    if (only_tree) return ParseMode::FunctionType;
    return raise(thread, types.ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
  }
  return raise(thread, types.ValueError,
               only_tree ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                         : "compile() mode must be 'exec', 'eval' or 'single'");
}

// Future statements of the code that calls us carry over.
u32 inherited_flags(Thread& thread) {
  return thread.frame_registers ? frame_code(thread.frame_registers).flags & kFutureAnnotations : 0;
}

Result<Ref<Code>> compile_object_tree(Thread& thread, Value object, const AstTypes& classes, Str& filename,
                                      const CompileOptions& options) {
  Arena arena;
  IdentifierTable identifiers(arena);
  TreeFromPython converter(thread, arena, identifiers, classes);
  ast::Mod* tree = TRY(converter.module(object, options.mode));
  TRY(validate_tree(thread, *tree));
  return compile_tree(thread, arena, identifiers, tree, filename, {}, options);
}

}  // namespace

Result<Ref<Str>> filename_argument(Thread& thread, Value value) {
  if (is<Str>(value)) {
    if (text::find(as<Str>(value).view(), TextView("", 1)) >= 0) return raise(thread, types.ValueError, "embedded null character");
    return Ref<Str>::share(&as<Str>(value));
  }
  if (is<Bytes>(value)) {
    Ref<> text = TRY(decode_utf8(thread, as<Bytes>(value).view(), &intern(thread, "surrogateescape")));
    return filename_argument(thread, text);
  }
  if (has_buffer(value)) {
    TRY(warn(thread, *types.DeprecationWarning,
             "path should be string, bytes, or os.PathLike, not " + std::string(type_of(value).name_view())));
    Ref<Bytes> bytes = TRY(Bytes::from(thread, TRY(get_buffer(thread, value)).view()));
    return filename_argument(thread, bytes.value());
  }
  Ref<> method = TRY(lookup_special(thread, value, names::__fspath__()));
  if (method.is_empty()) {
    return raise(thread, types.TypeError, "expected str, bytes or os.PathLike object, not {}", type_of(value));
  }
  Ref<> path = TRY(call(thread, method, {}));
  if (is<Str>(path) || is<Bytes>(path)) return filename_argument(thread, path);
  return raise(thread, types.TypeError, "expected {}.__fspath__() to return str or bytes, not {}", type_of(value),
               type_of(path));
}

Result<SourceText> source_text(Thread& thread, Value source, const char* function, const char* wanted) {
  SourceText result;
  if (is<Str>(source)) {
    Str& text = as<Str>(source);
    for (isize i = 0; !text.is_ascii() && i < text.length(); ++i) {
      if (text[i] >= 0xD800 && text[i] < 0xE000) return surrogate_in_source(thread, source, i);
    }
    result.text = text.utf8();
    result.is_str = true;
  } else if (has_buffer(source)) {
    Buffer buffer = TRY(get_buffer(thread, source));
    result.text = std::string(buffer.view());
  } else {
    return raise(thread, types.TypeError, "{}() arg 1 must be a {} object", function, wanted);
  }
  if (result.text.find('\0') != std::string::npos) {
    return raise(thread, types.ValueError, "source code string cannot contain null bytes");
  }
  return result;
}

CompileOptions compile_options(Thread& thread, ParseMode mode, const CompileFlags& flags) {
  CompileOptions options;
  options.mode = mode;
  options.future_flags = static_cast<u32>(flags.bits) & (kFutureAnnotations | kFutureBarryAsBdfl);
  if (!flags.dont_inherit) options.future_flags |= inherited_flags(thread);
  options.allow_incomplete_input = flags.bits & kIncompleteInput;
  options.dont_imply_dedent = flags.bits & kDontImplyDedent;
  options.allow_top_level_await = flags.bits & kTopLevelAwait;
  options.optimize = static_cast<u8>(flags.optimize < 0 ? default_optimization.load() : flags.optimize);
  return options;
}

Result<void> audit_compile(Thread& thread, const SourceText& source, Value filename) {
  if (LIKELY(!has_audit_hooks.load(std::memory_order_relaxed))) return {};
  Ref<Bytes> text = TRY(Bytes::from(thread, source.text));
  return audit(thread, "compile", {text.value(), filename});
}

Result<Ref<>> builtin_compile(Thread& thread, Value source, Value filename, Str& mode, isize flags, bool dont_inherit,
                              int optimize, int feature_version) {
  Ref<Str> name = TRY(filename_argument(thread, filename));
  if (flags & ~kKnownFlags) return raise(thread, types.ValueError, "compile(): unrecognised flags");
  if (optimize < -1 || optimize > 2) return raise(thread, types.ValueError, "compile(): invalid optimize value");
  const bool only_tree = flags & kOnlyAst;
  const ParseMode kind = TRY(parse_mode(thread, mode, only_tree));
  CompileOptions options = compile_options(thread, kind, {flags, dont_inherit, optimize, feature_version});
  const AstTypes& classes = *TRY(ast_types(thread));
  if (TRY(is_instance(thread, source, classes.bases[static_cast<usize>(AstBase::Ast)]->value()))) {
    if (only_tree) return Ref<>::share(source);
    return Ref<>(TRY(compile_object_tree(thread, source, classes, *name, options)));
  }
  SourceText program = TRY(source_text(thread, source, "compile", "string, bytes or AST"));
  TRY(audit_compile(thread, program, name->value()));
  options.source_is_str = program.is_str;
  if (!only_tree) return Ref<>(TRY(compile_source(thread, program.text, *name, options)));
  Arena arena;
  ParseResult parsed = TRY(parse_source(thread, arena, program.text, *name, options));
  return tree_to_python(thread, *parsed.module);
}

}  // namespace py
