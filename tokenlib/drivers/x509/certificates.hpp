// What a driver must know of a certificate (RFC 5280 4.1) to store it and to find its key.
#pragma once

#include <optional>
#include <string>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::x509 {

struct CertificateFacts {
    Bytes der;                            ///< The certificate alone, without what some tokens pad it with.
    Bytes serial;                         ///< CertificateSerialNumber in DER, for CKA_SERIAL_NUMBER.
    Bytes issuer;                         ///< Name in DER.
    Bytes subject;                        ///< Name in DER.
    std::optional<token::PublicKey> key;  ///< Absent: not an algorithm of the protocol.
    /// Of keyUsage: sign with digitalSignature or nonRepudiation, else encrypt; absent when the extension is.
    std::optional<token::KeyUsage> usage;
    bool decrypts = true;    ///< keyUsage allows keyEncipherment or dataEncipherment, or says nothing.
    bool agrees = true;      ///< keyUsage allows keyAgreement, or says nothing.
    bool authority = false;  ///< Of a CA: basicConstraints cA, or keyUsage keyCertSign.
    std::string startsAt;    ///< notBefore as YYYYMMDD…, to be compared.
    std::string endsAt;      ///< notAfter likewise.
};

/// Whether it can be used at `now` (YYYYMMDDhhmmss, UTC).
bool isInForce(const CertificateFacts& facts, std::string_view now) noexcept;

/// Nothing when it is no certificate.
std::optional<CertificateFacts> certificateFacts(ByteView stored);

}  // namespace ukey::x509
