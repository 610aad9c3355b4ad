// Time stamp authorities for tests, made of OpenSSL's own functions: proper ones, and such as do it wrong.
#pragma once

#include "signers.hpp"

namespace ukey::cms::test {

/// Extended key usage: time stamps.
Bytes timeStampPurpose();

/// What an answer says; by default the right things for a request.
struct Stamp {
    std::string digestOid;
    Bytes digest;
    Bytes nonce;  ///< DER INTEGER; empty: none.
    std::chrono::sys_seconds time = now();
    std::uint8_t status = 0;
    bool namesCertificate = true;  ///< The attribute that says which certificate signed.

    static Stamp answering(ByteView request);
};

/// A key, a certificate for time stamps, and the root above it.
Signer authority(token::KeyAlgorithm algorithm = token::KeyAlgorithm::p256, CertificateSpec spec = {},
                 const Bytes& purpose = timeStampPurpose(), bool isPurposeCritical = true);

/// TimeStampResp.
Bytes answerOf(const Signer& authority, const Stamp& stamp);
/// The same by OpenSSL's functions for time stamps, which do it right or not at all.
Bytes answerOfOpenssl(const Signer& authority, ByteView request);

}  // namespace ukey::cms::test
