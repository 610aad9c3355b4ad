// PEM (RFC 7468), read as senders write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pki {

struct PemBlock {
    std::string label;  ///< E.g. "CERTIFICATE".
    Bytes content;
};

/// All blocks of a text; what stands around them is ignored. Throws bad-request for a block that does not end
/// or whose inside is not base64.
std::vector<PemBlock> parsePem(std::string_view text);

/// Lines of 64 characters.
std::string toPem(std::string_view label, ByteView content);

/// Base64 as senders write it: white space anywhere, padding or none, either alphabet. Nothing when the text
/// is not such.
std::optional<Bytes> fromLooseBase64(std::string_view text);

}  // namespace ukey::pki
