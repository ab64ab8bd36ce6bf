#include "core/modules/itertools/itertools.h"

#include "core/modules/registry.h"

namespace py {

namespace {

Result<void> initialize(Thread& thread, Module& module) {
  TRY(itertools::add_selecting(thread, module));
  TRY(itertools::add_counting(thread, module));
  TRY(itertools::add_chaining(thread, module));
  TRY(itertools::add_grouping(thread, module));
  return itertools::add_combinatorics(thread, module);
}

}  // namespace

const ModuleSpec kItertoolsModule = {
    "itertools",
    "Functional tools for creating and using iterators.\n\n"
    "Infinite iterators:\ncount(start=0, step=1) --> start, start+step, start+2*step, ...\n"
    "cycle(p) --> p0, p1, ... plast, p0, p1, ...\nrepeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times",
    nullptr, 0, initialize};

}  // namespace py
