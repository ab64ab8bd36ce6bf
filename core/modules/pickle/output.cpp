#include "core/modules/pickle/output.h"

namespace py::pickle {

void Output::close_frame() {
  if (frame_start_ == kNoFrame || bytes_.failed()) return;
  char* header = bytes_.data() + frame_start_;
  const u64 length = bytes_.size() - frame_start_ - kFrameHeader;
  if (length >= kSmallestFrame) {
    header[0] = static_cast<char>(Opcode::Frame);
    std::memcpy(header + 1, &length, sizeof length);
  } else {
    std::memmove(header, header + kFrameHeader, length);
    bytes_.truncate(bytes_.size() - kFrameHeader);
  }
  frame_start_ = kNoFrame;
}

Result<void> Output::flush() {
  TRY(check());
  if (bytes_.size() == 0) return {};
  Ref<Bytes> chunk = TRY(Bytes::from(thread_, content()));
  bytes_.clear();
  TRY(call(thread_, write_, {chunk.value()}));
  return {};
}

Result<void> Output::end_large_frame() {
  TRY(check());
  if (!framing_ || frame_start_ == kNoFrame) return {};
  if (bytes_.size() - frame_start_ - kFrameHeader < kFrameTarget) return {};
  close_frame();
  return write_.is_empty() ? Result<void>() : flush();
}

Result<void> Output::payload(std::string_view header, std::string_view payload, Value object) {
  if (payload.size() < kFrameTarget) {
    bytes(header);
    bytes(payload);
    return {};
  }
  close_frame();
  const bool framing = std::exchange(framing_, false);
  bytes(header);
  if (write_.is_empty()) {
    bytes(payload);
    TRY(check());
  } else {
    TRY(flush());
    Ref<> whole = object.is_empty() ? Ref<>(TRY(Bytes::from(thread_, payload))) : Ref<>::share(object);
    TRY(call(thread_, write_, {whole}));
  }
  framing_ = framing;
  return {};
}

Result<void> Output::finish() {
  close_frame();
  TRY(check());
  return write_.is_empty() ? Result<void>() : flush();
}

}  // namespace py::pickle
