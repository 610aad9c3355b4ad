#include "daemon/policy/identity.hpp"

#include <array>
#include <cstdint>
#include <string>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::policy {
namespace {

constexpr std::string_view kPurpose = "ukey.v1 identity";
constexpr std::string_view kMeeting = "ukey.v1 first meeting";
constexpr std::uint32_t kMeetingCodes = 1'000'000;
/// One hash in 2^32 is no private key.
constexpr char kMostTries = 8;

void append(Bytes& message, ByteView part) { message.insert(message.end(), part.begin(), part.end()); }

Bytes beginning(std::string_view purpose, std::string_view origin) {
    Bytes message;
    append(message, asBytes(purpose));
    message.push_back(0);
    append(message, asBytes(origin));
    message.push_back(0);
    return message;
}

void requireNonce(ByteView nonce) {
    if (nonce.size() != Identity::kNonceOctets) throw Error(ErrorCode::badRequest, "nonce: not 32 octets");
}

}  // namespace

const pki::P256PrivateKey& Identity::key() {
    for (char tries = 0; !key_ && tries < kMostTries; ++tries) {
        // No pseudonym is made of such parts: those begin with an origin, and none is empty.
        const std::array<std::string_view, 3> parts{"", kPurpose, std::string_view(&tries, 1)};
        Bytes scalar = hash_.of(parts);
        try {
            key_ = pki::P256PrivateKey::fromScalar(scalar);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::badRequest) throw;
        }
        wipe(scalar);
    }
    if (!key_) throw Error(ErrorCode::internal, "no identity key");
    return *key_;
}

Identity::Proof Identity::prove(std::string_view origin, ByteView nonce) {
    requireNonce(nonce);
    Bytes message = beginning(kPurpose, origin);
    append(message, nonce);
    return {pki::toSubjectPublicKeyInfo(key().publicKey()), key().sign(message)};
}

std::string Identity::meetingCode(std::string_view origin, ByteView nonce) {
    requireNonce(nonce);
    Bytes message = beginning(kMeeting, origin);
    append(message, pki::toSubjectPublicKeyInfo(key().publicKey()));
    append(message, nonce);
    const Bytes hash = pki::digest(token::DigestAlgorithm::sha256, message);
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8U | hash.at(i);
    const std::string digits = std::to_string(kMeetingCodes + number % kMeetingCodes);
    return digits.substr(1, 3) + ' ' + digits.substr(4);
}

}  // namespace ukey::policy
