// Identity extensions of Chinese CAs (GM/T 0015 5.2.4.3 and its forerunners). Used inside pki only.
#pragma once

#include <optional>
#include <string_view>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::pki {

bool isIdentityExtension(std::string_view oid);

/// Nothing when the OID is no known identity extension or no text can be found in the value. Lenient: a
/// string of any type, also inside context tags or a SEQUENCE (the CHOICE of the personal identity code), or
/// bare text.
std::optional<IdentityExtension> readIdentity(std::string_view oid, ByteView value);

}  // namespace ukey::pki
