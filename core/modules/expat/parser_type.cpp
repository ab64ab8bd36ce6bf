// pyexpat.xmlparser as Python sees it.
#include "core/builtins/bytes_like.h"
#include "core/modules/expat/parser.h"
#include "core/object/allocate.h"
#include "core/object/codec_registry.h"
#include "core/object/dict.h"
#include "core/object/layout.h"

#include <climits>
#include <random>

namespace py::expat {

Type* parser_type;
ModuleException expat_error;

namespace {

constexpr int kBufferSize = 8192;
constexpr usize kLargestStep = 1 << 20;  // bytes that libexpat is given at a time
constexpr isize kFileBlock = 2048;

void visit(Object& object, Visitor& visitor) {
  Parser& self = static_cast<Parser&>(object);
  for (Field& handler : self.handlers) visitor.visit(handler);
  visit_fields<Parser, &Parser::intern, &Parser::parent, &Parser::failure>(object, visitor);
}
void release(Object& object) {
  Parser& self = static_cast<Parser&>(object);
  if (self.parser) XML_ParserFree(self.parser);
  delete self.text;
  release_attributes(object);
}

}  // namespace

const ObjectOps Parser::kOps = {"xmlparser", visit, release, fixed_size};

Failure raise_expat(Thread& thread, Parser& self, XML_Error code) {
  const i64 line = static_cast<i64>(XML_GetErrorLineNumber(self.parser));
  const i64 column = static_cast<i64>(XML_GetErrorColumnNumber(self.parser));
  Result<Ref<Str>> text = format_str(thread, "{}: line {}, column {}", XML_ErrorString(code), line, column);
  if (text.failed()) return failure;
  Ref<Str> message = text.take();
  Result<Ref<>> made = call(thread, expat_error.value(), {message.value()});
  if (made.failed()) return failure;
  Ref<> error = made.take();
  const std::pair<const char*, i64> details[] = {{"code", code}, {"offset", column}, {"lineno", line}};
  for (auto [name, number] : details) {
    if (set_attribute(thread, error, name, Value::integer(number)).failed()) return failure;
  }
  return raise_value(thread, error);
}

namespace {

// One step's outcome: what a handler raised comes first.
Result<void> check(Thread& thread, Parser& self, XML_Status status) {
  Ref<> raised = self.failure.load();
  if (!raised.is_empty()) {
    self.failure.store(self, Ref<>());
    self.text->clear();
    return raise_value(thread, raised);
  }
  if (status == XML_STATUS_ERROR) return raise_expat(thread, self, XML_GetErrorCode(self.parser));
  return {};
}
Result<void> feed(Thread& thread, Parser& self, std::string_view data, bool final) {
  do {
    const usize size = data.size() < kLargestStep ? data.size() : kLargestStep;
    const bool last = final && size == data.size();
    TRY(check(thread, self, XML_Parse(self.parser, data.data(), static_cast<int>(size), last)));
    data.remove_prefix(size);
  } while (!data.empty());
  return {};
}

Result<void> enter(Thread& thread, Parser& self, io::CallGuard& guard) { return guard.enter_again(thread, self, self.lock); }
// libexpat cannot be entered from one of its own callbacks.
Result<void> enter_to_parse(Thread& thread, Parser& self, io::CallGuard& guard) {
  TRY(enter(thread, self, guard));
  if (self.in_callback) return raise(thread, types.RuntimeError, "the parser is called from one of its own handlers");
  return {};
}

Result<int> parse(Thread& thread, Value value, Value data, bool is_final) {
  Parser& self = parser_of(value);
  io::CallGuard guard;
  TRY(enter_to_parse(thread, self, guard));
  if (is<Str>(data)) {
    Ref<> encoded = TRY(encode_utf8(thread, as<Str>(data)));
    XML_SetEncoding(self.parser, "utf-8");
    TRY(feed(thread, self, as<Bytes>(encoded).view(), is_final));
  } else {
    BytesLike bytes = TRY(BytesLike::open(thread, data));
    TRY(feed(thread, self, bytes.bytes(), is_final));
  }
  TRY(flush_text(thread, self));
  return 1;
}

Result<int> parse_file(Thread& thread, Value value, Value file) {
  Parser& self = parser_of(value);
  io::CallGuard guard;
  TRY(enter_to_parse(thread, self, guard));
  Ref<> read = TRY(get_attribute_or_empty(thread, file, "read"));
  if (read.is_empty()) return raise(thread, types.TypeError, "argument must have 'read' attribute");
  for (bool at_end = false; !at_end;) {
    Ref<> chunk = TRY(call(thread, read, {Value::integer(kFileBlock)}));
    const bool is_bytes = is<Bytes>(chunk);
    if (!is_bytes && !is_exact<ByteArray>(chunk)) {
      return raise(thread, types.TypeError, "read() did not return a bytes object (type={})", type_of(chunk));
    }
    BytesLike bytes = TRY(BytesLike::open(thread, chunk));
    const isize size = static_cast<isize>(bytes.bytes().size());
    if (size > kFileBlock) {
      return raise(thread, types.ValueError, "read() returned too much data: {} bytes requested, {} returned", kFileBlock, size);
    }
    at_end = size == 0;
    TRY(feed(thread, self, bytes.bytes(), at_end));
  }
  TRY(flush_text(thread, self));
  return 1;
}

// An encoding that libexpat does not know: a codec whose bytes stand for one character each.
int on_unknown_encoding(void* data, const XML_Char* name, XML_Encoding* info) {
  Parser& self = *static_cast<Parser*>(data);
  Thread& thread = current_thread();
  auto fill = [&]() -> Result<void> {
    Ref<Bytes> all = TRY(Bytes::allocate(thread, 256));
    for (int i = 0; i < 256; ++i) all->data()[i] = static_cast<u8>(i);
    Ref<Str> encoding = TRY(Str::from_utf8(thread, name));
    Ref<> decoded = TRY(decode_text(thread, all.value(), encoding.get(), &intern(thread, "replace")));
    const Str& text = as<Str>(decoded);
    if (text.length() != 256) return raise(thread, types.ValueError, "multi-byte encodings are not supported");
    for (int i = 0; i < 256; ++i) info->map[i] = text[i] == 0xFFFD ? -1 : static_cast<int>(text[i]);
    info->data = nullptr;
    info->convert = nullptr;
    info->release = nullptr;
    return {};
  };
  if (!self.failure.peek().is_empty()) return XML_STATUS_ERROR;
  if (!fill().failed()) return XML_STATUS_OK;
  self.failure.store(self, take_pending(thread));
  return XML_STATUS_ERROR;
}

Result<Str*> text_or_null(Thread& thread, Value value, const char* what) {
  if (value.is_none() || value == Unbound) return static_cast<Str*>(nullptr);
  if (is<Str>(value)) return &as<Str>(value);
  return raise(thread, types.TypeError, "{} must be str or None, not {}", what, type_of(value));
}

}  // namespace

Result<Ref<Parser>> allocate_parser(Thread& thread) {
  Ref<Parser> self = TRY(new_object<Parser>(thread, *parser_type));
  self->parser = nullptr;
  self->text = new TextBuilder;
  self->lock.reset();
  for (Field& handler : self->handlers) handler.initialize(None);
  self->intern.initialize(None);
  self->parent.initialize(None);
  self->buffer_size.store(kBufferSize, std::memory_order_relaxed);
  for (std::atomic<bool>* flag :
       {&self->buffer_text, &self->ordered_attributes, &self->specified_attributes, &self->namespace_prefixes}) {
    flag->store(false, std::memory_order_relaxed);
  }
  self->in_callback = false;
  return self;
}

Result<Ref<>> create_parser(Thread& thread, Value encoding_value, Value separator_value, Value intern) {
  Str* encoding = TRY(text_or_null(thread, encoding_value, "ParserCreate() argument 'encoding'"));
  Str* separator = TRY(text_or_null(thread, separator_value, "ParserCreate() argument 'namespace_separator'"));
  const std::string separator_text = separator ? separator->utf8() : std::string();
  if (separator_text.size() > 1) {
    return raise(thread, types.ValueError, "namespace_separator must be at most one character, omitted, or None");
  }
  if (intern != Unbound && !intern.is_none() && !is<Dict>(intern)) {
    return raise(thread, types.TypeError, "intern must be a dictionary");
  }
  Ref<Parser> self = TRY(allocate_parser(thread));
  Ref<> names = intern == Unbound ? Ref<>(TRY(Dict::make(thread))) : Ref<>::share(intern);
  self->intern.store(*self, std::move(names));
  const std::string encoding_text = encoding ? encoding->utf8() : std::string();
  self->parser = XML_ParserCreate_MM(encoding ? encoding_text.c_str() : nullptr, nullptr,
                                     separator ? separator_text.c_str() : nullptr);
  if (!self->parser) return raise_memory_error(thread);
  static const unsigned long salt = std::random_device{}();
  XML_SetHashSalt(self->parser, salt | 1);
  XML_SetUserData(self->parser, self.get());
  XML_SetUnknownEncodingHandler(self->parser, on_unknown_encoding, self.get());
  return Ref<>(std::move(self));
}

Result<void> set_handler(Thread& thread, Parser& self, Handler which, Value function) {
  if (function == Unbound) return raise(thread, types.RuntimeError, "Cannot delete attribute");
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  if (which == Handler::CharacterData) TRY(flush_text(thread, self));
  self.handlers[static_cast<usize>(which)].store(self, function);
  connect(self, which);
  return {};
}

namespace {

Result<void> set_base(Thread& thread, Value value, Str& base) {
  io::CallGuard guard;
  TRY(enter(thread, parser_of(value), guard));
  if (!XML_SetBase(parser_of(value).parser, base.utf8().c_str())) return raise_memory_error(thread);
  return {};
}
Result<Ref<>> get_base(Thread& thread, Value value) {
  io::CallGuard guard;
  TRY(enter(thread, parser_of(value), guard));
  const XML_Char* base = XML_GetBase(parser_of(value).parser);
  return base ? Ref<>(TRY(Str::from_utf8(thread, base))) : Ref<>::adopt(None);
}
Result<Ref<>> get_input_context(Thread& thread, Value value) {
  Parser& self = parser_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  if (!self.in_callback) return Ref<>::adopt(None);
  int offset = 0, size = 0;
  const char* context = XML_GetInputContext(self.parser, &offset, &size);
  if (!context) return Ref<>::adopt(None);
  return Ref<>(TRY(Bytes::from(thread, {context + offset, static_cast<usize>(size - offset)})));
}

Result<Ref<>> create_for_entity(Thread& thread, Value value, Value context_value, Value encoding_value) {
  Parser& self = parser_of(value);
  if (!context_value.is_none() && !is<Str>(context_value)) {
    return raise(thread, types.TypeError, "ExternalEntityParserCreate() argument 1 must be str or None, not {}", type_of(context_value));
  }
  if (encoding_value != Unbound && !is<Str>(encoding_value)) {
    return raise(thread, types.TypeError, "ExternalEntityParserCreate() argument 2 must be str, not {}", type_of(encoding_value));
  }
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  const bool has_context = is<Str>(context_value), has_encoding = is<Str>(encoding_value);
  const std::string context = has_context ? as<Str>(context_value).utf8() : std::string();
  const std::string encoding = has_encoding ? as<Str>(encoding_value).utf8() : std::string();
  Ref<Parser> child = TRY(allocate_parser(thread));
  child->parser = XML_ExternalEntityParserCreate(self.parser, has_context ? context.c_str() : nullptr,
                                                 has_encoding ? encoding.c_str() : nullptr);
  if (!child->parser) return raise_memory_error(thread);
  XML_SetUserData(child->parser, child.get());
  XML_SetUnknownEncodingHandler(child->parser, on_unknown_encoding, child.get());
  child->parent.store(*child, value);
  child->intern.store(*child, self.intern.load());
  for (usize i = 0; i < kHandlers; ++i) child->handlers[i].store(*child, self.handlers[i].load());
  child->buffer_size.store(self.buffer_size.load());
  child->buffer_text.store(self.buffer_text.load());
  child->ordered_attributes.store(self.ordered_attributes.load());
  child->specified_attributes.store(self.specified_attributes.load());
  child->namespace_prefixes.store(self.namespace_prefixes.load());
  connect_all(*child);
  return Ref<>(std::move(child));
}

Result<int> set_entity_parsing(Thread& thread, Value value, int flag) {
  io::CallGuard guard;
  TRY(enter(thread, parser_of(value), guard));
  return XML_SetParamEntityParsing(parser_of(value).parser, static_cast<XML_ParamEntityParsing>(flag));
}
Result<void> use_foreign_dtd(Thread& thread, Value value, bool flag) {
  Parser& self = parser_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  const XML_Error code = XML_UseForeignDTD(self.parser, flag ? XML_TRUE : XML_FALSE);
  if (code != XML_ERROR_NONE) return raise_expat(thread, self, code);
  return {};
}

// Properties

template <Handler which>
Result<Ref<>> get_handler(Thread&, Value self) {
  return parser_of(self).handlers[static_cast<usize>(which)].load();
}
template <Handler which>
Result<void> set_handler_of(Thread& thread, Value self, Value function) {
  return set_handler(thread, parser_of(self), which, function);
}
template <auto function>
Result<Ref<>> get_place(Thread& thread, Value value) {
  io::CallGuard guard;
  TRY(enter(thread, parser_of(value), guard));
  return make_int(thread, static_cast<i64>(function(parser_of(value).parser)));
}
template <std::atomic<bool> Parser::*flag>
Result<Ref<>> get_flag(Thread&, Value self) {
  return Ref<>::adopt(Value::boolean((parser_of(self).*flag).load(std::memory_order_relaxed)));
}
template <std::atomic<bool> Parser::*flag>
Result<void> set_flag(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.RuntimeError, "Cannot delete attribute");
  (parser_of(self).*flag).store(TRY(is_true(thread, value)), std::memory_order_relaxed);
  return {};
}
Result<void> set_buffer_text(Thread& thread, Value self, Value value) {
  io::CallGuard guard;
  TRY(enter(thread, parser_of(self), guard));
  TRY(set_flag<&Parser::buffer_text>(thread, self, value));
  return flush_text(thread, parser_of(self));
}
Result<void> set_namespace_prefixes(Thread& thread, Value self, Value value) {
  io::CallGuard guard;
  TRY(enter(thread, parser_of(self), guard));
  TRY(set_flag<&Parser::namespace_prefixes>(thread, self, value));
  XML_SetReturnNSTriplet(parser_of(self).parser, parser_of(self).namespace_prefixes.load());
  return {};
}
Result<Ref<>> get_buffer_size(Thread& thread, Value self) {
  return make_int(thread, parser_of(self).buffer_size.load(std::memory_order_relaxed));
}
Result<void> set_buffer_size(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.RuntimeError, "Cannot delete attribute");
  if (!is_integer(value)) return raise(thread, types.TypeError, "buffer_size must be an integer");
  const i64 size = TRY(to_i64(thread, value));
  if (size <= 0) return raise(thread, types.ValueError, "buffer_size must be greater than zero");
  if (size > INT_MAX) return raise(thread, types.ValueError, "buffer_size must not be greater than {}", INT_MAX);
  io::CallGuard guard;
  TRY(enter(thread, parser_of(self), guard));
  TRY(flush_text(thread, parser_of(self)));
  parser_of(self).buffer_size.store(size, std::memory_order_relaxed);
  return {};
}
Result<Ref<>> get_buffer_used(Thread& thread, Value self) {
  io::CallGuard guard;
  TRY(enter(thread, parser_of(self), guard));
  return make_int(thread, parser_of(self).text->length());
}
Result<Ref<>> get_intern(Thread&, Value self) { return parser_of(self).intern.load(); }

constexpr MethodSpec kMethods[] = {
    def<parse>("Parse(data, isfinal=False, /)",
               "Parse XML data.\n\n'isfinal' should be true at end of input."),
    def<parse_file>("ParseFile(file, /)", "Parse XML data from file-like object."),
    def<set_base>("SetBase(base, /)", "Set the base URL for the parser."),
    def<get_base>("GetBase()", "Return base URL string for the parser."),
    def<get_input_context>("GetInputContext()",
                           "Return the untranslated text of the input that caused the current event.\n\n"
                           "If the event was generated by a large amount of text (such as a start tag for\n"
                           "an element with many attributes), not all of the text may be available."),
    def<create_for_entity>("ExternalEntityParserCreate(context, encoding=<unrepresentable>, /)",
                           "Create a parser for parsing an external entity based on the information passed to the "
                           "ExternalEntityRefHandler."),
    def<set_entity_parsing>("SetParamEntityParsing(flag, /)",
                            "Controls parsing of parameter entities (including the external DTD subset).\n\n"
                            "flag is one of the XML_PARAM_ENTITY_PARSING_ constants. Returns true if setting it was\n"
                            "successful."),
    def<use_foreign_dtd>("UseForeignDTD(flag=True, /)",
                         "Allows the application to provide an artificial external subset if one is not specified as\n"
                         "part of the document instance, by the ExternalEntityRefHandler."),
};
#define NAMED_HANDLER(name, attribute) \
  {attribute, nullptr, get_handler<Handler::name>, set_handler_of<Handler::name>},
#define HANDLER(name) NAMED_HANDLER(name, #name "Handler")
constexpr PropertySpec kProperties[] = {
    HANDLER(StartElement) HANDLER(EndElement) HANDLER(ProcessingInstruction) HANDLER(CharacterData)
    HANDLER(UnparsedEntityDecl) HANDLER(NotationDecl) HANDLER(StartNamespaceDecl) HANDLER(EndNamespaceDecl)
    HANDLER(Comment) HANDLER(StartCdataSection) HANDLER(EndCdataSection) HANDLER(Default)
    NAMED_HANDLER(DefaultHandlerExpand, "DefaultHandlerExpand") HANDLER(NotStandalone) HANDLER(ExternalEntityRef)
    HANDLER(StartDoctypeDecl) HANDLER(EndDoctypeDecl) HANDLER(EntityDecl) HANDLER(XmlDecl) HANDLER(ElementDecl)
    HANDLER(AttlistDecl) HANDLER(SkippedEntity)
    {"ErrorCode", nullptr, get_place<XML_GetErrorCode>},
    {"ErrorLineNumber", nullptr, get_place<XML_GetErrorLineNumber>},
    {"ErrorColumnNumber", nullptr, get_place<XML_GetErrorColumnNumber>},
    {"ErrorByteIndex", nullptr, get_place<XML_GetErrorByteIndex>},
    {"CurrentLineNumber", nullptr, get_place<XML_GetCurrentLineNumber>},
    {"CurrentColumnNumber", nullptr, get_place<XML_GetCurrentColumnNumber>},
    {"CurrentByteIndex", nullptr, get_place<XML_GetCurrentByteIndex>},
    {"buffer_size", nullptr, get_buffer_size, set_buffer_size},
    {"buffer_text", nullptr, get_flag<&Parser::buffer_text>, set_buffer_text},
    {"buffer_used", nullptr, get_buffer_used},
    {"namespace_prefixes", nullptr, get_flag<&Parser::namespace_prefixes>, set_namespace_prefixes},
    {"ordered_attributes", nullptr, get_flag<&Parser::ordered_attributes>, set_flag<&Parser::ordered_attributes>},
    {"specified_attributes", nullptr, get_flag<&Parser::specified_attributes>, set_flag<&Parser::specified_attributes>},
    {"intern", nullptr, get_intern},
};
#undef HANDLER
#undef NAMED_HANDLER
constexpr TypeSpec kSpec = {.name = "pyexpat.xmlparser",
                            .doc = "XML parser",
                            .methods = kMethods,
                            .method_count = std::size(kMethods),
                            .properties = kProperties,
                            .property_count = std::size(kProperties),
                            .ops = &Parser::kOps,
                            .size = sizeof(Parser),
                            .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace

Result<void> add_parser(Thread& thread, Module& module) {
  parser_type = TRY(add_type_to_module(thread, module, kSpec));
  return add_to_module(thread, module, "XMLParserType", parser_type->value());
}

}  // namespace py::expat
