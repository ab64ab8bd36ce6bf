#include "core/object/code.h"

#include "core/object/casts.h"
#include "core/object/sequence.h"
#include "memory/buffer.h"

namespace py {

void (*code_made_hook)(Code& code) = nullptr;
void (*code_died_hook)(Code& code) = nullptr;

namespace {

usize code_size(const Object& object) { return type_of_object(object).allocation_size(); }

void code_visit(Object& object, Visitor& visitor) {
  Code& code = static_cast<Code&>(object);
  for (Field* field : {&code.name, &code.qualified_name, &code.filename, &code.constants, &code.names, &code.local_names,
                       &code.cell_names, &code.free_names}) {
    visitor.visit(*field);
  }
}

void code_release(Object& object) {
  Code& code = static_cast<Code&>(object);
  if (code_died_hook) code_died_hook(code);
  buffer_free(code.words);
  buffer_free(code.positions);
  buffer_free(code.ranges);
  buffer_free(code.cell_registers);
}

}  // namespace

const ObjectOps Code::kOps = {"code", code_visit, code_release, code_size};


u32 Code::position_row(u32 index) const {
  u32 low = 0, high = position_count;
  while (high - low > 1) {
    const u32 middle = (low + high) / 2;
    (positions[middle].instruction <= index ? low : high) = middle;
  }
  return low;
}

}  // namespace py
