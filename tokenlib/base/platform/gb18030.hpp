// The system's own table of GB18030.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ukey::platform {

/// UTF-8 of a GB18030 text (GBK and GB2312 are parts of it). Nothing when the octets are not such a text as a
/// whole, or the system has no such conversion.
std::optional<std::string> utf8FromGb18030(std::string_view octets);

}  // namespace ukey::platform
