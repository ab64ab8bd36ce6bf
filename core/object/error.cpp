#include "core/object/error.h"

#include "core/base/text/text_builder.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/native.h"
#include "core/object/sequence.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace py {

FormatArgument::FormatArgument(const std::string& text) : kind_(Kind::Text), text_(text) {}

class MessageFormatter {
 public:
  MessageFormatter(Thread& thread) : thread_(thread) {}

  Result<Ref<Str>> format(std::string_view format, const FormatArgument* arguments, usize count) {
    for (usize used = 0; !format.empty();) {
      const usize plain = std::min(format.find('{'), format.size());
      TRY(append_text(format.substr(0, plain)));
      format.remove_prefix(plain);
      const bool quoted = format.starts_with("{!r}");
      if (used < count && (quoted || format.starts_with("{}"))) {
        TRY(append(arguments[used++], quoted));
        format.remove_prefix(quoted ? 4 : 2);
      } else if (!format.empty()) {
        text_.append('{');
        format.remove_prefix(1);
      }
    }
    if (text_.failed()) return raise_memory_error(thread_);
    return Str::from_view(thread_, text_.view());
  }

 private:
  Result<void> append(const FormatArgument& argument, bool as_repr) {
    using Kind = FormatArgument::Kind;
    switch (argument.kind_) {
      case Kind::Text: return append_text(argument.text_);
      case Kind::Number: return append_text(std::to_string(argument.number_));
      case Kind::Type: return append_type(*static_cast<const Type*>(argument.object_));
      case Kind::Str:
        if (as_repr) return append_value(static_cast<const Str*>(argument.object_)->value(), true);
        text_.append(static_cast<const Str*>(argument.object_)->view());
        return {};
      case Kind::Value: break;
    }
    return append_value(argument.value_, as_repr);
  }

  Result<void> append_text(std::string_view utf8) {
    const isize length = static_cast<isize>(utf8.size());
    if (LIKELY(text::is_ascii(utf8.data(), length))) {
      text_.append_ascii(utf8.data(), length);
    } else {
      text_.append(TRY(Str::from_utf8(thread_, utf8))->view());
    }
    return {};
  }
  Result<void> append_value(Value value, bool as_repr) {
    Ref<Str> shown = TRY(as_repr ? repr(thread_, value) : to_str(thread_, value));
    text_.append(shown->view());
    return {};
  }
  // Messages name native types with their module, as in "'array.array' object is not callable".
  Result<void> append_type(const Type& type) {
    if (type.spec && !type.has(TypeFlag::Heap)) return append_text(type.spec->name);
    text_.append(type.name_str().view());
    return {};
  }

  Thread& thread_;
  TextBuilder text_;
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
