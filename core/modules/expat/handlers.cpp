// From libexpat's callbacks to Python functions.
#include "core/modules/expat/parser.h"
#include "core/object/codec_registry.h"
#include "core/object/dict.h"
#include "core/object/layout.h"

#include <cstring>

namespace py::expat {

namespace {

// None for a null pointer.
Result<Ref<>> text_of(Thread& thread, const XML_Char* text) {
  if (!text) return Ref<>::adopt(None);
  return Ref<>(TRY(Str::from_utf8(thread, text)));
}
Result<Ref<>> text_of(Thread& thread, const XML_Char* text, int length) {
  return Ref<>(TRY(Str::from_utf8(thread, {text, static_cast<usize>(length)})));
}
// A name that comes again and again: one object for all.
Result<Ref<>> name_of(Thread& thread, Parser& parser, const XML_Char* text) {
  Ref<> name = TRY(text_of(thread, text));
  const Value known = parser.intern.peek();
  if (name.value().is_none() || !is<Dict>(known)) return name;
  return as<Dict>(known).set_default(thread, name, name);
}

void stop(Thread& thread, Parser& parser) {
  if (parser.failure.peek().is_empty()) {
    parser.failure.store(parser, take_pending(thread));
  } else {
    clear_pending(thread);
  }
  XML_StopParser(parser.parser, XML_FALSE);
}

// One callback: runs body() unless the parse has failed already; body's failure stops it.
template <class Body>
bool in_callback(void* data, Body&& body) {
  Parser& parser = *static_cast<Parser*>(data);
  if (!parser.failure.peek().is_empty()) return false;
  Thread& thread = current_thread();
  Result<void> result = body(thread, parser);
  if (!result.failed()) return true;
  stop(thread, parser);
  return false;
}

Result<Ref<>> call_handler(Thread& thread, Parser& parser, Handler which, const Arguments& arguments) {
  TRY(flush_text(thread, parser));
  Ref<> function = parser.handlers[static_cast<usize>(which)].load();
  if (function.value().is_none()) return Ref<>::adopt(None);
  const bool outer = std::exchange(parser.in_callback, true);
  Result<Ref<>> answer = call(thread, function, arguments);
  parser.in_callback = outer;
  return answer;
}
Result<Ref<>> call_handler(Thread& thread, Parser& parser, Handler which, std::initializer_list<Value> arguments) {
  return call_handler(thread, parser, which, Arguments{arguments.begin(), static_cast<u32>(arguments.size())});
}
Result<void> tell(Thread& thread, Parser& parser, Handler which, std::initializer_list<Value> arguments) {
  TRY(call_handler(thread, parser, which, arguments));
  return {};
}

// Elements

Result<Ref<>> attributes_of(Thread& thread, Parser& parser, const XML_Char** attributes) {
  usize count = 0;
  if (parser.specified_attributes.load(std::memory_order_relaxed)) {
    count = static_cast<usize>(XML_GetSpecifiedAttributeCount(parser.parser));
  } else {
    while (attributes[count]) count += 2;
  }
  const bool ordered = parser.ordered_attributes.load(std::memory_order_relaxed);
  Ref<List> list = TRY(List::make(thread));
  Ref<Dict> dict = TRY(Dict::make(thread));
  for (usize i = 0; i < count; i += 2) {
    Ref<> name = TRY(name_of(thread, parser, attributes[i]));
    Ref<> value = TRY(text_of(thread, attributes[i + 1]));
    if (ordered) {
      TRY(list->append(thread, name));
      TRY(list->append(thread, value));
    } else {
      TRY(dict->set(thread, name, value));
    }
  }
  return ordered ? Ref<>(std::move(list)) : Ref<>(std::move(dict));
}

void on_start_element(void* data, const XML_Char* name, const XML_Char** attributes) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    Ref<> container = TRY(attributes_of(thread, parser, attributes));
    Ref<> tag = TRY(name_of(thread, parser, name));
    return tell(thread, parser, Handler::StartElement, {tag, container});
  });
}

// Texts. A handler of one name, or of several texts; `s` stands for a text, `n` for a name that is interned.
template <Handler which, class... Texts>
void tell_texts(void* data, const char* kinds, Texts... texts) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    const XML_Char* const all[] = {texts...};
    Ref<> values[sizeof...(texts)];
    Value borrowed[sizeof...(texts)];
    for (usize i = 0; i < sizeof...(texts); ++i) {
      values[i] = kinds[i] == 'n' ? TRY(name_of(thread, parser, all[i])) : TRY(text_of(thread, all[i]));
      borrowed[i] = values[i];
    }
    TRY(call_handler(thread, parser, which, Arguments{borrowed, sizeof...(texts)}));
    return {};
  });
}
using Text = const XML_Char*;
void on_end_element(void* data, Text name) { tell_texts<Handler::EndElement>(data, "n", name); }
void on_instruction(void* data, Text target, Text content) {
  tell_texts<Handler::ProcessingInstruction>(data, "ns", target, content);
}
void on_unparsed_entity(void* data, Text name, Text base, Text system, Text public_id, Text notation) {
  tell_texts<Handler::UnparsedEntityDecl>(data, "nnnnn", name, base, system, public_id, notation);
}
void on_notation(void* data, Text name, Text base, Text system, Text public_id) {
  tell_texts<Handler::NotationDecl>(data, "nnnn", name, base, system, public_id);
}
void on_start_namespace(void* data, Text prefix, Text uri) {
  tell_texts<Handler::StartNamespaceDecl>(data, "nn", prefix, uri);
}
void on_end_namespace(void* data, Text prefix) { tell_texts<Handler::EndNamespaceDecl>(data, "n", prefix); }
void on_comment(void* data, Text content) { tell_texts<Handler::Comment>(data, "s", content); }

template <Handler which>
void on_event(void* data) {
  in_callback(data, [](Thread& thread, Parser& parser) { return tell(thread, parser, which, {}); });
}

// Character data

Result<void> tell_text(Thread& thread, Parser& parser, const XML_Char* text, int length) {
  Ref<> content = TRY(text_of(thread, text, length));
  return tell(thread, parser, Handler::CharacterData, {content});
}
void on_text(void* data, const XML_Char* text, int length) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    if (!parser.buffer_text.load(std::memory_order_relaxed)) return tell_text(thread, parser, text, length);
    const i64 room = parser.buffer_size.load(std::memory_order_relaxed);
    if (parser.text->length() + length > room) {
      TRY(flush_text(thread, parser));
      // The handler may have been taken away.
      if (parser.handler(Handler::CharacterData).is_none()) return {};
    }
    if (length > room) return tell_text(thread, parser, text, length);
    return codec::append_utf8(*parser.text, text, length) ? Result<void>() : raise_memory_error(thread);
  });
}
template <Handler which>
void on_default(void* data, const XML_Char* text, int length) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    Ref<> content = TRY(text_of(thread, text, length));
    return tell(thread, parser, which, {content});
  });
}

// Declarations

// The number that a handler answered.
Result<void> take_answer(Thread& thread, Result<Ref<>> result, int& answer) {
  if (result.failed()) return failure;
  Ref<> value = result.take();
  answer = TRY(to_int(thread, value));
  return {};
}
int on_not_standalone(void* data) {
  int answer = 0;
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    return take_answer(thread, call_handler(thread, parser, Handler::NotStandalone, std::initializer_list<Value>{}), answer);
  });
  return answer;
}
int on_external_entity(XML_Parser xml, Text context, Text base, Text system, Text public_id) {
  int answer = 0;
  in_callback(XML_GetUserData(xml), [&](Thread& thread, Parser& parser) -> Result<void> {
    Ref<> first = TRY(text_of(thread, context)), second = TRY(name_of(thread, parser, base));
    Ref<> third = TRY(name_of(thread, parser, system)), fourth = TRY(name_of(thread, parser, public_id));
    Result<Ref<>> result = call_handler(thread, parser, Handler::ExternalEntityRef, {first, second, third, fourth});
    return take_answer(thread, std::move(result), answer);
  });
  return answer;
}
void on_start_doctype(void* data, Text name, Text system, Text public_id, int internal_subset) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    Ref<> first = TRY(name_of(thread, parser, name)), second = TRY(name_of(thread, parser, system));
    Ref<> third = TRY(name_of(thread, parser, public_id));
    return tell(thread, parser, Handler::StartDoctypeDecl, {first, second, third, Value::integer(internal_subset)});
  });
}
void on_entity(void* data, Text name, int is_parameter, Text value, int length, Text base, Text system, Text public_id,
               Text notation) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    Ref<> first = TRY(name_of(thread, parser, name));
    Ref<> content = value ? TRY(text_of(thread, value, length)) : Ref<>::adopt(None);
    Ref<> third = TRY(name_of(thread, parser, base)), fourth = TRY(name_of(thread, parser, system));
    Ref<> fifth = TRY(name_of(thread, parser, public_id)), sixth = TRY(name_of(thread, parser, notation));
    return tell(thread, parser, Handler::EntityDecl,
                {first, Value::integer(is_parameter), content, third, fourth, fifth, sixth});
  });
}
void on_xml_declaration(void* data, Text version, Text encoding, int standalone) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    Ref<> first = TRY(text_of(thread, version)), second = TRY(text_of(thread, encoding));
    return tell(thread, parser, Handler::XmlDecl, {first, second, Value::integer(standalone)});
  });
}

// (type, quantifier, name, children). libexpat bounds the depth by the length of the declaration.
Result<Ref<>> model_of(Thread& thread, Parser& parser, const XML_Content& content, int depth) {
  if (depth > 1000) return raise(thread, types.RecursionError, "maximum recursion depth exceeded in a content model");
  Ref<Tuple> children = TRY(Tuple::allocate(thread, content.numchildren));
  for (unsigned i = 0; i < content.numchildren; ++i) {
    set_fresh(*children, children->items()[i], TRY(model_of(thread, parser, content.children[i], depth + 1)));
  }
  Ref<> name = TRY(name_of(thread, parser, content.name));
  return Ref<>(TRY(Tuple::from(thread, {Value::integer(content.type), Value::integer(content.quant), name, children.value()})));
}
void on_element_declaration(void* data, Text name, XML_Content* model) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    Ref<> described = TRY(model_of(thread, parser, *model, 0));
    Ref<> tag = TRY(name_of(thread, parser, name));
    return tell(thread, parser, Handler::ElementDecl, {tag, described});
  });
  XML_FreeContentModel(static_cast<Parser*>(data)->parser, model);
}
void on_attribute_list(void* data, Text element, Text attribute, Text type, Text value, int required) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    Ref<> first = TRY(name_of(thread, parser, element)), second = TRY(name_of(thread, parser, attribute));
    Ref<> third = TRY(text_of(thread, type)), fourth = TRY(text_of(thread, value));
    return tell(thread, parser, Handler::AttlistDecl, {first, second, third, fourth, Value::integer(required)});
  });
}
void on_skipped_entity(void* data, Text name, int is_parameter) {
  in_callback(data, [&](Thread& thread, Parser& parser) -> Result<void> {
    Ref<> first = TRY(name_of(thread, parser, name));
    return tell(thread, parser, Handler::SkippedEntity, {first, Value::integer(is_parameter)});
  });
}

}  // namespace

Result<void> flush_text(Thread& thread, Parser& parser) {
  if (parser.text->length() == 0) return {};
  Ref<Str> content = TRY(Str::from_view(thread, parser.text->view()));
  parser.text->clear();
  return tell(thread, parser, Handler::CharacterData, {content.value()});
}

void connect(Parser& self, Handler which) {
  XML_Parser parser = self.parser;
  const bool on = !self.handler(which).is_none();
#define CONNECT(handler, setter, callback) \
  case Handler::handler: return setter(parser, on ? callback : nullptr);
  switch (which) {
    CONNECT(StartElement, XML_SetStartElementHandler, on_start_element)
    CONNECT(EndElement, XML_SetEndElementHandler, on_end_element)
    CONNECT(ProcessingInstruction, XML_SetProcessingInstructionHandler, on_instruction)
    CONNECT(CharacterData, XML_SetCharacterDataHandler, on_text)
    CONNECT(UnparsedEntityDecl, XML_SetUnparsedEntityDeclHandler, on_unparsed_entity)
    CONNECT(NotationDecl, XML_SetNotationDeclHandler, on_notation)
    CONNECT(StartNamespaceDecl, XML_SetStartNamespaceDeclHandler, on_start_namespace)
    CONNECT(EndNamespaceDecl, XML_SetEndNamespaceDeclHandler, on_end_namespace)
    CONNECT(Comment, XML_SetCommentHandler, on_comment)
    CONNECT(StartCdataSection, XML_SetStartCdataSectionHandler, on_event<Handler::StartCdataSection>)
    CONNECT(EndCdataSection, XML_SetEndCdataSectionHandler, on_event<Handler::EndCdataSection>)
    CONNECT(Default, XML_SetDefaultHandler, on_default<Handler::Default>)
    CONNECT(DefaultHandlerExpand, XML_SetDefaultHandlerExpand, on_default<Handler::DefaultHandlerExpand>)
    CONNECT(NotStandalone, XML_SetNotStandaloneHandler, on_not_standalone)
    CONNECT(ExternalEntityRef, XML_SetExternalEntityRefHandler, on_external_entity)
    CONNECT(StartDoctypeDecl, XML_SetStartDoctypeDeclHandler, on_start_doctype)
    CONNECT(EndDoctypeDecl, XML_SetEndDoctypeDeclHandler, on_event<Handler::EndDoctypeDecl>)
    CONNECT(EntityDecl, XML_SetEntityDeclHandler, on_entity)
    CONNECT(XmlDecl, XML_SetXmlDeclHandler, on_xml_declaration)
    CONNECT(ElementDecl, XML_SetElementDeclHandler, on_element_declaration)
    CONNECT(AttlistDecl, XML_SetAttlistDeclHandler, on_attribute_list)
    CONNECT(SkippedEntity, XML_SetSkippedEntityHandler, on_skipped_entity)
  }
#undef CONNECT
}
void connect_all(Parser& parser) {
  for (usize i = 0; i < kHandlers; ++i) {
    const Handler which = static_cast<Handler>(i);
    if (!parser.handler(which).is_none()) connect(parser, which);
  }
}

}  // namespace py::expat
