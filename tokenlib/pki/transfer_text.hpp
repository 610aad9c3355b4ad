// What RAs send as text or octets without saying in which form: certificates, keys, messages.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"

namespace ukey::pki {

/// Everything in the input that `fits`: octets as they are, PEM blocks of any label, base64 (either alphabet,
/// padding or none), hexadecimal (with colons, blanks or 0x), each with a byte order mark, in UTF-16, in
/// quotes, with line ends or with line ends written out as \\n. `fits` sees what is not empty, and settles
/// which form it is where a text could be several. Empty when nothing fits. Throws bad-request for a PEM
/// block that does not end or is not base64.
std::vector<Bytes> objectsFrom(std::string_view input, const std::function<bool(ByteView)>& fits);

/// The one object of an input that has to hold one; nothing when none fits, or several do.
std::optional<Bytes> objectFrom(std::string_view input, const std::function<bool(ByteView)>& fits);

/// Whether the octets begin with a SEQUENCE that fits, and that SEQUENCE without what stands after it:
/// blanks, line ends and zeros that came with a file, or the trust settings of OpenSSL's TRUSTED CERTIFICATE.
bool beginsWithSequence(ByteView octets);
ByteView firstElement(ByteView octets);

}  // namespace ukey::pki
