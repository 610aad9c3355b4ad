// A certificate for OpenSSL, and the signature under one. Used inside pki only.
#pragma once

#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/openssl_handles.hpp"

namespace ukey::pki {

/// The certificate as OpenSSL has no fault to find in its form: names in string types that hold them, times
/// with their Z, the key under its usual names, no extension twice. Its signature holds no longer (see
/// isSignedBy), and it names no issuer's key, so that who issued it is for the caller to settle. Null when
/// even that is no certificate to OpenSSL.
X509Handle strictCopy(const Certificate& certificate);

/// Whether the certificate, octet by octet as it came, bears a signature by the issuer's key: SM2 with the
/// default user id, and whatever else OpenSSL verifies.
bool isSignedBy(const Certificate& certificate, const X509* issuerCopy);

}  // namespace ukey::pki
