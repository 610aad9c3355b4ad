// Octets that RAs send as text without saying in which encoding. Used inside pki only.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pki {

/// Hexadecimal or base64 (either alphabet, white space, padding or none); `fits` sees what is not empty, and
/// settles which one it is where a text is both. Nothing when no reading fits.
std::optional<Bytes> octetsFromText(std::string_view text, const std::function<bool(ByteView)>& fits);

}  // namespace ukey::pki
