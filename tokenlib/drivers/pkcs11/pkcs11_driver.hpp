// A driver on any Cryptoki 2.40 module (PKCS#11).
//
// How PKCS#11 objects become containers (token::KeyRef):
//  - A pair is a private key with its public key object and its certificates, found by public key and by
//  CKA_ID.
//  - CKA_ID names the container: as it is when it could be a container's name (1 to 39 of A-Z a-z 0-9 - _),
//  else as
//    "id:" and its hexadecimal form. A CKA_ID that ends in ".enc" is the encryption pair of the container
//    before it. Objects without a CKA_ID (and what would be a second pair of one name) are "key:" or "cert:"
//    and a hash.
//  - The usage is what the certificate says (keyUsage), because that is public and so the same before and
//  after a
//    login; without a certificate CKA_VERIFY / CKA_ENCRYPT of the public key, then CKA_SIGN / CKA_DECRYPT of
//    the private key. Where a container has one pair only, it is found by either usage.
//  - Of several certificates of one pair the one whose validity starts last is shown.
//  - A certificate of a CA, or (once the private objects can be seen) one without a private key, has no
//  public key in
//    its entry. Key pairs that this protocol has no name for (RSA-1024, other curves) are left out.
// The driver writes CKA_ID = the container's name (and ".enc"), CKA_LABEL = the container's name.
//
// Keys with CKA_ALWAYS_AUTHENTICATE want the PIN for each use. After a login on a token that has such a key
// the PIN is kept, in locked memory, for the one private-key operation that follows, whatever key it is with;
// it is wiped by that operation, by logout, by another login or a change of the PIN, and when the token goes.
// Without it such a key answers pin-required.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "tokenlib/token/driver.hpp"

namespace ukey::pkcs11 {

/// Vendor ids for SM2, which PKCS#11 2.40 does not have. Zero: the module has no such thing.
struct Sm2Mechanisms {
    enum class SignatureForm : std::uint8_t { raw, der };
    /// der: SM2Cipher of GM/T 0009; the others are 04 || X || Y, then C3 and C2 or C2 and C3.
    enum class CipherForm : std::uint8_t { der, c1c3c2, c1c2c3 };

    std::uint64_t keyType = 0;   ///< CKK_ of SM2 keys; keys of CKK_EC on the SM2 curve count as well.
    std::uint64_t generate = 0;  ///< CKM_ of key pair generation.
    std::uint64_t sign = 0;      ///< CKM_ that signs.
    bool signsMessage =
        false;  ///< The mechanism takes the message (default user id) instead of e = SM3(Z || M).
    SignatureForm signature = SignatureForm::raw;
    std::uint64_t decrypt = 0;  ///< CKM_ that decrypts.
    CipherForm cipher = CipherForm::der;
    /// CKA_EC_PARAMS for generation; empty: the object identifier of the SM2 curve.
    Bytes curveParameters{};
};

struct Pkcs11Options {
    std::filesystem::path library{};  ///< Absolute.
    /// Where libraries may lie, at any depth (security.md 40); empty: anywhere.
    std::vector<std::filesystem::path> allowedDirectories{};
    std::optional<Sm2Mechanisms> sm2{};
    /// Whether C_WaitForSlotEvent may be used. False for modules that block everything while they wait.
    bool slotEvents = true;
};

/// Loads and starts the module. Throws driver-missing, driver-bitness, driver-error.
///
/// What a Cryptoki module cannot do is `unsupported`: openSession and sessionDecrypt, unlockChallenge and
/// unlockResponse, import of an enveloped SM2 key.
std::unique_ptr<token::Driver> loadDriver(const Pkcs11Options& options);

}  // namespace ukey::pkcs11
