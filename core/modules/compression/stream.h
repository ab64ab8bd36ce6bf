// Compressors and decompressors that are fed piece by piece: what the objects of _bz2 and _lzma have in common. The
// library behind one is its engine.
// Threads: a stream is used under its CallLock; the engine works detached.
#pragma once
#include <memory>
#include <string>

#include "core/base/text/byte_builder.h"
#include "core/bind/define.h"
#include "core/modules/io/call_lock.h"

namespace py::compression {

enum class Action : u8 { Run, Finish };
enum class Outcome : u8 { More, End, Failed };

// What an engine reads and writes next; it moves the starts and shrinks the sizes.
struct Window {
  const u8* input;
  usize input_size;
  u8* output;
  usize output_size;
};

class Engine {
 public:
  virtual ~Engine() = default;
  // Runs detached. After Failed, raise() tells why.
  virtual Outcome step(Window& window, Action action) = 0;
  virtual Failure raise(Thread& thread) = 0;
  // Whether output may be pending although all input was taken and the output has no room left.
  virtual bool may_hold_output() const { return false; }
  // Whether step() may be called after it failed.
  virtual bool survives_errors() const { return true; }
  virtual const char* at_end_message() const = 0;
};

class Stream final : public Object {
 public:
  Field unused_data;  // Bytes
  Engine* engine;     // null: not initialised
  std::string* rest;  // input that was not taken yet
  io::CallLock lock;
  std::atomic<bool> at_end, needs_input;
  bool unusable;
  static const ObjectOps kOps;
};
Result<Ref<>> new_stream(Thread& thread, Type& type, std::unique_ptr<Engine> engine);
inline Stream& stream_of(Value self) { return *static_cast<Stream*>(self.object()); }

// Methods
Result<Ref<>> compress(Thread& thread, Value self, Buffer& data);
Result<Ref<>> flush(Thread& thread, Value self);
Result<Ref<>> decompress(Thread& thread, Value self, Buffer& data, isize max_length);
Result<Ref<>> get_eof(Thread& thread, Value self);
Result<Ref<>> get_needs_input(Thread& thread, Value self);
Result<Ref<>> get_unused_data(Thread& thread, Value self);

inline constexpr MethodSpec kCompressorMethods[] = {
    def<compress>("compress(data, /)",
                  "Provide data to the compressor object.\n\n"
                  "Returns a chunk of compressed data if possible, or b'' otherwise. After the last data, flush()\n"
                  "finishes the compression."),
    def<flush>("flush()",
               "Finish the compression process.\n\n"
               "Returns the compressed data left in internal buffers. The compressor may not be used afterwards."),
};
inline constexpr MethodSpec kDecompressorMethods[] = {
    def<decompress>("decompress(data, max_length=-1)",
                    "Decompress data, returning uncompressed data as bytes.\n\n"
                    "At most max_length bytes if that is not negative: then needs_input tells whether to go on with new\n"
                    "data or with b''. EOFError after the end of the stream; what follows it is in unused_data."),
};
inline constexpr PropertySpec kDecompressorProperties[] = {
    {"eof", "True if the end-of-stream marker has been reached.", get_eof},
    {"needs_input", "True if more input is needed before more decompressed data can be produced.", get_needs_input},
    {"unused_data", "Data found after the end of the compressed stream.", get_unused_data},
};

}  // namespace py::compression
