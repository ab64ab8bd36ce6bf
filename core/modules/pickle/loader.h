// Loader: one load(): the machine that runs a pickle. Its stack is a list, and marks are places in it: what stands below
// the last mark, the fence, cannot be popped.
// Threads: owner only, with the unpickler's lock held.
#pragma once
#include <vector>

#include "core/modules/pickle/input.h"
#include "core/modules/pickle/opcodes.h"

namespace py::pickle {

class Loader {
 public:
  Loader(Thread& thread, Unpickler& unpickler, Input& input, Ref<List> stack)
      : thread_(thread), unpickler_(unpickler), input_(input), stack_(std::move(stack)) {}
  Result<Ref<>> run();

 private:
  // load.cpp: the stack
  Result<void> execute(u8 code);
  Result<void> push(Ref<>&& value) { return stack_->append(thread_, std::move(value)); }
  Result<void> push(Value borrowed) { return stack_->append(thread_, borrowed); }
  isize height() const { return stack_->length(); }
  isize fence() const { return marks_.empty() ? 0 : marks_.back(); }
  COLD Failure underflow();
  Result<Ref<>> pop();
  Result<Ref<>> top(isize below = 0);
  // What stands above the last mark; the mark goes.
  Result<isize> pop_mark();
  Result<Ref<Tuple>> pop_tuple(isize start);
  Result<Ref<List>> pop_list(isize start);
  Result<void> drop();  // the top, or the mark if there is nothing above it
  Result<void> set_protocol();
  Result<void> duplicate();

  // load_atoms.cpp
  Result<std::string_view> argument_line();  // not empty
  Result<Ref<>> parse_int(std::string_view digits, int base);
  Result<void> load_int_text();
  Result<void> load_long_text();
  Result<void> load_float_text();
  Result<void> load_float();
  Result<void> load_long(i64 size);
  Result<void> load_bytes(u64 size);
  Result<void> load_bytearray(u64 size);
  Result<void> load_string_text();
  Result<void> load_string(u64 size);
  Result<void> push_decoded(std::string_view bytes);
  Result<void> load_unicode_text();
  Result<void> load_unicode(u64 size);
  Result<void> load_next_buffer();
  Result<void> make_top_read_only();

  // load_containers.cpp
  Result<void> load_tuple(isize start);
  Result<void> load_short_tuple(isize length);
  Result<void> load_list();
  Result<void> load_dict();
  Result<void> load_frozenset();
  Result<void> append(isize start);
  Result<void> set_items(isize start);
  Result<void> add_items();

  // load_objects.cpp
  Result<void> load_global();
  Result<void> load_stack_global();
  Result<void> load_extension(i64 code);
  Result<Ref<>> class_named(Value module, Value name);
  Result<void> load_instance();
  Result<void> load_object();
  Result<void> instantiate(Value type, Tuple& arguments);
  Result<void> load_new_object(bool with_keywords);
  Result<void> reduce();
  Result<void> build();
  Result<void> set_attributes(Value object, Value state);
  Result<Ref<>> persistent_load();  // the function; UnpicklingError when there is none
  Result<void> load_persistent(Value id);
  Result<void> load_persistent_text();

  // The memo
  Result<u64> text_index(const char* what);
  Result<void> get(u64 index);
  Result<void> put(u64 index);

  Thread& thread_;
  Unpickler& unpickler_;
  Input& input_;
  Ref<List> stack_;
  std::vector<isize> marks_;
};

}  // namespace py::pickle
