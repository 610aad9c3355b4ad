#pragma once

#include <string>
#include <string_view>

namespace ukey::http {

/// SHA-256, hexadecimal.
std::string sha256Of(std::string_view octets);

}  // namespace ukey::http
