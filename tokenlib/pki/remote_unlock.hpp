// What travels when a PIN is unlocked from afar: the bridge's request, and the RA's answer with the
// administrator PIN sealed to the request's own key, or in the maker's form. docs/unlock.md tells an RA's
// developers the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/pki/sm2_key.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::pki {

inline constexpr std::size_t kUnlockNonce = 16;

/// UnlockRequest ::= SEQUENCE {
///   version    INTEGER (1),
///   serial     UTF8String,           -- of the token
///   model      UTF8String,           -- of the token; may be empty
///   nonce      OCTET STRING (SIZE 16),
///   expires    GeneralizedTime,      -- YYYYMMDDHHMMSSZ
///   key        OCTET STRING,         -- SM2 point 04 || X || Y, made for this request
///   challenge  [0] IMPLICIT OCTET STRING OPTIONAL }  -- the maker's, where the model has one
struct UnlockRequest {
    std::string serial;
    std::string model;
    Bytes nonce;
    std::chrono::sys_seconds expires;
    Bytes key;
    Bytes challenge;
};

/// DER.
Bytes unlockRequestToDer(const UnlockRequest& request);

/// UnlockResponse ::= SEQUENCE {
///   version  INTEGER (1),
///   nonce    OCTET STRING (SIZE 16),  -- of the request
///   answer   CHOICE {
///     sealed  [0] EXPLICIT SM2Cipher,         -- of SM3(request's DER) || administrator PIN
///     vendor  [1] IMPLICIT OCTET STRING } }   -- as the maker's tokens take it
struct UnlockResponse {
    Bytes nonce;
    std::variant<token::Sm2Cipher, Bytes> answer;
};

/// Strict. Throws unlock-invalid for anything else.
UnlockResponse unlockResponseFromDer(ByteView der);

/// The administrator PIN that was sealed for exactly this request: 1 to 64 octets. Throws unlock-invalid when
/// it is for another key or another request, or holds no PIN.
Secret openAdministratorPin(const Sm2PrivateKey& key, ByteView requestDer, const token::Sm2Cipher& sealed);

/// Fresh octets for a request.
Bytes newUnlockNonce();

}  // namespace ukey::pki
