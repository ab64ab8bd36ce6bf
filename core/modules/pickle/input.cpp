#include "core/modules/pickle/input.h"

#include "core/base/text/byte_builder.h"

namespace py::pickle {

namespace {

constexpr i64 kPeek = 128 * 1024;
// A file is asked for no more at a time: a length that lies costs little.
constexpr u64 kLargestRead = 16 * 1024 * 1024;

}  // namespace

Failure Input::truncated() { return raise(thread_, unpickling_error, "pickle data was truncated"); }

Result<void> Input::use(Ref<> chunk, const char* method) {
  if (!is<Bytes>(chunk)) {
    return raise(thread_, types.TypeError, "{}() returned non-bytes object ({})", method, type_of(chunk));
  }
  chunk_ = std::move(chunk);
  data_ = as<Bytes>(chunk_).view();
  at_ = 0;
  peeked_ = false;
  return {};
}

// What was taken of the peeked bytes is read for good.
Result<void> Input::skip_peeked() {
  if (!std::exchange(peeked_, false)) return {};
  const usize consumed = at_;
  data_ = {};
  at_ = 0;
  if (consumed) TRY(call(thread_, read_, {Value::integer(static_cast<i64>(consumed))}));
  return {};
}

// False: the file cannot peek.
Result<bool> Input::peek_ahead() {
  if (peek_.is_empty()) return false;
  Result<Ref<>> seen = call(thread_, peek_, {Value::integer(kPeek)});
  if (seen.failed()) {
    if (!pending_is(thread_, *types.NotImplementedError)) return failure;
    clear_pending(thread_);
    peek_ = Ref<>();
    return false;
  }
  TRY(use(seen.take(), "peek"));
  peeked_ = true;
  return true;
}

Result<void> Input::read_file(u64 count) {
  if (count <= kLargestRead) {
    TRY(use(TRY(call(thread_, read_, {Value::integer(static_cast<i64>(count))})), "read"));
    return data_.size() < count ? Result<void>(truncated()) : Result<void>();
  }
  ByteBuilder all;
  while (all.size() < count) {
    const u64 wanted = count - all.size() < kLargestRead ? count - all.size() : kLargestRead;
    TRY(use(TRY(call(thread_, read_, {Value::integer(static_cast<i64>(wanted))})), "read"));
    if (data_.size() < wanted) return truncated();
    if (!all.append(data_.data(), data_.size())) return raise_memory_error(thread_);
  }
  return use(TRY(Bytes::from(thread_, {all.data(), all.size()})), "read");
}

Result<std::string_view> Input::bytes_slow(u64 count) {
  if (read_.is_empty()) return truncated();
  if (!peeked_ && at_ < data_.size()) return truncated();  // an argument that crosses the end of its frame
  TRY(skip_peeked());
  const bool enough = TRY(peek_ahead()) && count <= data_.size();
  if (!enough) {
    peeked_ = false;
    TRY(read_file(count));
  }
  at_ = count;
  return data_.substr(0, count);
}

Result<u8> Input::opcode() {
  Result<std::string_view> text = bytes(1);
  if (!text.failed()) return static_cast<u8>(text.take()[0]);
  if (!pending_is(thread_, *static_cast<Type*>(unpickling_error))) return failure;
  clear_pending(thread_);
  return raise(thread_, types.EOFError, "Ran out of input");
}

Result<std::string_view> Input::line() {
  const usize end = data_.find('\n', at_);
  if (end != std::string_view::npos) {
    const std::string_view result = data_.substr(at_, end - at_);
    at_ = end + 1;
    return result;
  }
  if (read_.is_empty() || (!peeked_ && at_ < data_.size())) return truncated();
  TRY(skip_peeked());
  TRY(use(TRY(call(thread_, readline_)), "readline"));
  if (data_.empty() || data_.back() != '\n') return truncated();
  at_ = data_.size();
  return data_.substr(0, at_ - 1);
}

Result<void> Input::frame(u64 size) {
  TRY(bytes(size));
  at_ -= size;
  return {};
}

Result<void> Input::finish() { return skip_peeked(); }

}  // namespace py::pickle
