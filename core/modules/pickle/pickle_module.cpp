// _pickle: the functions. Each makes a pickler or an unpickler of its own.
#include "core/modules/pickle/loader.h"
#include "core/modules/pickle/pickler.h"
#include "core/modules/registry.h"

namespace py::pickle {

namespace {

Result<void> dump_function(Thread& thread, Value object, Value file, Value protocol, bool fix_imports, Value buffer_callback) {
  Ref<Pickler> pickler = TRY(new_pickler(thread, *pickler_type));
  TRY(configure(thread, *pickler, {protocol, fix_imports, buffer_callback}));
  TRY(set_output(thread, *pickler, file));
  Output output(thread, pickler->write.peek());
  return dump(thread, *pickler, object, output);
}

Result<Ref<>> dumps_function(Thread& thread, Value object, Value protocol, bool fix_imports, Value buffer_callback) {
  Ref<Pickler> pickler = TRY(new_pickler(thread, *pickler_type));
  TRY(configure(thread, *pickler, {protocol, fix_imports, buffer_callback}));
  Output output(thread, Empty);
  TRY(dump(thread, *pickler, object, output));
  return Ref<>(TRY(Bytes::from(thread, output.content())));
}

Result<Ref<>> load_function(Thread& thread, Value file, bool fix_imports, Value encoding, Value errors, Value buffers) {
  Ref<Unpickler> unpickler = TRY(new_unpickler(thread, *unpickler_type));
  TRY(set_input(thread, *unpickler, file));
  TRY(configure(thread, *unpickler, {fix_imports, encoding, errors, buffers}));
  Input input(thread, *unpickler);
  return Loader(thread, *unpickler, input, TRY(List::make(thread, kUsualItems))).run();
}

Result<Ref<>> loads_function(Thread& thread, Value data, bool fix_imports, Value encoding, Value errors, Value buffers) {
  Ref<Unpickler> unpickler = TRY(new_unpickler(thread, *unpickler_type));
  TRY(configure(thread, *unpickler, {fix_imports, encoding, errors, buffers}));
  Buffer buffer = TRY(get_buffer(thread, data));
  // Memory that others may write to meanwhile could change between two looks at it.
  Ref<Bytes> copy;
  if (!buffer.read_only) copy = TRY(Bytes::from(thread, buffer.view()));
  Input input(thread, copy ? copy->view() : buffer.view());
  return Loader(thread, *unpickler, input, TRY(List::make(thread, kUsualItems))).run();
}

constexpr MethodSpec kFunctions[] = {
    function<dump_function>("dump(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)",
                            "Write a pickled representation of obj to the open file object file.\n\n"
                            "This is equivalent to Pickler(file, protocol).dump(obj)."),
    function<dumps_function>("dumps(obj, protocol=None, *, fix_imports=True, buffer_callback=None)",
                             "Return the pickled representation of the object as a bytes object."),
    function<load_function>("load(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
                            "Read and return an object from the pickle data stored in a file.\n\n"
                            "This is equivalent to Unpickler(file).load()."),
    function<loads_function>("loads(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
                             "Read and return an object from the given pickle data."),
};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(load_library(thread));
  TRY(pickle_error.add(thread, module, "_pickle", "PickleError"));
  TRY(pickling_error.add(thread, module, "_pickle", "PicklingError", pickle_error));
  TRY(unpickling_error.add(thread, module, "_pickle", "UnpicklingError", pickle_error));
  TRY(add_pickler(thread, module));
  TRY(add_unpickler(thread, module));
  TRY(add_memo_proxies(thread));
  return add_pickle_buffer(thread, module);
}

}  // namespace

}  // namespace py::pickle

namespace py {

const ModuleSpec kPickleModule = {"_pickle", "Optimized implementation of the Python pickle module.", pickle::kFunctions,
                                  std::size(pickle::kFunctions), pickle::initialize};

}  // namespace py
