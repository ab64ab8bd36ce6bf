#include "core/base/text/text_builder.h"

#include <doctest/doctest.h>

#include "core/base/text/hash.h"
#include "core/base/text/search.h"

using namespace py;

TEST_CASE("a builder is always canonical") {
  TextBuilder builder;
  builder.append_ascii("abc");
  CHECK(builder.view().ascii);
  builder.append(0xe9);
  CHECK(builder.view().width == 1);
  CHECK_FALSE(builder.view().ascii);
  builder.append(0x20ac);
  CHECK(builder.view().width == 2);
  builder.append(0x1f600);
  CHECK(builder.view().width == 4);
  CHECK(builder.view()[3] == 0xe9);
  builder.truncate(4);
  CHECK(builder.view().width == 1);
  builder.truncate(3);
  CHECK(builder.view().ascii);
  CHECK(text::equal(builder.view(), ascii_view("abc")));
}

TEST_CASE("a slice that needs less than its width does not widen the result") {
  u16 wide[] = {'a', 'b', 0x20ac};
  TextBuilder builder;
  builder.append(TextView{wide, 2, 2, false});
  CHECK(builder.view().width == 1);
  CHECK(builder.view().ascii);
}

TEST_CASE("moving keeps the content, short or long") {
  constexpr isize kLengths[] = {3, 1000};
  for (isize length : kLengths) {
    TextBuilder first;
    first.append_repeated('x', length);
    TextBuilder second(static_cast<TextBuilder&&>(first));
    CHECK(second.length() == length);
    CHECK(first.length() == 0);
  }
}

TEST_CASE("hashes depend on the seed, and equal CPython's for the same PYTHONHASHSEED") {
  text::set_hash_seed(0);
  i64 zero = text::hash_text(ascii_view("hello world"));
  CHECK(zero == -5642461784034726774);
  CHECK(text::hash_text(ascii_view("")) == 0);
  text::set_hash_seed(1);
  CHECK(text::hash_text(ascii_view("hello world")) == 4697380503286254714);
  text::set_hash_seed(0);
  CHECK(text::hash_text(ascii_view("hello world")) == zero);
}
