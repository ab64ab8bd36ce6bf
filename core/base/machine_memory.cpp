#include "core/base/machine_memory.h"

#include <sys/sysinfo.h>

#include <cstdint>

namespace py {

bool exceeds_machine(usize bytes) {
  static const usize most = [] {
    struct sysinfo info;
    if (sysinfo(&info) != 0) return SIZE_MAX;
    return (static_cast<usize>(info.totalram) + info.totalswap) * info.mem_unit;
  }();
  return UNLIKELY(bytes > most);
}

}  // namespace py
