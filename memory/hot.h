// Hot objects: shared ones that many threads keep counting, for which the counting itself becomes the bottleneck. Once
// noticed, an object is counted no more and stays until the process ends; only so many are let become hot.
// Threads: set once at start-up.
#pragma once

namespace py {

// Off until the interpreter switches it on.
extern bool notices_hot_objects;

}  // namespace py
