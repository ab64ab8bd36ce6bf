#include "core/base/text/codec_errors.h"

#include <cstdio>
#include <cstring>

#include "core/base/text/unicode.h"

namespace py::codec {

ErrorMode error_mode(const char* name, usize count) {
  static constexpr struct {
    const char* name;
    ErrorMode mode;
  } kModes[] = {{"strict", ErrorMode::Strict},
                {"ignore", ErrorMode::Ignore},
                {"replace", ErrorMode::Replace},
                {"backslashreplace", ErrorMode::BackslashReplace},
                {"surrogateescape", ErrorMode::SurrogateEscape},
                {"surrogatepass", ErrorMode::SurrogatePass},
                {"namereplace", ErrorMode::NameReplace},
                {"xmlcharrefreplace", ErrorMode::XmlCharRefReplace}};
  for (auto& row : kModes) {
    if (std::strlen(row.name) == count && std::memcmp(row.name, name, count) == 0) return row.mode;
  }
  return ErrorMode::Custom;
}

bool DecodeRun::strict(isize start, isize end, const char* reason) {
  result_.status = Status::Error;
  result_.error = {encoding_, reason, start, end};
  return false;
}

bool DecodeRun::pass_surrogate(isize start, isize& resume) {
  const u8* at = input + start;
  isize left = size - start;
  u32 c = 0;
  isize used = form_ == SurrogateForm::Utf8 ? 3 : form_ >= SurrogateForm::Utf32Little ? 4 : 2;
  if (left < used) return false;
  switch (form_) {
    case SurrogateForm::None: return false;
    case SurrogateForm::Utf8:
      if ((at[0] & 0xf0) != 0xe0 || (at[1] & 0xc0) != 0x80 || (at[2] & 0xc0) != 0x80) return false;
      c = (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
      break;
    case SurrogateForm::Utf16Little: c = at[0] | at[1] << 8; break;
    case SurrogateForm::Utf16Big: c = at[1] | at[0] << 8; break;
    case SurrogateForm::Utf32Little: c = at[0] | at[1] << 8 | at[2] << 16 | static_cast<u32>(at[3]) << 24; break;
    case SurrogateForm::Utf32Big: c = at[3] | at[2] << 8 | at[1] << 16 | static_cast<u32>(at[0]) << 24; break;
  }
  if (c < 0xd800 || c > 0xdfff) return false;
  out_.append(c);
  resume = start + used;
  return true;
}

bool DecodeRun::error(isize start, isize end, const char* reason, isize& resume) {
  resume = end;
  switch (handler_.mode) {
    case ErrorMode::Ignore: return true;
    case ErrorMode::Replace: return out_.append(0xfffd) || strict(start, end, reason);
    case ErrorMode::BackslashReplace:
      for (isize i = start; i < end; ++i) {
        char text[5];
        std::snprintf(text, sizeof text, "\\x%02x", input[i]);
        out_.append_ascii(text, 4);
      }
      return true;
    case ErrorMode::SurrogateEscape: {
      isize i = start;
      for (; i < end && i < start + 4 && input[i] >= 0x80; ++i) out_.append(0xdc00u + input[i]);
      resume = i;
      return i > start || strict(start, end, reason);
    }
    case ErrorMode::SurrogatePass: return pass_surrogate(start, resume) || strict(start, end, reason);
    case ErrorMode::Custom:
      if (!handler_.call) break;
      if (handler_.call(handler_.context, {encoding_, reason, start, end}, input, size, out_, resume)) return true;
      result_.status = Status::HandlerFailed;
      return false;
    default: break;
  }
  return strict(start, end, reason);
}

bool EncodeRun::strict(isize start, isize end, const char* reason) {
  result_.status = Status::Error;
  result_.error = {encoding_, reason, start, end};
  return false;
}

bool EncodeRun::put_text(TextView replacement, bool (*put)(void*, u32), void* context) {
  for (isize i = 0; i < replacement.length; ++i) {
    if (!put(context, replacement[i])) return false;
  }
  return true;
}

bool EncodeRun::put_escape(u32 c, bool (*put)(void*, u32), void* context) {
  char text[160];
  const char* form = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
  if (handler_.mode == ErrorMode::XmlCharRefReplace) form = "&#%u;";
  std::snprintf(text, sizeof text, form, c);
  if (handler_.mode == ErrorMode::NameReplace) {
    char name[128];
    if (usize count = unicode::name(c, name)) {
      std::snprintf(text, sizeof text, "\\N{%.*s}", static_cast<int>(count), name);
    }
  }
  return put_text(ascii_view(text), put, context);
}

bool EncodeRun::put_surrogate(u32 c) {
  if (c < 0xd800 || c > 0xdfff || form_ == SurrogateForm::None) return false;
  u8 low = static_cast<u8>(c), high = static_cast<u8>(c >> 8);
  switch (form_) {
    case SurrogateForm::Utf8: return append_utf8(out_, c);
    case SurrogateForm::Utf16Little: return out_.append(static_cast<char>(low)) && out_.append(static_cast<char>(high));
    case SurrogateForm::Utf16Big: return out_.append(static_cast<char>(high)) && out_.append(static_cast<char>(low));
    case SurrogateForm::Utf32Little: {
      u8 bytes[4] = {low, high, 0, 0};
      return out_.append(bytes, 4);
    }
    default: {
      u8 bytes[4] = {0, 0, high, low};
      return out_.append(bytes, 4);
    }
  }
}

bool EncodeRun::error(isize start, isize end, const char* reason, bool (*put)(void*, u32), void* context, int unit,
                      isize& resume) {
  resume = end;
  isize at = start;
  switch (handler_.mode) {
    case ErrorMode::Ignore: return true;
    case ErrorMode::Replace:
      for (; at < end; ++at) {
        if (!put(context, '?')) return strict(start, end, reason);
      }
      return true;
    case ErrorMode::BackslashReplace:
    case ErrorMode::NameReplace:
    case ErrorMode::XmlCharRefReplace:
      for (; at < end; ++at) {
        if (!put_escape(text_[at], put, context)) return strict(start, end, reason);
      }
      return true;
    case ErrorMode::SurrogateEscape:
      for (; unit == 1 && at < end && text_[at] >= 0xdc80 && text_[at] <= 0xdcff; ++at) {
        out_.append(static_cast<char>(text_[at] - 0xdc00));
      }
      return at == end || strict(at, end, reason);
    case ErrorMode::SurrogatePass:
      for (; at < end; ++at) {
        if (!put_surrogate(text_[at])) return strict(at, end, reason);
      }
      return true;
    case ErrorMode::Custom: {
      if (!handler_.call) break;
      TextView replacement;
      bool is_bytes = false;
      if (!handler_.call(handler_.context, {encoding_, reason, start, end}, replacement, is_bytes, resume)) {
        result_.status = Status::HandlerFailed;
        return false;
      }
      if (is_bytes) {
        if (replacement.length % unit != 0) return strict(start, end, reason);
        out_.append(replacement.data, static_cast<usize>(replacement.length));
        return true;
      }
      return put_text(replacement, put, context) || strict(start, end, reason);
    }
    default: break;
  }
  return strict(start, end, reason);
}

}  // namespace py::codec
