#include "core/vm/calls.h"

#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"
#include "memory/buffer.h"

#include <bit>
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

// Complains of the positional-only parameters among the keywords, if there are any.
bool raise_positional_only(Thread& thread, Str& qualified, Code& code, KeywordNames keywords) {
  std::string list;
  for (u32 i = 0; i < code.positional_only_count; ++i) {
    for (u32 k = 0; k < keywords.count; ++k) {
      const Str& name = parameter_name(code, i);
      if (name.equals(as<Str>(keywords.names[k]))) list += (list.empty() ? "" : ", ") + name.utf8();
    }
  }
  if (list.empty()) return false;
  (void)raise(thread, types.TypeError, "{}() got some positional-only arguments passed as keyword arguments: '{}'", qualified, list);
  return true;
}

// The parameter that a keyword may name, or `total`. Parameter names are interned.
u32 find_parameter(Code& code, const Str& name, u32 first, u32 total) {
  u32 i = first;
  while (i < total && &parameter_name(code, i) != &name) ++i;
  if (i < total || name.is_interned()) return i;
  for (i = first; i < total && !parameter_name(code, i).equals(name);) ++i;
  return i;
}

// The common call without keywords of a function without keyword-only parameters: owned arguments in the first registers
// become the parameters where they stand. False: nothing was done.
INLINE bool bind_positional(Thread& thread, Function& function, Code& code, Value* registers, u32 given) {
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
  u32 filled = plain;
  if (rest_wanted) {
    const u32 taken = given < plain ? given : plain;
    Result<Ref<Tuple>> made = Tuple::from(thread, registers + taken, given - taken);
    if (UNLIKELY(made.failed())) return clear_pending(thread), false;
    for (u32 i = taken; i < given; ++i) drop(registers[i]);
    registers[filled++] = Ref<>(made.take()).release();
  }
  while (filled < code.local_count) registers[filled++] = Unbound;
  return true;
}

// Turns owned arguments in a frame's first registers into its parameters, in place. Where that fails everything stands as it
// did: the general way does it again, or finds the words for what is wrong with the call.
class InPlace {
 public:
  InPlace(Function& function, Code& code, Value* registers, u32 positional, KeywordNames keywords)
      : function_(function), code_(code), registers_(registers), positional_(positional), keywords_(keywords),
        plain_(code.argument_count), named_(plain_ + code.keyword_only_count), taken_(positional < plain_ ? positional : plain_) {}

  INLINE bool bind(Thread& thread) {
    const bool takes_rest = code_.has(CodeFlag::VarArgs), takes_keywords = code_.has(CodeFlag::VarKeywords);
    if (UNLIKELY(named_ > kMostParameters || keywords_.count > kMostKeywords)) return false;
    if (UNLIKELY(positional_ > plain_ && !takes_rest)) return false;
    if ((takes_rest || takes_keywords) && UNLIKELY(!make_collections(thread, takes_rest, takes_keywords))) return false;
    for (u32 i = 0; i < keywords_.count; ++i) moved_[i] = registers_[positional_ + i];
    if (takes_rest) move_rest();
    for (u32 i = taken_; i < named_; ++i) registers_[i] = Unbound;
    if (UNLIKELY(!place_keywords(thread) || !find_defaults())) return undo(), false;
    for (u64 left = defaults_used_; left; left &= left - 1) incref(registers_[std::countr_zero(left)]);
    u32 filled = named_;
    if (takes_rest) registers_[filled++] = Ref<>(std::move(rest_)).release();
    if (takes_keywords) {
      registers_[filled++] = Ref<>(std::move(extra_)).release();
      for (u64 left = collected_; left; left &= left - 1) decref(moved_[std::countr_zero(left)]);
    }
    for (; filled < code_.local_count; ++filled) registers_[filled] = Unbound;
    for (const u32 given = positional_ + keywords_.count; filled < given; ++filled) registers_[filled] = Empty;
    return true;
  }

 private:
  static constexpr u32 kMostKeywords = 16, kMostParameters = 64;

  // Before anything is moved: this may fail.
  NOINLINE bool make_collections(Thread& thread, bool takes_rest, bool takes_keywords) {
    if (takes_rest) {
      Result<Ref<Tuple>> rest = Tuple::allocate(thread, positional_ - taken_);
      if (rest.failed()) return clear_pending(thread), false;
      rest_ = rest.take();
    }
    if (takes_keywords) {
      Result<Ref<Dict>> extra = Dict::make(thread, keywords_.count);
      if (extra.failed()) return clear_pending(thread), false;
      extra_ = extra.take();
    }
    return true;
  }
  void move_rest() {
    for (u32 i = taken_; i < positional_; ++i) {
      if (UNLIKELY(rest_->is_shared())) publish(registers_[i]);
      rest_->items()[i - taken_].initialize(registers_[i]);
    }
  }
  bool place_keywords(Thread& thread) {
    for (u32 i = 0; i < keywords_.count; ++i) {
      Str& name = *static_cast<Str*>(keywords_.names[i].object());
      const u32 place = find_parameter(code_, name, taken_ > code_.positional_only_count ? taken_ : code_.positional_only_count, named_);
      if (LIKELY(place < named_)) {
        if (UNLIKELY(registers_[place] != Unbound)) return false;
        registers_[place] = moved_[i];
      } else {
        const bool is_taken = find_parameter(code_, name, code_.positional_only_count, taken_) < taken_;
        if (!extra_ || is_taken) return false;
        if (extra_->set(thread, name.value(), moved_[i]).failed()) return clear_pending(thread), false;
        collected_ |= u64{1} << i;
      }
    }
    return true;
  }
  // Borrowed for the moment.
  bool find_defaults() {
    const Value defaults = function_.defaults.peek();
    const u32 count = defaults.is_object() ? static_cast<u32>(static_cast<Tuple*>(defaults.object())->length) : 0;
    for (u32 i = taken_; i < plain_; ++i) {
      if (registers_[i] != Unbound) continue;
      if (UNLIKELY(i + count < plain_)) return false;
      registers_[i] = (*static_cast<Tuple*>(defaults.object()))[i + count - plain_];
      defaults_used_ |= u64{1} << i;
    }
    for (u32 i = plain_; i < named_; ++i) {
      if (registers_[i] != Unbound) continue;
      const Value keyword_defaults = function_.keyword_defaults.peek();
      if (UNLIKELY(!keyword_defaults.is_object())) return false;
      const Value value = static_cast<Dict*>(keyword_defaults.object())->find_str(parameter_name(code_, i));
      if (UNLIKELY(value.is_empty())) return false;
      registers_[i] = value;
      defaults_used_ |= u64{1} << i;
    }
    return true;
  }
  COLD void undo() {
    for (u32 i = taken_; i < named_; ++i) registers_[i] = Unbound;
    for (u32 i = taken_; i < positional_ && rest_; ++i) {
      registers_[i] = (*rest_)[i - taken_];
      rest_->items()[i - taken_].initialize(None);
    }
    for (u32 i = 0; i < keywords_.count; ++i) registers_[positional_ + i] = moved_[i];
  }

  Function& function_;
  Code& code_;
  Value* const registers_;
  const u32 positional_;
  const KeywordNames keywords_;
  const u32 plain_, named_, taken_;  // parameters by position, all with a name; arguments that take the first of them
  u64 defaults_used_ = 0;            // of the registers
  u64 collected_ = 0;                // of the keywords: those that went into the dict, which has references of its own
  Ref<Tuple> rest_;
  Ref<Dict> extra_;
  Value moved_[kMostKeywords];
};

// The general way

bool bind_keyword(Thread& thread, Function& function, Code& code, Str& name, KeywordNames keywords, Value value, Value* bound, Dict* rest) {
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
  if (raise_positional_only(thread, qualified, code, keywords)) return false;
  (void)raise(thread, types.TypeError, "{}() got an unexpected keyword argument '{}'", qualified, name);
  return false;
}

// Fills `bound` (one slot for each parameter) with owned references.
bool bind_all(Thread& thread, Function& function, Code& code, const Value* arguments, u32 positional, KeywordNames keywords, Value* bound) {
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
  for (u32 i = 0; i < keywords.count; ++i) {
    Str& name = *static_cast<Str*>(keywords.names[i].object());
    if (!bind_keyword(thread, function, code, name, keywords, arguments[positional + i], bound, rest)) return false;
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

COLD bool bind_generally(Thread& thread, Function& function, Code& code, Value* registers, u32 positional, KeywordNames keywords) {
  constexpr u32 kFew = 24;
  const u32 given = positional + keywords.count, count = code.parameter_count();
  Value few[kFew];
  Value* words = given + count <= kFew ? few : static_cast<Value*>(buffer_allocate((given + count) * sizeof(Value)));
  if (!words) {
    for (u32 i = 0; i < given; ++i) drop(registers[i]);
    (void)raise_memory_error(thread);
    return false;
  }
  Value* const owned = words;
  Value* const bound = words + given;
  for (u32 i = 0; i < given; ++i) owned[i] = take(registers[i]);
  for (u32 i = 0; i < count; ++i) bound[i] = Unbound;
  const bool ok = bind_all(thread, function, code, owned, positional, keywords, bound);
  for (u32 i = 0; i < code.local_count && ok; ++i) registers[i] = i < count ? bound[i] : Unbound;
  for (u32 i = 0; i < count && !ok; ++i) decref(bound[i]);
  for (u32 i = 0; i < given; ++i) decref(owned[i]);
  if (words != few) buffer_free(words);
  return ok;
}

}  // namespace

bool bind_parameters(Thread& thread, Function& function, Code& code, Value* registers, u32 positional, KeywordNames keywords) {
  if (!keywords.count && LIKELY(bind_positional(thread, function, code, registers, positional))) return true;
  if (LIKELY(InPlace(function, code, registers, positional, keywords).bind(thread))) return true;
  return bind_generally(thread, function, code, registers, positional, keywords);
}

namespace {

// Copies of borrowed arguments.
INLINE bool bind_copies(Thread& thread, Function& function, Code& code, const Value* arguments, u32 positional, KeywordNames keywords,
                        Value* registers) {
  const u32 given = positional + keywords.count;
  for (u32 i = 0; i < given; ++i) registers[i] = counted_copy(arguments[i]);
  if (LIKELY(given == code.quick_argument_count && !keywords.count)) {
    for (u32 i = given; i < code.local_count; ++i) registers[i] = Unbound;
    return true;
  }
  return bind_parameters(thread, function, code, registers, positional, keywords);
}

}  // namespace

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

Value* push_for_instruction(Thread& thread, Value* fp, Function& function, const Value* arguments, u32 given) {
  Code& code = *static_cast<Code*>(function.code.peek().object());
  Value* frame = frame_end(fp) + kFrameHeader;
  if (!frame_fits(thread, frame, code)) return nullptr;
  if (UNLIKELY(!bind_copies(thread, function, code, arguments, given, {}, frame))) {
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
  if (UNLIKELY(!bind_copies(thread, function, code, arguments.values, arguments.positional, KeywordNames(arguments.keywords), fp))) {
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
