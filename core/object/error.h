// Raising: `return raise(thread, types.TypeError, "expected {}, got {}", a, b);` makes an exception pending and yields a
// Failure, which converts to any failed Result. Invariant: an exception is pending if and only if a Result failed.
#pragma once
#include "core/object/type.h"

namespace py {

// One argument of a message: text, an integer, a type (its name), a str, or any value (its str()).
class FormatArgument {
 public:
  FormatArgument(const char* text) : kind_(Kind::Text), text_(text) {}
  FormatArgument(std::string_view text) : kind_(Kind::Text), text_(text) {}
  FormatArgument(const std::string& text);
  template <class T>
    requires std::is_integral_v<T>
  FormatArgument(T number) : kind_(Kind::Number), number_(static_cast<i64>(number)) {}
  FormatArgument(const Type& type) : kind_(Kind::Type), object_(&type) {}
  FormatArgument(const Str& text) : kind_(Kind::Str), object_(&text) {}
  FormatArgument(Value value) : kind_(Kind::Value), value_(value) {}

 private:
  friend class MessageFormatter;
  enum class Kind : u8 { Text, Number, Type, Str, Value } kind_;
  union {
    std::string_view text_;
    i64 number_;
    const void* object_;
    Value value_;
  };
};

COLD Failure raise_formatted(Thread& thread, Type* type, std::string_view format, const FormatArgument* arguments,
                             usize count);

// "{}" takes the next argument, "{!r}" its repr().
template <class... Arguments>
COLD Failure raise(Thread& thread, Type* type, std::string_view format, const Arguments&... arguments) {
  if constexpr (sizeof...(Arguments) == 0) {
    return raise_formatted(thread, type, format, nullptr, 0);
  } else {
    const FormatArgument list[] = {FormatArgument(arguments)...};
    return raise_formatted(thread, type, format, list, sizeof...(Arguments));
  }
}
// The same formatting, as a str.
Result<Ref<Str>> format_message(Thread& thread, std::string_view format, const FormatArgument* arguments, usize count);
template <class... Arguments>
Result<Ref<Str>> format_str(Thread& thread, std::string_view format, const Arguments&... arguments) {
  const FormatArgument list[] = {FormatArgument(arguments)..., FormatArgument("")};
  return format_message(thread, format, list, sizeof...(Arguments));
}

// type(value) with the given arguments, raised.
COLD Failure raise_with(Thread& thread, Type* type, std::initializer_list<Value> arguments);
COLD Failure raise_value(Thread& thread, Value exception);  // an exception object
COLD Failure raise_key_error(Thread& thread, Value key);
COLD Failure raise_stop_iteration(Thread& thread, Value value);
COLD Failure raise_memory_error(Thread& thread);
COLD Failure raise_os_error(Thread& thread, int error_number, Value filename = None, Value filename2 = None);
COLD Failure raise_attribute_error(Thread& thread, Value object, Str& name);  // "'T' object has no attribute 'x'"
// Whether the pending exception is an instance of `type`.
bool pending_is(Thread& thread, const Type& type);
void clear_pending(Thread& thread);
// The pending exception, taken out of the thread.
Ref<> take_pending(Thread& thread);
// The exception being handled (sys.exception()), borrowed, or None. The hook is the interpreter's: it looks outside the
// innermost running generator.
extern Value (*handled_outside)(Thread& thread);
inline Value handled_exception(Thread& thread) {
  if (LIKELY(!thread.handled.is_empty())) return thread.handled;
  return handled_outside(thread);
}
// Gives the exception its context: the one being handled.
void chain_context(Thread& thread, Value exception);
// Reports an exception that nobody can receive (sys.unraisablehook), and clears it.
void report_unraisable(Thread& thread, Value context);

}  // namespace py
