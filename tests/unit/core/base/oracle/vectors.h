// Reading of oracle vectors: one line is an operation and its fields. Threads: one test.
#pragma once
#include <string>
#include <vector>

#include "core/base/number/big_int.h"
#include "core/base/text/byte_builder.h"
#include "core/base/text/text_builder.h"

namespace oracle {

using Fields = std::vector<std::string>;
using Check = std::string (*)(const Fields& fields);  // what weft answers; compared with the last field

std::string from_hex(const std::string& digits);
py::TextBuilder text_of(const std::string& field);  // "t" and hex
std::string field_of(py::TextView view);            // the other way
double double_of(const std::string& digits);
std::string digits_of(double value);
py::BigInt big_of(const std::string& decimal);
std::string decimal_of(const py::BigInt& value);
std::string bytes_field(const py::ByteBuilder& bytes);  // "b" and hex

// Runs every vector of generate.py's `part` whose operation is `operation`.
void run(const char* part, const char* operation, Check check);

}  // namespace oracle
