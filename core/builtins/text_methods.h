// The rows of the methods that str, bytes and bytearray share, for their tables.
#pragma once
#include "core/builtins/text_changes.h"
#include "core/builtins/text_split.h"

#include <array>

namespace py {

template <class K>
struct SharedTextMethods {
  using Search = TextSearch<K>;
  using Split = TextSplit<K>;
  using Changes = TextChanges<K>;
  static constexpr MethodSpec kRows[] = {
      def<Search::template find<Direction::First>>("find(sub, start=None, end=None, /)",
                                                   "Return the lowest index where sub is found, or -1."),
      def<Search::template find<Direction::Last>>("rfind(sub, start=None, end=None, /)",
                                                  "Return the highest index where sub is found, or -1."),
      def<Search::template index<Direction::First>>("index(sub, start=None, end=None, /)",
                                                    "Like find(), but raise ValueError when sub is not found."),
      def<Search::template index<Direction::Last>>("rindex(sub, start=None, end=None, /)",
                                                   "Like rfind(), but raise ValueError when sub is not found."),
      def<Search::count>("count(sub, start=None, end=None, /)", "Return the number of non-overlapping occurrences of sub."),
      def<Search::template has_affix<Direction::First>>("startswith(prefix, start=None, end=None, /)",
                                                        "Return True if it starts with the prefix, or one of a tuple."),
      def<Search::template has_affix<Direction::Last>>("endswith(suffix, start=None, end=None, /)",
                                                       "Return True if it ends with the suffix, or one of a tuple."),
      def<Split::split>("split(sep=None, maxsplit=-1)",
                         "Return a list of the parts between separators, the first maxsplit of them split."),
      def<Split::rsplit>("rsplit(sep=None, maxsplit=-1)",
                          "Return a list of the parts between separators, splitting from the end."),
      def<Split::splitlines>("splitlines(keepends=False)", "Return a list of the lines."),
      def<Split::template partition<Direction::First>>("partition(sep, /)",
                                                        "Split at the first sep: head, sep and tail."),
      def<Split::template partition<Direction::Last>>("rpartition(sep, /)",
                                                       "Split at the last sep: head, sep and tail."),
      def<Changes::template strip<text::Side::Both>>("strip(chars=None, /)",
                                                     "Remove leading and trailing whitespace, or the given characters."),
      def<Changes::template strip<text::Side::Left>>("lstrip(chars=None, /)",
                                                     "Remove leading whitespace, or the given characters."),
      def<Changes::template strip<text::Side::Right>>("rstrip(chars=None, /)",
                                                      "Remove trailing whitespace, or the given characters."),
      def<Changes::removeprefix>("removeprefix(prefix, /)", "Return a copy without the prefix, if present."),
      def<Changes::removesuffix>("removesuffix(suffix, /)", "Return a copy without the suffix, if present."),
      def<Changes::template justify<Justify::Left>>("ljust(width, fillchar=' ', /)",
                                                    "Return a left-justified copy of length width."),
      def<Changes::template justify<Justify::Right>>("rjust(width, fillchar=' ', /)",
                                                     "Return a right-justified copy of length width."),
      def<Changes::template justify<Justify::Center>>("center(width, fillchar=' ', /)",
                                                      "Return a centered copy of length width."),
      def<Changes::zfill>("zfill(width, /)", "Pad with zeros on the left, to fill a field of the given width."),
      def<Changes::expandtabs>("expandtabs(tabsize=8)", "Replace tabs by spaces."),
      def<Changes::replace>("replace(old, new, count=-1, /)",
                            "Return a copy with the first count (-1: all) occurrences of old replaced by new."),
  };
};

// The rows of two tables in one.
template <usize m, usize n>
consteval std::array<MethodSpec, m + n> joined_rows(const MethodSpec (&first)[m], const MethodSpec (&second)[n]) {
  std::array<MethodSpec, m + n> rows;
  for (usize i = 0; i < m; ++i) rows[i] = first[i];
  for (usize i = 0; i < n; ++i) rows[m + i] = second[i];
  return rows;
}
template <usize m, usize n>
consteval std::array<MethodSpec, m + n> joined_rows(const std::array<MethodSpec, m>& first, const MethodSpec (&second)[n]) {
  std::array<MethodSpec, m + n> rows;
  for (usize i = 0; i < m; ++i) rows[i] = first[i];
  for (usize i = 0; i < n; ++i) rows[m + i] = second[i];
  return rows;
}

}  // namespace py
