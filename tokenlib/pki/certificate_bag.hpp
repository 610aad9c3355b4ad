// Certificates in the forms in which RAs send them.
#pragma once

#include <string_view>
#include <vector>

#include "tokenlib/pki/certificate.hpp"

namespace ukey::pki {

/// One or more certificates in any form that objectsFrom takes: alone, one after the other, as TRUSTED
/// CERTIFICATE, or in a p7b (SignedData without content; PKCS#7's OIDs or GM/T 0010's; BER or DER). In their
/// order, at most 32, from at most 256 KiB. Throws bad-request, too-large; never returns an empty list.
std::vector<Certificate> parseCertificates(std::string_view input);

}  // namespace ukey::pki
