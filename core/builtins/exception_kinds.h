// The slots of the exception types that have fields of their own.
#pragma once
#include "core/bind/define.h"
#include "core/object/type_system.h"

#include <span>

namespace py {

Result<Ref<>> exception_str(Thread& thread, Value self);
Result<void> stop_iteration_init(Thread& thread, Value self, const Arguments& arguments);
Result<void> system_exit_init(Thread& thread, Value self, const Arguments& arguments);
Result<void> name_error_init(Thread& thread, Value self, const Arguments& arguments);
Result<void> attribute_error_init(Thread& thread, Value self, const Arguments& arguments);
Result<Ref<>> import_error_reduce(Thread& thread, Exception& self);
Result<Ref<>> os_error_reduce(Thread& thread, Exception& self);
Result<void> import_error_init(Thread& thread, Value self, const Arguments& arguments);
Result<Ref<>> import_error_str(Thread& thread, Value self);
Result<Ref<>> key_error_str(Thread& thread, Value self);
Result<Ref<>> os_error_new(Thread& thread, Type& type, const Arguments& arguments);
Result<void> os_error_init(Thread& thread, Value self, const Arguments& arguments);
Result<Ref<>> os_error_str(Thread& thread, Value self);
Result<void> syntax_error_init(Thread& thread, Value self, const Arguments& arguments);
Result<Ref<>> syntax_error_str(Thread& thread, Value self);
Result<void> unicode_decode_error_init(Thread& thread, Value self, const Arguments& arguments);
Result<void> unicode_encode_error_init(Thread& thread, Value self, const Arguments& arguments);
Result<void> unicode_translate_error_init(Thread& thread, Value self, const Arguments& arguments);
Result<Ref<>> unicode_error_str(Thread& thread, Value self);
Result<Ref<>> exception_group_new(Thread& thread, Type& type, const Arguments& arguments);
Result<void> exception_group_init(Thread& thread, Value self, const Arguments& arguments);
Result<Ref<>> exception_group_str(Thread& thread, Value self);
std::span<const MethodSpec> exception_group_methods();

void make_exception_types(Thread& thread);
void finish_exception_types(Thread& thread);

}  // namespace py
