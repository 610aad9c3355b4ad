#include "daemon/policy/identity.hpp"

#include <array>
#include <string>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::policy {
namespace {

constexpr std::string_view kPurpose = "ukey.v1 identity";
/// One hash in 2^32 is no private key.
constexpr char kMostTries = 8;

void append(Bytes& message, ByteView part) { message.insert(message.end(), part.begin(), part.end()); }

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
    if (nonce.size() != kNonceOctets) throw Error(ErrorCode::badRequest, "nonce: not 32 octets");
    Bytes message;
    append(message, asBytes(kPurpose));
    message.push_back(0);
    append(message, asBytes(origin));
    message.push_back(0);
    append(message, nonce);
    return {pki::toSubjectPublicKeyInfo(key().publicKey()), key().sign(message)};
}

}  // namespace ukey::policy
