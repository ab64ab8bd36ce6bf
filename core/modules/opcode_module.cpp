// _opcode: stack effects of python3.11's instructions, for programs that work on its code. weft's own have registers.
#include <bit>
#include <optional>

#include "core/modules/registry.h"

namespace py {

namespace {

constexpr int kFirstWithArgument = 90;

enum class Jump : u8 { No, Yes, Either };

struct Effect {
  u8 number;
  i8 through, jump, slope;
};
constexpr Effect kEffects[] = {
#define EFFECT(name, number, through, jump, slope) {number, through, jump, slope},
#include "core/modules/stack_effect.def"
#undef EFFECT
};

enum : int {
  kUnpackEx = 94,
  kLoadGlobal = 116,
  kMakeFunction = 132,
  kBuildSlice = 133,
  kCallFunctionEx = 142,
  kFormatValue = 155,
};

std::optional<int> effect_of(int opcode, int argument, Jump jump) {
  switch (opcode) {
    case kUnpackEx: return (argument & 0xFF) + (argument >> 8);
    case kLoadGlobal: return 1 + (argument & 1);
    case kMakeFunction: return -std::popcount(static_cast<unsigned>(argument) & 15);
    case kBuildSlice: return argument == 3 ? -2 : -1;
    case kCallFunctionEx: return -2 - (argument & 1);
    case kFormatValue: return argument & 4 ? -1 : 0;
    default: break;
  }
  for (const Effect& effect : kEffects) {
    if (effect.number != opcode) continue;
    const int change = effect.slope * argument;
    const int through = effect.through + change, jumping = effect.jump + change;
    if (jump == Jump::Either) return through > jumping ? through : jumping;
    return jump == Jump::Yes ? jumping : through;
  }
  return std::nullopt;
}

Result<int> stack_effect(Thread& thread, int opcode, Value oparg, Value jump) {
  int argument = 0;
  if (opcode >= kFirstWithArgument) {
    if (oparg.is_none()) {
      return raise(thread, types.ValueError, "stack_effect: opcode requires oparg but oparg was not specified");
    }
    argument = TRY(to_int(thread, oparg));
  } else if (!oparg.is_none()) {
    return raise(thread, types.ValueError, "stack_effect: opcode does not permit oparg but oparg was specified");
  }
  if (!jump.is_none() && !jump.is_bool()) {
    return raise(thread, types.ValueError, "stack_effect: jump must be False, True or None");
  }
  const Jump way = jump == True ? Jump::Yes : jump == False ? Jump::No : Jump::Either;
  const std::optional<int> effect = effect_of(opcode, argument, way);
  if (!effect) return raise(thread, types.ValueError, "invalid opcode or oparg");
  return *effect;
}
// There are none of python3.11's specialised instructions to count.
Result<Ref<>> specialization_stats(Thread&) { return Ref<>::adopt(None); }

constexpr MethodSpec kFunctions[] = {
    function<stack_effect>("stack_effect(opcode, oparg=None, /, *, jump=None)",
                           "Compute the stack effect of the opcode."),
    function<specialization_stats>("get_specialization_stats()", "Return the specialization stats"),
};

}  // namespace

const ModuleSpec kOpcodeModule = {"_opcode", "Opcode support module.", kFunctions, std::size(kFunctions)};

}  // namespace py
