// pyexpat.xmlparser: a parser of libexpat with Python functions as its handlers.
//
// libexpat calls back from the middle of a parse. A handler's exception is kept aside, stops the parser, and is raised
// when the parse has returned; no other handler runs until then.
// Threads: parsing and everything that changes the parser holds its CallLock, which its owner may enter again.
#pragma once
#include <expat.h>

#include "core/base/text/text_builder.h"
#include "core/modules/exception_class.h"
#include "core/modules/io/call_lock.h"

namespace py::expat {

// The handlers, in the order of their fields.
#define EXPAT_HANDLERS(HANDLER)                                                                             \
  HANDLER(StartElement) HANDLER(EndElement) HANDLER(ProcessingInstruction) HANDLER(CharacterData)           \
  HANDLER(UnparsedEntityDecl) HANDLER(NotationDecl) HANDLER(StartNamespaceDecl) HANDLER(EndNamespaceDecl)   \
  HANDLER(Comment) HANDLER(StartCdataSection) HANDLER(EndCdataSection) HANDLER(Default)                     \
  HANDLER(DefaultHandlerExpand) HANDLER(NotStandalone) HANDLER(ExternalEntityRef) HANDLER(StartDoctypeDecl) \
  HANDLER(EndDoctypeDecl) HANDLER(EntityDecl) HANDLER(XmlDecl) HANDLER(ElementDecl) HANDLER(AttlistDecl)    \
  HANDLER(SkippedEntity)
enum class Handler : u8 {
#define HANDLER(name) name,
  EXPAT_HANDLERS(HANDLER)
#undef HANDLER
};
inline constexpr usize kHandlers = 22;

class Parser final : public Object {
 public:
  Field handlers[kHandlers];  // None: not set
  Field intern;               // Dict of names, or None
  Field parent;               // of a parser of an external entity; else None
  Field failure;              // the exception of a handler, or Empty
  XML_Parser parser;          // null: not made
  TextBuilder* text;          // character data that was not handed over yet
  io::CallLock lock;
  std::atomic<i64> buffer_size;
  std::atomic<bool> buffer_text, ordered_attributes, specified_attributes, namespace_prefixes;
  bool in_callback;
  static const ObjectOps kOps;

  Value handler(Handler which) const { return handlers[static_cast<usize>(which)].peek(); }
};
extern Type* parser_type;
extern ModuleException expat_error;
inline Parser& parser_of(Value self) { return *static_cast<Parser*>(self.object()); }

// ExpatError "...: line 1, column 2".
COLD Failure raise_expat(Thread& thread, Parser& parser, XML_Error code);
// Hands buffered character data to its handler.
Result<void> flush_text(Thread& thread, Parser& parser);
// Tells libexpat which handlers are set.
void connect(Parser& parser, Handler which);
void connect_all(Parser& parser);
Result<Ref<Parser>> allocate_parser(Thread& thread);
Result<void> set_handler(Thread& thread, Parser& parser, Handler which, Value function);

Result<Ref<>> create_parser(Thread& thread, Value encoding, Value separator, Value intern);
Result<void> add_parser(Thread& thread, Module& module);

}  // namespace py::expat
