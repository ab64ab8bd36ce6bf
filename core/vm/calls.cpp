#include "core/vm/calls.h"

#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"
#include "memory/buffer.h"

#include <string>
#include <vector>

namespace py {

namespace {

Str& parameter_name(Code& code, u32 index) { return *static_cast<Str*>(static_cast<Tuple*>(code.local_names.peek().object())->values()[index].object()); }

// "f() missing 2 required positional arguments: 'a' and 'b'"
void raise_missing(Thread& thread, Function& function, Code& code, const Value* bound, u32 start, u32 end, const char* kind) {
  std::vector<std::string> missing;
  for (u32 i = start; i < end; ++i) {
    if (bound[i] == Unbound) missing.push_back("'" + parameter_name(code, i).utf8() + "'");
  }
  std::string list;
  for (usize i = 0; i < missing.size(); ++i) {
    if (i > 0) list += i + 1 == missing.size() ? (missing.size() == 2 ? " and " : ", and ") : ", ";
    list += missing[i];
  }
  (void)raise(thread, types.TypeError, "{}() missing {} required {} argument{}: {}", *static_cast<Str*>(function.qualified_name.peek().object()),
              missing.size(), kind, missing.size() == 1 ? "" : "s", list);
}

void raise_too_many(Thread& thread, Function& function, Code& code, const Value* bound, u32 given, u32 default_count) {
  const u32 most = code.argument_count;
  u32 keyword_given = 0;
  for (u32 i = most; i < most + code.keyword_only_count; ++i) keyword_given += bound[i] != Unbound;
  Str& name = *static_cast<Str*>(function.qualified_name.peek().object());
  std::string takes = default_count ? "from " + std::to_string(most - default_count) + " to " + std::to_string(most) : std::to_string(most);
  const bool plural = default_count ? true : most != 1;
  std::string given_text = std::to_string(given);
  if (keyword_given) {
    given_text += std::string(" positional argument") + (given == 1 ? "" : "s") + " (and " + std::to_string(keyword_given) +
                  " keyword-only argument" + (keyword_given == 1 ? "" : "s") + ")";
  }
  (void)raise(thread, types.TypeError, "{}() takes {} positional argument{} but {} {} given", name, takes, plural ? "s" : "",
              given_text, given == 1 && !keyword_given ? "was" : "were");
}

// The positional-only parameters among the keywords, all of them.
void raise_positional_only(Thread& thread, Str& qualified, Code& code, const Tuple& keywords) {
  std::string list;
  for (u32 i = 0; i < code.positional_only_count; ++i) {
    for (isize k = 0; k < keywords.length; ++k) {
      const Str& name = parameter_name(code, i);
      if (name.equals(as<Str>(keywords[k]))) list += (list.empty() ? "" : ", ") + name.utf8();
    }
  }
  (void)raise(thread, types.TypeError, "{}() got some positional-only arguments passed as keyword arguments: '{}'", qualified, list);
}

// The parameter that a keyword may name, or `total`. Parameter names are interned.
u32 find_parameter(Code& code, Str& name, u32 first, u32 total) {
  u32 i = first;
  while (i < total && &parameter_name(code, i) != &name) ++i;
  if (i < total || name.is_interned()) return i;
  for (i = first; i < total && !parameter_name(code, i).equals(name);) ++i;
  return i;
}

// `keywords`: all names of the call, if they are at hand.
bool bind_keyword(Thread& thread, Function& function, Code& code, Str& name, const Tuple* keywords, Value value, Value* bound,
                  Dict* rest) {
  Str& qualified = *static_cast<Str*>(function.qualified_name.peek().object());
  const u32 total = code.argument_count + code.keyword_only_count;
  const u32 i = find_parameter(code, name, code.positional_only_count, total);
  if (i < total) {
    if (bound[i] != Unbound) {
      (void)raise(thread, types.TypeError, "{}() got multiple values for argument '{}'", qualified, name);
      return false;
    }
    bound[i] = counted_copy(value);
    return true;
  }
  if (rest) return !rest->set(thread, name.value(), value).failed();
  if (keywords && find_parameter(code, name, 0, code.positional_only_count) < code.positional_only_count) {
    raise_positional_only(thread, qualified, code, *keywords);
    return false;
  }
  (void)raise(thread, types.TypeError, "{}() got an unexpected keyword argument '{}'", qualified, name);
  return false;
}

// Fills `bound` (one slot for each parameter) with owned references.
bool bind_all(Thread& thread, Function& function, Code& code, const Value* arguments, u32 positional, KeywordArguments keywords, Value* bound) {
  const u32 plain = code.argument_count;
  const u32 named = plain + code.keyword_only_count;
  const u32 taken = positional < plain ? positional : plain;
  for (u32 i = 0; i < taken; ++i) bound[i] = counted_copy(arguments[i]);
  u32 next = named;
  if (code.has(CodeFlag::VarArgs)) {
    Result<Ref<Tuple>> rest = Tuple::from(thread, arguments + taken, positional - taken);
    if (rest.failed()) return false;
    bound[next++] = Ref<>(rest.take()).release();
  }
  Dict* rest = nullptr;
  if (code.has(CodeFlag::VarKeywords)) {
    Result<Ref<Dict>> made = Dict::make(thread);
    if (made.failed()) return false;
    Ref<Dict> dict = made.take();
    rest = dict.get();
    bound[next] = Ref<>(std::move(dict)).release();
  }
  for (isize i = 0; keywords.names && i < keywords.names->length; ++i) {
    Str& name = *static_cast<Str*>((*keywords.names)[i].object());
    if (!bind_keyword(thread, function, code, name, keywords.names, arguments[positional + i], bound, rest)) return false;
  }
  Value key, value;
  for (isize position = 0; keywords.dict && keywords.dict->next_entry(position, key, value);) {
    if (!is<Str>(key)) {
      (void)raise(thread, types.TypeError, "keywords must be strings");
      return false;
    }
    if (!bind_keyword(thread, function, code, as<Str>(key), nullptr, value, bound, rest)) return false;
  }
  const Value defaults_value = function.defaults.peek();
  Tuple* defaults = defaults_value.is_object() ? static_cast<Tuple*>(defaults_value.object()) : nullptr;
  const u32 default_count = defaults ? static_cast<u32>(defaults->length) : 0;
  if (positional > plain && !code.has(CodeFlag::VarArgs)) {
    raise_too_many(thread, function, code, bound, positional, default_count);
    return false;
  }
  const u32 first_default = plain > default_count ? plain - default_count : 0;
  for (u32 i = taken; i < plain; ++i) {
    if (bound[i] == Unbound && i >= first_default) bound[i] = counted_copy((*defaults)[i - first_default + (default_count > plain ? default_count - plain : 0)]);
  }
  for (u32 i = 0; i < plain; ++i) {
    if (bound[i] == Unbound) {
      raise_missing(thread, function, code, bound, 0, plain, "positional");
      return false;
    }
  }
  const Value keyword_defaults = function.keyword_defaults.peek();
  bool missing = false;
  for (u32 i = plain; i < named; ++i) {
    if (bound[i] != Unbound) continue;
    const Value value = keyword_defaults.is_object() ? static_cast<Dict*>(keyword_defaults.object())->find_str(parameter_name(code, i)) : Empty;
    if (value.is_empty()) {
      missing = true;
    } else {
      bound[i] = counted_copy(value);
    }
  }
  if (missing) raise_missing(thread, function, code, bound, plain, named, "keyword-only");
  return !missing;
}

// The common call without keywords of a function without keyword-only parameters: owned arguments in the first registers
// become the parameters where they stand. False: nothing was done.
bool bind_in_place(Thread& thread, Function& function, Code& code, Value* registers, u32 given) {
  const u32 plain = code.argument_count;
  const bool rest_wanted = code.has(CodeFlag::VarArgs);
  if (code.keyword_only_count || code.has(CodeFlag::VarKeywords) || (given > plain && !rest_wanted)) return false;
  const Value defaults = function.defaults.peek();
  const u32 default_count = defaults.is_object() ? static_cast<u32>(static_cast<Tuple*>(defaults.object())->length) : 0;
  if (given + default_count < plain || default_count > plain) return false;
  // Before anything is allocated: the defaults are borrowed. Those that are needed leave no rest, whose making cannot fail then.
  for (u32 i = given; i < plain; ++i) {
    registers[i] = counted_copy((*static_cast<Tuple*>(defaults.object()))[i + default_count - plain]);
  }
  Value rest = Unbound;
  if (rest_wanted) {
    const u32 taken = given < plain ? given : plain;
    Result<Ref<Tuple>> made = Tuple::from(thread, registers + taken, given - taken);
    if (UNLIKELY(made.failed())) return clear_pending(thread), false;
    rest = Ref<>(made.take()).release();
    for (u32 i = taken; i < given; ++i) drop(registers[i]);
  }
  u32 filled = plain;
  if (rest_wanted) registers[filled++] = rest;
  while (filled < code.local_count) registers[filled++] = Unbound;
  return true;
}

// Copies of borrowed arguments, bound in place; else nothing was done.
bool bind_copies(Thread& thread, Function& function, Code& code, const Value* arguments, u32 given, Value* registers) {
  for (u32 i = 0; i < given; ++i) registers[i] = counted_copy(arguments[i]);
  if (LIKELY(given == code.quick_argument_count)) {
    for (u32 i = given; i < code.local_count; ++i) registers[i] = Unbound;
    return true;
  }
  if (LIKELY(bind_in_place(thread, function, code, registers, given))) return true;
  for (u32 i = 0; i < given; ++i) drop(registers[i]);
  return false;
}

}  // namespace

bool bind_borrowed(Thread& thread, Function& function, Code& code, const Value* arguments, u32 positional,
                   KeywordArguments keywords, Value* registers) {
  if (!keywords.names && !keywords.dict && bind_copies(thread, function, code, arguments, positional, registers)) return true;
  const u32 count = code.parameter_count();
  Value few[24];
  Value* bound = count <= 24 ? few : static_cast<Value*>(buffer_allocate(count * sizeof(Value)));
  for (u32 i = 0; i < count; ++i) bound[i] = Unbound;
  const bool ok = bind_all(thread, function, code, arguments, positional, keywords, bound);
  if (ok) {
    for (u32 i = 0; i < count; ++i) registers[i] = bound[i];
    for (u32 i = count; i < code.local_count; ++i) registers[i] = Unbound;
  } else {
    for (u32 i = 0; i < count; ++i) decref(bound[i]);
  }
  if (bound != few) buffer_free(bound);
  return ok;
}

bool bind_parameters(Thread& thread, Function& function, Code& code, Value* arguments, u32 positional, Tuple* keywords) {
  const u32 given = positional + (keywords ? static_cast<u32>(keywords->length) : 0);
  if (!keywords && bind_in_place(thread, function, code, arguments, positional)) return true;
  constexpr u32 kFew = 16;
  Value few[kFew];
  Value* owned = given <= kFew ? few : static_cast<Value*>(buffer_allocate(given * sizeof(Value)));
  for (u32 i = 0; i < given; ++i) owned[i] = take(arguments[i]);
  const bool ok = bind_borrowed(thread, function, code, owned, positional, {keywords}, arguments);
  for (u32 i = 0; i < given; ++i) decref(owned[i]);
  if (owned != few) buffer_free(owned);
  return ok;
}

bool enter_frame(Thread& thread, Value* fp, const Code& code) {
  if (LIKELY(frame_fits(thread, fp, code))) {
    ++thread.recursion_depth;
    return true;
  }
  (void)raise(thread, types.RecursionError, "maximum recursion depth exceeded");
  return false;
}

void clear_frame(Thread& thread, Value* fp) {
  if (frame_extra(fp, kFrameObject).is_object()) detach_frame_object(thread, fp);
  const u32 count = frame_code(fp).register_count;
  for (u32 i = 0; i < count; ++i) drop(fp[i]);
  if (frame_flags(fp) && !(frame_flags(fp) & kGeneratorFrame)) drop(fp[kLocals]);
  drop(fp[kFunction]);
}

Value execute(Thread& thread, Pc pc, Value* fp) {
  return {op_table[static_cast<u8>(op_at(pc))](pc, fp, &thread, 0)};
}

Value execute_raising(Thread& thread, Pc pc, Value* fp) { return {unwind(pc, fp, &thread, 0)}; }

Value* push_for_instruction(Thread& thread, Value* fp, Function& function, const Value* arguments, u32 given, Dict* keywords) {
  Code& code = *static_cast<Code*>(function.code.peek().object());
  Value* frame = frame_end(fp) + kFrameHeader;
  if (!frame_fits(thread, frame, code)) return nullptr;
  if (UNLIKELY(!bind_borrowed(thread, function, code, arguments, given, {nullptr, keywords}, frame))) {
    clear_pending(thread);
    return nullptr;
  }
  ++thread.recursion_depth;
  frame[kFunction] = counted_copy(function.value());
  fill_header(frame, function, code, fp, kOfInstruction);
  thread.frame_registers = frame;
  return frame;
}

Result<Ref<>> call_function(Thread& thread, Value self, const Arguments& arguments) {
  Function& function = *static_cast<Function*>(self.object());
  Code& code = *static_cast<Code*>(function.code.peek().object());
  if (UNLIKELY(static_cast<char*>(__builtin_frame_address(0)) < thread.native_stack_limit)) {
    return raise(thread, types.RecursionError, "maximum recursion depth exceeded");
  }
  Value* caller = thread.frame_registers;
  Value* fp = (caller ? frame_end(caller) : thread.stack_begin) + kFrameHeader;
  const u32 given = arguments.positional + arguments.keyword_count();
  if (UNLIKELY(fp + given + kFrameHeadroom > thread.stack_end) || !enter_frame(thread, fp, code)) {
    if (!thread.has_pending()) return raise(thread, types.RecursionError, "maximum recursion depth exceeded");
    return failure;
  }
  fp[kFunction] = counted_copy(self);
  if (UNLIKELY(!bind_borrowed(thread, function, code, arguments.values, arguments.positional, {arguments.keywords}, fp))) {
    --thread.recursion_depth;
    drop(fp[kFunction]);
    return failure;
  }
  fill_header(fp, function, code, caller, kEntry);
  thread.frame_registers = fp;
  const Value result = execute(thread, code.words, fp);
  if (UNLIKELY(result.is_error())) return failure;
  return Ref<>::adopt(result);
}

}  // namespace py
