// Output: the bytes of one dump, in frames from protocol 4 on; collected as a whole, or written to a file as they come.
// A frame is opened by the first byte that goes into it and closed at the first object that starts past its target size.
// Threads: owner only. What runs out of memory is remembered, and raised by boundary() and finish().
#pragma once
#include <cstring>

#include "core/base/text/byte_builder.h"
#include "core/bind/convert.h"
#include "core/modules/pickle/opcodes.h"

namespace py::pickle {

class Output {
 public:
  static constexpr usize kFrameTarget = 64 * 1024;

  // `write` Empty: everything stays here.
  Output(Thread& thread, Value write) : thread_(thread), write_(Ref<>::share(write)) {}

  void start_framing() { framing_ = true; }
  void opcode(Opcode code) { byte(static_cast<u8>(code)); }
  void byte(u8 value) {
    open_frame();
    bytes_.append(static_cast<char>(value));
  }
  void bytes(std::string_view text) {
    open_frame();
    bytes_.append(text.data(), text.size());
  }
  // Little-endian, as the machine.
  template <class T>
  void number(T value) {
    open_frame();
    bytes_.append(&value, sizeof value);
  }

  // Between two objects: a frame that is large enough ends here.
  Result<void> boundary() {
    if (LIKELY(bytes_.size() < kFrameTarget)) return {};
    return end_large_frame();
  }
  // `payload` after `header`; a large one goes out alone, outside of all frames. `object` has these bytes, or is Empty.
  Result<void> payload(std::string_view header, std::string_view payload, Value object);
  Result<void> finish();
  std::string_view content() const { return {bytes_.data(), bytes_.size()}; }

 private:
  static constexpr usize kFrameHeader = 9, kSmallestFrame = 4, kNoFrame = ~usize{0};

  void open_frame() {
    if (LIKELY(!framing_ || frame_start_ != kNoFrame)) return;
    frame_start_ = bytes_.size();
    bytes_.append_repeated(0, kFrameHeader);
  }
  void close_frame();
  Result<void> end_large_frame();
  Result<void> flush();
  Result<void> check() { return bytes_.failed() ? Result<void>(raise_memory_error(thread_)) : Result<void>(); }

  Thread& thread_;
  Ref<> write_;
  ByteBuilder bytes_;
  usize frame_start_ = kNoFrame;
  bool framing_ = false;
};

}  // namespace py::pickle
