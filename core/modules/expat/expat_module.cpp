// pyexpat: the functions and constants.
#include "core/modules/expat/parser.h"
#include "core/modules/registry.h"
#include "core/object/dict.h"

namespace py::expat {

namespace {

Result<Ref<>> error_string(Thread& thread, isize code) {
  const XML_LChar* text = XML_ErrorString(static_cast<XML_Error>(code));
  return text ? Ref<>(TRY(Str::from_utf8(thread, text))) : Ref<>::adopt(None);
}

constexpr MethodSpec kFunctions[] = {
    function<create_parser>("ParserCreate(encoding=None, namespace_separator=None, intern=<unrepresentable>)",
                            "Return a new XML parser object."),
    function<error_string>("ErrorString(code, /)", "Returns string error for given number."),
};

struct Constant {
  const char* name;
  int value;
};
#define CONSTANT(name) {#name, name},
constexpr Constant kErrors[] = {
    CONSTANT(XML_ERROR_NO_MEMORY) CONSTANT(XML_ERROR_SYNTAX) CONSTANT(XML_ERROR_NO_ELEMENTS)
    CONSTANT(XML_ERROR_INVALID_TOKEN) CONSTANT(XML_ERROR_UNCLOSED_TOKEN) CONSTANT(XML_ERROR_PARTIAL_CHAR)
    CONSTANT(XML_ERROR_TAG_MISMATCH) CONSTANT(XML_ERROR_DUPLICATE_ATTRIBUTE) CONSTANT(XML_ERROR_JUNK_AFTER_DOC_ELEMENT)
    CONSTANT(XML_ERROR_PARAM_ENTITY_REF) CONSTANT(XML_ERROR_UNDEFINED_ENTITY) CONSTANT(XML_ERROR_RECURSIVE_ENTITY_REF)
    CONSTANT(XML_ERROR_ASYNC_ENTITY) CONSTANT(XML_ERROR_BAD_CHAR_REF) CONSTANT(XML_ERROR_BINARY_ENTITY_REF)
    CONSTANT(XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF) CONSTANT(XML_ERROR_MISPLACED_XML_PI)
    CONSTANT(XML_ERROR_UNKNOWN_ENCODING) CONSTANT(XML_ERROR_INCORRECT_ENCODING)
    CONSTANT(XML_ERROR_UNCLOSED_CDATA_SECTION) CONSTANT(XML_ERROR_EXTERNAL_ENTITY_HANDLING)
    CONSTANT(XML_ERROR_NOT_STANDALONE) CONSTANT(XML_ERROR_UNEXPECTED_STATE) CONSTANT(XML_ERROR_ENTITY_DECLARED_IN_PE)
    CONSTANT(XML_ERROR_FEATURE_REQUIRES_XML_DTD) CONSTANT(XML_ERROR_CANT_CHANGE_FEATURE_ONCE_PARSING)
    CONSTANT(XML_ERROR_UNBOUND_PREFIX) CONSTANT(XML_ERROR_UNDECLARING_PREFIX) CONSTANT(XML_ERROR_INCOMPLETE_PE)
    CONSTANT(XML_ERROR_XML_DECL) CONSTANT(XML_ERROR_TEXT_DECL) CONSTANT(XML_ERROR_PUBLICID)
    CONSTANT(XML_ERROR_SUSPENDED) CONSTANT(XML_ERROR_NOT_SUSPENDED) CONSTANT(XML_ERROR_ABORTED)
    CONSTANT(XML_ERROR_FINISHED) CONSTANT(XML_ERROR_SUSPEND_PE) CONSTANT(XML_ERROR_RESERVED_PREFIX_XML)
    CONSTANT(XML_ERROR_RESERVED_PREFIX_XMLNS) CONSTANT(XML_ERROR_RESERVED_NAMESPACE_URI)
    CONSTANT(XML_ERROR_INVALID_ARGUMENT) CONSTANT(XML_ERROR_NO_BUFFER) CONSTANT(XML_ERROR_AMPLIFICATION_LIMIT_BREACH)
};
constexpr Constant kModel[] = {
    CONSTANT(XML_CTYPE_EMPTY) CONSTANT(XML_CTYPE_ANY) CONSTANT(XML_CTYPE_MIXED) CONSTANT(XML_CTYPE_NAME)
    CONSTANT(XML_CTYPE_CHOICE) CONSTANT(XML_CTYPE_SEQ) CONSTANT(XML_CQUANT_NONE) CONSTANT(XML_CQUANT_OPT)
    CONSTANT(XML_CQUANT_REP) CONSTANT(XML_CQUANT_PLUS)
};
constexpr Constant kEntityParsing[] = {
    CONSTANT(XML_PARAM_ENTITY_PARSING_NEVER) CONSTANT(XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE)
    CONSTANT(XML_PARAM_ENTITY_PARSING_ALWAYS)
};
#undef CONSTANT

// pyexpat.errors and pyexpat.model, which are imported by these names, too.
Result<Ref<Module>> add_submodule(Thread& thread, Module& module, const char* name, const char* doc) {
  Ref<Str> full = TRY(format_str(thread, "pyexpat.{}", name));
  Ref<Module> made = TRY(make_module(thread, full.value()));
  Ref<Str> text = TRY(Str::from_ascii(thread, doc));
  TRY(add_to_module(thread, *made, "__doc__", text.value()));
  TRY(loaded_modules()->set(thread, intern(thread, *full).value(), made.value()));
  TRY(add_to_module(thread, module, name, made.value()));
  return made;
}
Result<void> add_errors(Thread& thread, Module& module) {
  Ref<Module> errors = TRY(add_submodule(thread, module, "errors", "Constants used to describe error conditions."));
  Ref<Dict> codes = TRY(Dict::make(thread)), messages = TRY(Dict::make(thread));
  for (const Constant& error : kErrors) {
    Ref<Str> text = TRY(Str::from_utf8(thread, XML_ErrorString(static_cast<XML_Error>(error.value))));
    TRY(add_to_module(thread, *errors, error.name, text.value()));
    TRY(codes->set(thread, text.value(), Value::integer(error.value)));
    TRY(messages->set(thread, Value::integer(error.value), text.value()));
  }
  TRY(add_to_module(thread, *errors, "codes", codes.value()));
  return add_to_module(thread, *errors, "messages", messages.value());
}
Result<void> add_features(Thread& thread, Module& module) {
  Ref<List> features = TRY(List::make(thread));
  for (const XML_Feature* feature = XML_GetFeatureList(); feature->feature != XML_FEATURE_END; ++feature) {
    Ref<Str> name = TRY(Str::from_utf8(thread, feature->name));
    Ref<> number = TRY(make_int(thread, feature->value));
    TRY(features->append(thread, Ref<>(TRY(Tuple::from(thread, {name.value(), number})))));
  }
  return add_to_module(thread, module, "features", features.value());
}

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_parser(thread, module));
  TRY(expat_error.add(thread, module, "xml.parsers.expat", "ExpatError"));
  TRY(add_to_module(thread, module, "error", expat_error.value()));
  TRY(add_errors(thread, module));
  Ref<Module> model = TRY(add_submodule(thread, module, "model", "Constants used to interpret content model information."));
  for (const Constant& constant : kModel) TRY(add_int_to_module(thread, *model, constant.name, constant.value));
  for (const Constant& constant : kEntityParsing) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  TRY(add_features(thread, module));
  const XML_Expat_Version version = XML_ExpatVersionInfo();
  Ref<Tuple> numbers = TRY(Tuple::from(thread, {Value::integer(version.major), Value::integer(version.minor), Value::integer(version.micro)}));
  TRY(add_to_module(thread, module, "version_info", numbers.value()));
  Ref<Str> name = TRY(Str::from_utf8(thread, XML_ExpatVersion())), encoding = TRY(Str::from_ascii(thread, "UTF-8"));
  TRY(add_to_module(thread, module, "EXPAT_VERSION", name.value()));
  return add_to_module(thread, module, "native_encoding", encoding.value());
}

}  // namespace

}  // namespace py::expat

namespace py {

const ModuleSpec kExpatModule = {"pyexpat", "Python wrapper for Expat parser.", expat::kFunctions,
                                 std::size(expat::kFunctions), expat::initialize};

}  // namespace py
