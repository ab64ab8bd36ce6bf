// datetime.IsoCalendarDate: the tuple with names that isocalendar() answers.
#include "core/modules/datetime/objects.h"
#include "core/object/type_system.h"

namespace py::datetime {

namespace {

Result<Ref<>> iso_date_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "IsoCalendarDate(year, week, weekday)", arguments);
  Ref<> fields[3];
  for (usize i = 0; i < 3; ++i) fields[i] = TRY(make_int(thread, TRY(to_field(thread, bound[i]))));
  Ref<Tuple> tuple = TRY(Tuple::from(thread, {fields[0], fields[1], fields[2]}));
  const Value items = tuple.value();
  return types.tuple->slots.new_(thread, type, Arguments{&items, 1});
}
Result<Ref<>> iso_date_repr(Thread& thread, Value self) {
  Tuple& tuple = as<Tuple>(self);
  return format_str(thread, "{}(year={!r}, week={!r}, weekday={!r})", type_of(self), tuple[0], tuple[1], tuple[2]);
}
// Pickles as a plain tuple.
Result<Ref<Tuple>> reduce(Thread& thread, Tuple& self) {
  Ref<Tuple> plain = TRY(Tuple::from(thread, self.values(), self.length));
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {plain.value()}));
  return Tuple::from(thread, {types.tuple->value(), arguments.value()});
}
template <isize index>
Result<Ref<>> get(Thread&, Value self) {
  return Ref<>::share(as<Tuple>(self)[index]);
}

constexpr MethodSpec kMethods[] = {def<reduce>("__reduce__()", "__reduce__() -> (cls, state)")};
constexpr PropertySpec kProperties[] = {{"year", nullptr, get<0>}, {"week", nullptr, get<1>}, {"weekday", nullptr, get<2>}};
constexpr TypeSpec kSpec = {.name = "datetime.IsoCalendarDate",
                            .doc = "The result of date.isocalendar() or datetime.isocalendar()\n\n"
                                   "A tuple of the ISO year, the week and the weekday, which are also attributes.",
                            .methods = kMethods,
                            .method_count = std::size(kMethods),
                            .properties = kProperties,
                            .property_count = std::size(kProperties),
                            .slots = {.repr = iso_date_repr, .new_ = iso_date_new}};

}  // namespace

Result<void> add_iso_date(Thread& thread) {
  iso_date_type = &make_builtin_type(thread, kSpec, types.tuple);
  finish_builtin_type(thread, *iso_date_type);
  return {};
}

}  // namespace py::datetime
