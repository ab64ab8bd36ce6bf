#include "core/base/text/repr.h"

#include <cstdio>

#include "core/base/text/search.h"
#include "core/base/text/unicode.h"

namespace py::text {

namespace {

void append_escape(u32 c, TextBuilder& out) {
  char buffer[12];
  int size = std::snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  out.append_ascii(buffer, size);
}

// Appends what `c` needs when it cannot stand for itself; false: it can.
bool append_control(u32 c, u32 quote, TextBuilder& out) {
  if (c == quote || c == '\\') {
    out.append('\\');
    out.append(c);
  } else if (c == '\t' || c == '\n' || c == '\r') {
    out.append('\\');
    out.append(c == '\t' ? 't' : c == '\n' ? 'n' : 'r');
  } else if (c < ' ' || c == 0x7f) {
    append_escape(c, out);
  } else {
    return false;
  }
  return true;
}

u32 quote_for(TextView view) {
  bool single = find_char(view, '\'') >= 0;
  return single && find_char(view, '"') < 0 ? '"' : '\'';
}

enum class Beyond : u8 { Printable, Escaped };

bool repr_with(TextView view, Beyond beyond, TextBuilder& out) {
  u32 quote = quote_for(view);
  out.append(quote);
  isize start = 0;  // of the run that needs no escape
  for (isize i = 0; i < view.length; ++i) {
    u32 c = view[i];
    bool plain = c < 0x80 ? c >= ' ' && c != quote && c != '\\' && c != 0x7f
                          : beyond == Beyond::Printable && unicode::is_printable(c);
    if (plain) continue;
    out.append(view.slice(start, i));
    if (!append_control(c, quote, out)) append_escape(c, out);
    start = i + 1;
  }
  out.append(view.slice(start, view.length));
  return out.append(quote);
}

}  // namespace

bool is_plain_ascii(TextView view) {
  const u8* chars = static_cast<const u8*>(view.data);
  bool plain = true;
  for (isize i = 0; i < view.length; ++i) {
    const u8 c = chars[i];
    plain &= (c >= ' ') & (c != '\'') & (c != '\\') & (c != 0x7f);
  }
  return plain;
}

bool repr_text(TextView view, TextBuilder& out) { return repr_with(view, Beyond::Printable, out); }

bool repr_ascii(TextView view, TextBuilder& out) { return repr_with(view, Beyond::Escaped, out); }

bool escape_non_ascii(TextView view, TextBuilder& out) {
  if (view.ascii) return out.append(view);
  for (isize i = 0; i < view.length; ++i) {
    u32 c = view[i];
    if (c < 0x80) {
      out.append(c);
    } else {
      append_escape(c, out);
    }
  }
  return !out.failed();
}

bool repr_bytes(const u8* bytes, isize count, const char* prefix, TextBuilder& out) {
  u32 quote = quote_for(bytes_view(bytes, count));
  out.append_ascii(prefix);
  out.append(quote);
  for (isize i = 0; i < count; ++i) {
    u8 c = bytes[i];
    if (append_control(c, quote, out)) continue;
    if (c < 0x7f) {
      out.append(c);
    } else {
      append_escape(c, out);
    }
  }
  return out.append(quote);
}

}  // namespace py::text
