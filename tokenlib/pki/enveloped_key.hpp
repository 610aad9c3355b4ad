// An SM2 encryption pair as a key centre sends it, in its three standard wrappings, each brought into the
// form that a driver imports. The private key stays encrypted: the bridge cannot open any of them
// (security.md 28).
#pragma once

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/token/operations.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// SM2EnvelopedKey (GM/T 0009 7.4, GB/T 35276), DER. The encrypted private key has 32 octets or 64. Keys
/// under SM1 and SSF33 pass untouched. Throws bad-request; `unsupported` for another cipher.
token::EnvelopedSm2Key fromSm2EnvelopedKey(ByteView der);

/// ENVELOPEDKEYBLOB (GM/T 0016 6.4.10) as octets: little-endian, trailing slack allowed. Coordinates may be
/// aligned to the right or to the left, the encrypted key in either half. Throws bad-request, `unsupported`.
token::EnvelopedSm2Key fromSkfEnvelopedKeyBlob(ByteView blob);

/// SignedAndEnvelopedData (GM/T 0010 10) as transport of a key. The public key is not in it: it comes from
/// the encryption certificate. `recipient` picks among several recipients by issuer and serial number. The
/// signature is over the plaintext key, which only the token can see, so it is not checked here. Throws
/// bad-request, `unsupported`.
token::EnvelopedSm2Key fromSignedAndEnvelopedData(ByteView der, const token::PublicKey& encryptionKey,
                                                  const Certificate* recipient);

}  // namespace ukey::pki
