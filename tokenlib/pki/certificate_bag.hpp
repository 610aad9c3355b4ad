// Certificates in the forms in which RAs send them.
#pragma once

#include <string_view>
#include <vector>

#include "tokenlib/pki/certificate.hpp"

namespace ukey::pki {

/// One or more certificates from PEM (any number of blocks, also PKCS7 and CMS), bare base64 or hexadecimal,
/// DER, or a p7b (SignedData without content; PKCS#7's OIDs or GM/T 0010's; BER or DER). In their order, at
/// most 32, from at most 256 KiB. Throws bad-request, too-large; never returns an empty list.
std::vector<Certificate> parseCertificates(std::string_view input);

}  // namespace ukey::pki
