// Input: the bytes of a pickle, from memory or from a file. Of a file it reads ahead only what peek() shows or a frame
// announces, so that what follows the pickle stays in the file.
// Invariant: a view that a read function returned is valid until the next one is called.
// Threads: owner only; memory that others may write to is copied before it is looked at.
#pragma once
#include "core/modules/pickle/unpickler.h"

namespace py::pickle {

class Input {
 public:
  Input(Thread& thread, std::string_view memory) : thread_(thread), data_(memory) {}
  Input(Thread& thread, Unpickler& unpickler)
      : thread_(thread), read_(unpickler.read.load()), readline_(unpickler.readline.load()), peek_(unpickler.peek.load()) {}

  // Exactly so many bytes. UnpicklingError at the end of the data.
  Result<std::string_view> bytes(u64 count) {
    if (LIKELY(count <= data_.size() - at_)) {
      const std::string_view result = data_.substr(at_, count);
      at_ += count;
      return result;
    }
    return bytes_slow(count);
  }
  // The same; EOFError.
  Result<u8> opcode();
  template <class T>
  Result<T> number() {
    const std::string_view text = TRY(bytes(sizeof(T)));
    T result;
    __builtin_memcpy(&result, text.data(), sizeof result);
    return result;
  }
  // A line without its end.
  Result<std::string_view> line();
  // Makes sure that a frame of so many bytes is there.
  Result<void> frame(u64 size);
  // Gives back to the file what was read ahead.
  Result<void> finish();

 private:
  COLD Result<std::string_view> bytes_slow(u64 count);
  COLD Failure truncated();
  Result<void> skip_peeked();
  Result<bool> peek_ahead();
  Result<void> read_file(u64 count);
  Result<void> use(Ref<> chunk, const char* method);

  Thread& thread_;
  Ref<> read_, readline_, peek_;
  Ref<> chunk_;                // the bytes object behind data_
  std::string_view data_;
  usize at_ = 0;
  bool peeked_ = false;        // data_ is still in the file
};

}  // namespace py::pickle
