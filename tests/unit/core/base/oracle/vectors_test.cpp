#include "tests/unit/core/base/oracle/vectors.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "core/base/text/codec.h"

namespace oracle {

using namespace py;

namespace {

constexpr char kHex[] = "0123456789abcdef";

// All vectors of a part, by operation. Parts are generated once per process.
const std::multimap<std::string, Fields>& vectors(const std::string& part) {
  static std::map<std::string, std::multimap<std::string, Fields>> parts;
  auto [place, is_new] = parts.try_emplace(part);
  if (!is_new) return place->second;
  const std::string script = WEFT_SOURCE_DIR "/tests/unit/core/base/oracle/generate.py";
  std::FILE* pipe = popen(("/usr/bin/python3.11 " + script + " " + part).c_str(), "r");
  char* line = nullptr;
  size_t capacity = 0;
  for (ssize_t size; pipe && (size = getline(&line, &capacity, pipe)) > 0;) {
    std::string rest(line, static_cast<usize>(size - 1));
    Fields fields;
    for (usize start = 0, tab; start <= rest.size(); start = tab + 1) {
      tab = rest.find('\t', start);
      if (tab == std::string::npos) tab = rest.size();
      fields.push_back(rest.substr(start, tab - start));
    }
    place->second.emplace(fields[0], Fields(fields.begin() + 1, fields.end()));
  }
  std::free(line);
  if (pipe) pclose(pipe);
  return place->second;
}

std::string hex_of(const char* bytes, usize count) {
  std::string result;
  for (usize i = 0; i < count; ++i) {
    result += kHex[static_cast<u8>(bytes[i]) >> 4];
    result += kHex[bytes[i] & 15];
  }
  return result;
}

}  // namespace

std::string from_hex(const std::string& digits) {
  std::string result;
  auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (usize i = 0; i + 1 < digits.size(); i += 2)
    result += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  return result;
}

TextBuilder text_of(const std::string& field) {
  std::string bytes = from_hex(field.substr(1));
  TextBuilder result;
  codec::DecodeHandler handler;
  handler.mode = codec::ErrorMode::SurrogatePass;
  codec::decode_utf8(bytes.data(), static_cast<isize>(bytes.size()), handler, result);
  return result;
}

std::string field_of(TextView view) {
  ByteBuilder bytes;
  for (isize i = 0; i < view.length; ++i) codec::append_utf8(bytes, view[i]);
  return "t" + hex_of(bytes.data(), bytes.size());
}

double double_of(const std::string& digits) {
  u64 bits = std::strtoull(digits.c_str(), nullptr, 16);
  double result;
  std::memcpy(&result, &bits, 8);
  return result;
}

std::string digits_of(double value) {
  u64 bits;
  std::memcpy(&bits, &value, 8);
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(bits));
  return text;
}

BigInt big_of(const std::string& decimal) {
  bool negative = decimal[0] == '-';
  return big::parse(decimal.data() + negative, decimal.size() - negative, 10, negative);
}

std::string decimal_of(const BigInt& value) {
  ByteBuilder text;
  CHECK(!value.failed());
  big::to_text(value.view(), 10, text);
  return {text.data(), text.size()};
}

std::string bytes_field(const ByteBuilder& bytes) { return "b" + hex_of(bytes.data(), bytes.size()); }

void run(const char* part, const char* operation, Check check) {
  auto [first, last] = vectors(part).equal_range(operation);
  REQUIRE(first != last);
  int wrong = 0;
  for (auto at = first; at != last; ++at) {
    Fields fields = at->second;
    std::string expected = fields.back();
    fields.pop_back();
    std::string actual = check(fields);
    if (actual == expected) continue;
    if (++wrong > 8) continue;
    std::string shown = operation;
    for (auto& field : fields) shown += " " + field.substr(0, 200);
    usize same = 0;
    while (same < actual.size() && same < expected.size() && actual[same] == expected[same]) ++same;
    usize from = same < 30 ? 0 : same - 30;
    shown += "\n  at " + std::to_string(same) + "\n  expected " + expected.substr(from, 200);
    MESSAGE(shown << "\n  actual   " << actual.substr(from < actual.size() ? from : actual.size(), 200));
  }
  CHECK_MESSAGE(wrong == 0, std::string(operation) << ": " << wrong << " of " << std::distance(first, last));
}

}  // namespace oracle
