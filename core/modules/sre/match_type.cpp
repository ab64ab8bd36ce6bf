// re.Match.
#include "core/modules/sre/sre.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "core/vm/imports.h"

namespace py {

namespace {

usize match_bytes(u32 groups) { return sizeof(RegexMatch) + 2 * sizeof(isize) * (usize{groups} + 1); }
usize match_size(const Object& object) { return match_bytes(static_cast<const RegexMatch&>(object).groups); }
void match_visit(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<RegexMatch&>(object).string);
  visitor.visit(static_cast<RegexMatch&>(object).regex);
}

Regex& regex_of(RegexMatch& match) { return as<Regex>(match.regex.peek()); }

// The number of a group given by number or name.
Result<u32> group_number(Thread& thread, RegexMatch& self, Value group) {
  isize number = -1;
  if (group.is_int()) {
    number = group.as_int();
  } else if (type_of(group).slots.index) {
    number = TRY(to_isize_clamped(thread, group));
  } else {
    Ref<> found = TRY(as<Dict>(regex_of(self).group_index.peek()).get(thread, group));
    if (found.value().is_int()) number = found.value().as_int();
  }
  if (number < 0 || number > static_cast<isize>(self.groups)) {
    return raise(thread, types.IndexError, "no such group");
  }
  return static_cast<u32>(number);
}

Result<Ref<>> group_at(Thread& thread, RegexMatch& self, u32 group, Value otherwise) {
  if (self.start(group) < 0) return Ref<>::share(otherwise);
  Ref<> string = self.string.load();
  return subject_slice(thread, string, self.start(group), self.end(group));
}

Result<Ref<>> match_item(Thread& thread, Value self, Value key) {
  RegexMatch& match = as<RegexMatch>(self);
  return group_at(thread, match, TRY(group_number(thread, match, key)), None);
}

Result<Ref<>> group(Thread& thread, RegexMatch& self, Rest numbers) {
  if (numbers.count == 0) return group_at(thread, self, 0, None);
  if (numbers.count == 1) return group_at(thread, self, TRY(group_number(thread, self, numbers.values[0])), None);
  Ref<Tuple> result = TRY(Tuple::allocate(thread, numbers.count));
  for (u32 i = 0; i < numbers.count; ++i) {
    Ref<> value = TRY(group_at(thread, self, TRY(group_number(thread, self, numbers.values[i])), None));
    result->items()[i].store(*result, std::move(value));
  }
  return Ref<>(std::move(result));
}

Result<Ref<>> groups(Thread& thread, RegexMatch& self, Value otherwise) {
  Ref<Tuple> result = TRY(Tuple::allocate(thread, self.groups));
  for (u32 i = 0; i < self.groups; ++i) {
    Ref<> value = TRY(group_at(thread, self, i + 1, otherwise));
    result->items()[i].store(*result, std::move(value));
  }
  return Ref<>(std::move(result));
}

Result<Ref<>> groupdict(Thread& thread, RegexMatch& self, Value otherwise) {
  Ref<Dict> result = TRY(Dict::make(thread));
  Dict& index = as<Dict>(regex_of(self).group_index.peek());
  isize position = 0;
  Value name, number;
  while (index.next_entry(position, name, number)) {
    Ref<> key = Ref<>::share(name);
    Ref<> value = TRY(group_at(thread, self, TRY(group_number(thread, self, number)), otherwise));
    TRY(result->set(thread, key, value));
  }
  return Ref<>(std::move(result));
}

Result<isize> start(Thread& thread, RegexMatch& self, Value group) {
  return self.start(TRY(group_number(thread, self, group)));
}
Result<isize> end(Thread& thread, RegexMatch& self, Value group) {
  return self.end(TRY(group_number(thread, self, group)));
}
Result<Ref<>> span_of(Thread& thread, RegexMatch& self, u32 group) {
  return Tuple::from(thread, {Value::integer(self.start(group)), Value::integer(self.end(group))});
}
Result<Ref<>> span(Thread& thread, RegexMatch& self, Value group) {
  return span_of(thread, self, TRY(group_number(thread, self, group)));
}

Result<Ref<>> expand(Thread& thread, RegexMatch& self, Value text) {
  Ref<> module = TRY(import_module(thread, "re"));
  return call_method(thread, module, "_expand", {self.regex.load(), self.value(), text});
}

Result<Ref<>> copy(Thread&, RegexMatch& self) { return Ref<>::share(self.value()); }
Result<Ref<>> deepcopy(Thread&, RegexMatch& self, Value) { return Ref<>::share(self.value()); }
Result<Ref<>> class_getitem(Thread& thread, Type& type, Value item) {
  return make_generic_alias(thread, type.value(), item);
}

Result<Ref<>> match_repr(Thread& thread, Value self) {
  RegexMatch& match = as<RegexMatch>(self);
  Ref<> whole = TRY(group_at(thread, match, 0, None));
  return format_str(thread, "<{} object; span=({}, {}), match={!r}>", "re.Match", match.start(0), match.end(0), whole.value());
}

Result<Ref<>> get_string(Thread&, Value self) { return as<RegexMatch>(self).string.load(); }
Result<Ref<>> get_regex(Thread&, Value self) { return as<RegexMatch>(self).regex.load(); }
Result<Ref<>> get_pos(Thread& thread, Value self) { return make_int(thread, as<RegexMatch>(self).pos); }
Result<Ref<>> get_endpos(Thread& thread, Value self) { return make_int(thread, as<RegexMatch>(self).endpos); }
Result<Ref<>> get_last_index(Thread&, Value self) {
  const i32 index = as<RegexMatch>(self).last_index;
  return Ref<>::adopt(index >= 0 ? Value::integer(index) : None);
}
Result<Ref<>> get_last_group(Thread&, Value self) {
  RegexMatch& match = as<RegexMatch>(self);
  const Tuple& names = as<Tuple>(regex_of(match).group_names.peek());
  if (match.last_index < 0 || match.last_index >= names.length) return Ref<>::adopt(None);
  return Ref<>::share(names[match.last_index]);
}
Result<Ref<>> get_regs(Thread& thread, Value self) {
  RegexMatch& match = as<RegexMatch>(self);
  Ref<Tuple> result = TRY(Tuple::allocate(thread, isize{match.groups} + 1));
  for (u32 i = 0; i <= match.groups; ++i) {
    Ref<> pair = TRY(span_of(thread, match, i));
    result->items()[i].store(*result, std::move(pair));
  }
  return Ref<>(std::move(result));
}

constexpr MethodSpec kMethods[] = {
    def<group>("group(*args)", "Return one or more subgroups of the match; 0 is the entire match."),
    def<groups>("groups(default=None)", "Return a tuple containing all the subgroups of the match, from 1."),
    def<groupdict>("groupdict(default=None)",
                   "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name."),
    def<start>("start(group=0, /)", "Return index of the start of the substring matched by group."),
    def<end>("end(group=0, /)", "Return index of the end of the substring matched by group."),
    def<span>("span(group=0, /)", "For match object m, return the 2-tuple (m.start(group), m.end(group))."),
    def<expand>("expand(template)",
                "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method."),
    def<copy>("__copy__()", nullptr),
    def<deepcopy>("__deepcopy__(memo, /)", nullptr),
    class_method<class_getitem>("__class_getitem__(item, /)", "See PEP 585"),
};

constexpr PropertySpec kProperties[] = {
    {"string", "The string passed to match() or search().", get_string},
    {"re", "The regular expression object.", get_regex},
    {"pos", "The index into the string at which the RE engine started looking for a match.", get_pos},
    {"endpos", "The index into the string beyond which the RE engine will not go.", get_endpos},
    {"lastindex", "The integer index of the last matched capturing group.", get_last_index},
    {"lastgroup", "The name of the last matched capturing group.", get_last_group},
    {"regs", nullptr, get_regs},
};

}  // namespace

const ObjectOps RegexMatch::kOps = {"match", match_visit, nullptr, match_size};

Result<Ref<>> make_match(Thread& thread, Regex& regex, Value string, const regex::Matcher& matcher, isize pos, isize endpos) {
  Ref<RegexMatch> match = TRY(allocate<RegexMatch>(thread, *regex_types.match, match_bytes(regex.groups)));
  match->groups = regex.groups;
  set_fresh(*match, match->string, string);
  set_fresh(*match, match->regex, regex.value());
  const isize length = is<Str>(string) ? as<Str>(string).length() : TRY(py::length(thread, string));
  match->pos = pos < 0 ? 0 : pos < length ? pos : length;
  match->endpos = endpos < match->pos ? match->pos : endpos < length ? endpos : length;
  match->last_index = matcher.last_index();
  for (u32 i = 0; i <= regex.groups; ++i) {
    match->marks[2 * i] = matcher.start(i);
    match->marks[2 * i + 1] = matcher.end(i);
  }
  return Ref<>(std::move(match));
}

const TypeSpec kRegexMatchSpec = {
    .name = "re.Match",
    .doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = match_repr, .get_item = match_item},
    .ops = &RegexMatch::kOps,
    .size = ~0u,
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

}  // namespace py
