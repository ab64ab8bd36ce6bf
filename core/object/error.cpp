#include "core/object/error.h"

#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/native.h"
#include "core/object/sequence.h"

#include <cerrno>
#include <cstring>

namespace py {

FormatArgument::FormatArgument(const std::string& text) : kind_(Kind::Text), text_(text) {}

class MessageFormatter {
 public:
  MessageFormatter(Thread& thread) : thread_(thread) {}

  Result<void> append(const FormatArgument& argument, bool as_repr) {
    using Kind = FormatArgument::Kind;
    switch (argument.kind_) {
      case Kind::Text: text_ += argument.text_; return {};
      case Kind::Number: text_ += std::to_string(argument.number_); return {};
      case Kind::Type: append_type(*static_cast<const Type*>(argument.object_)); return {};
      case Kind::Str: text_ += static_cast<const Str*>(argument.object_)->utf8(); return {};
      case Kind::Value: break;
    }
    Ref<Str> shown = as_repr ? TRY(repr(thread_, argument.value_)) : TRY(to_str(thread_, argument.value_));
    text_ += shown->utf8();
    return {};
  }

  Result<Ref<Str>> format(std::string_view format, const FormatArgument* arguments, usize count) {
    usize used = 0;
    for (usize i = 0; i < format.size(); ++i) {
      const bool plain = format.substr(i, 2) == "{}";
      const bool quoted = format.substr(i, 4) == "{!r}";
      if ((plain || quoted) && used < count) {
        if (quoted && arguments[used].kind_ == FormatArgument::Kind::Str) {
          Ref<Str> shown = TRY(repr(thread_, static_cast<const Str*>(arguments[used].object_)->value()));
          text_ += shown->utf8();
          ++used;
        } else {
          TRY(append(arguments[used++], quoted));
        }
        i += plain ? 1 : 3;
      } else {
        text_ += format[i];
      }
    }
    return Str::from_utf8(thread_, text_);
  }

 private:
  // Messages name native types with their module, as in "'array.array' object is not callable".
  void append_type(const Type& type) {
    if (type.spec && !type.has(TypeFlag::Heap)) {
      text_ += type.spec->name;
    } else {
      text_ += type.name_str().utf8();
    }
  }

  Thread& thread_;
  std::string text_;
};

Result<Ref<Str>> format_message(Thread& thread, std::string_view format, const FormatArgument* arguments, usize count) {
  return MessageFormatter(thread).format(format, arguments, count);
}

Failure raise_formatted(Thread& thread, Type* type, std::string_view format, const FormatArgument* arguments,
                        usize count) {
  Result<Ref<Str>> text = format_message(thread, format, arguments, count);
  if (text.failed()) return failure;
  Ref<Str> message = text.take();
  return raise_with(thread, type, {message.value()});
}

Failure raise_with(Thread& thread, Type* type, std::initializer_list<Value> arguments) {
  Result<Ref<Tuple>> args = Tuple::from(thread, arguments.begin(), static_cast<isize>(arguments.size()));
  if (args.failed()) return failure;
  Ref<Tuple> tuple = args.take();
  if (type->is_subtype_of(*types.OSError)) {  // its constructor spreads the arguments over the attributes
    Result<Ref<>> made = call_with(thread, type->value(), *tuple, nullptr);
    if (made.failed()) return failure;
    return raise_value(thread, made.take());
  }
  Result<Ref<Exception>> exception = make_exception(thread, *type, *tuple);
  if (exception.failed()) return failure;
  return raise_value(thread, exception.take());
}

Value (*handled_outside)(Thread& thread) = [](Thread&) { return None; };

void chain_context(Thread& thread, Value exception) {
  const Value handled = handled_exception(thread);
  if (!handled.is_object() || handled == exception) return;
  // A chain that leads back to the exception is cut. One that runs in a circle without it is noticed by a second walker at
  // half the speed.
  Exception* at = static_cast<Exception*>(handled.object());
  Exception* slow = at;
  for (bool even = false;; even = !even) {
    const Value next = at->context.peek();
    if (!next.is_object()) break;
    if (next == exception) {
      at->context.store(*at, None);
      break;
    }
    at = static_cast<Exception*>(next.object());
    if (at == slow) break;
    if (even) slow = static_cast<Exception*>(slow->context.peek().object());
  }
  Exception& raised = as<Exception>(exception);
  if (raised.context.peek() != handled) raised.context.store(raised, handled);
}

Failure raise_value(Thread& thread, Value exception) {
  Ref<> owned = Ref<>::share(exception);
  chain_context(thread, exception);
  const Value old = thread.pending;
  thread.pending = owned.release();
  decref(old);
  return failure;
}

Failure raise_key_error(Thread& thread, Value key) { return raise_with(thread, types.KeyError, {key}); }

Failure raise_stop_iteration(Thread& thread, Value value) {
  if (value.is_none()) return raise_with(thread, types.StopIteration, {});
  return raise_with(thread, types.StopIteration, {value});
}

Failure raise_memory_error(Thread& thread) {
  // Made at start-up: there may be no memory for a new one. A fresh one is tried first, for its own traceback.
  static thread_local bool nested = false;
  if (!nested) {
    nested = true;
    Result<Ref<Exception>> exception = make_exception(thread, *types.MemoryError, Tuple::empty());
    nested = false;
    if (!exception.failed()) return raise_value(thread, exception.take());
  }
  return raise_value(thread, spare_memory_error());
}

Failure raise_os_error(Thread& thread, int error_number, Value filename, Value filename2) {
  Result<Ref<Str>> text = Str::from_utf8(thread, std::strerror(error_number));
  if (text.failed()) return failure;
  Ref<Str> message = text.take();
  const Value number = Value::integer(error_number);
  Result<Ref<>> exception =
      filename.is_none()    ? call(thread, types.OSError->value(), {number, message})
      : filename2.is_none() ? call(thread, types.OSError->value(), {number, message, filename})
                            : call(thread, types.OSError->value(), {number, message, filename, None, filename2});
  if (exception.failed()) return failure;
  return raise_value(thread, exception.take());
}

Failure raise_attribute_error(Thread& thread, Value object, Str& name) {
  Result<Ref<Str>> text =
      is<Type>(object) ? format_str(thread, "type object '{}' has no attribute '{}'", as<Type>(object), name)
                       : format_str(thread, "'{}' object has no attribute '{}'", type_of(object), name);
  if (text.failed()) return failure;
  Ref<Str> message = text.take();
  (void)raise_with(thread, types.AttributeError, {message.value()});
  Exception& raised = as<Exception>(thread.pending);
  raised.details[0].store(raised, name.value());
  raised.details[1].store(raised, object);
  return failure;
}

bool pending_is(Thread& thread, const Type& type) {
  return thread.pending.is_object() && type_of(thread.pending).is_subtype_of(type);
}

void clear_pending(Thread& thread) {
  const Value old = thread.pending;
  thread.pending = Empty;
  decref(old);
}

Ref<> take_pending(Thread& thread) {
  const Value value = thread.pending;
  thread.pending = Empty;
  return Ref<>::adopt(value);
}

}  // namespace py
