// A key centre for tests: wraps encryption pairs in every form that RAs send, octet by octet, with OpenSSL's
// cryptography and none of pki's encoders.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "test_ca.hpp"

namespace ukey::pki::test {

Bytes tlv(std::uint8_t tag, const Bytes& content);
Bytes joined(std::initializer_list<Bytes> parts);
/// "06…" in hexadecimal.
Bytes hex(std::string_view digits);

// Complete OBJECT IDENTIFIER elements.
inline const Bytes kOidSm4 = hex("06072a811ccf550168");
inline const Bytes kOidSm4Ecb = hex("06082a811ccf55016801");
inline const Bytes kOidSm4Cbc = hex("06082a811ccf55016802");
inline const Bytes kOidSm1 = hex("06072a811ccf550166");
inline const Bytes kOidSsf33 = hex("06072a811ccf550167");
inline const Bytes kOidSm2Encrypt = hex("06092a811ccf5501822d03");
inline const Bytes kOidGmSignedData = hex("060a2a811ccf550601040202");
inline const Bytes kOidPkcs7SignedData = hex("06092a864886f70d010702");
inline const Bytes kOidGmSignedAndEnveloped = hex("060a2a811ccf550601040204");
inline const Bytes kOidGmData = hex("060a2a811ccf550601040201");

/// How the 64-octet field of an encrypted private key is filled.
enum class Alignment : std::uint8_t { whole, right, left };

/// A pair as the key centre has it, wrapped for a signing key.
struct WrappedPair {
    TestKey pair;
    Bytes symmetricKey;  ///< 16 octets.
    Bytes wrappedKey;    ///< DER SM2Cipher.
    Bytes encrypted;     ///< 64 octets: zeros(32) || d under SM4-ECB.
};
WrappedPair wrapPair(const TestKey& signingKey);

/// x, y, hash, cipher of a DER SM2Cipher, the numbers of 32 octets.
std::vector<Bytes> cipherParts(const Bytes& der);

Bytes sm2EnvelopedKey(const WrappedPair& pair, const Bytes& cipherOid = kOidSm4Ecb, bool half = false);
Bytes skfBlob(const WrappedPair& pair, std::uint32_t algorithm = 0x401,
              Alignment alignment = Alignment::whole, bool leftAlignedPoints = false);
/// `issuerAndSerial` is a complete element.
Bytes signedAndEnveloped(const WrappedPair& pair, const Bytes& issuerAndSerial,
                         const Bytes& cipherOid = kOidSm4);
Bytes csrResponse(const std::vector<Bytes>& sign, const Bytes& envelopedKey,
                  const std::vector<Bytes>& encrypt, bool implicitTags = false);
/// CFCA's text, with header and commas or without, C1C3C2 or C1C2C3.
std::string cfcaText(const TestKey& pair, const TestKey& temporary, bool decorated = true,
                     bool hashLast = false);
/// A p7b: SignedData that holds certificates only.
Bytes p7b(const Bytes& typeOid, const std::vector<Bytes>& certificates);

/// What the token would hold after the import: opens everything with the signing key. 32 octets.
Bytes openEnveloped(const token::EnvelopedSm2Key& key, const TestKey& signingKey);

}  // namespace ukey::pki::test
