// CSRResponse of GM/T 0092: signing certificates, encryption key and encryption certificates in one object.
#pragma once

#include <optional>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::pki {

struct CsrResponse {
    std::vector<Certificate> signCertificates;
    std::optional<token::EnvelopedSm2Key> encryptionKey;
    std::vector<Certificate> encryptCertificates;
};

/// The tags [0] and [1] may be EXPLICIT or IMPLICIT: the standard's module leaves senders in doubt. BER or
/// DER. Throws bad-request, unsupported, too-large.
CsrResponse parseCsrResponse(ByteView encoded);

}  // namespace ukey::pki
