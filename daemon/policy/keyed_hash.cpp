#include "daemon/policy/keyed_hash.hpp"

#include <array>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/hmac.hpp"

namespace ukey::policy {
namespace {

constexpr std::size_t kShortest = 32;
constexpr std::size_t kLongest = 64;  // The block of SHA-256: a longer key would be digested first.

void add(pki::Hmac& code, std::string_view part) {
    std::array<std::uint8_t, 4> length{};
    for (std::size_t i = 0; i < length.size(); ++i)
        length[i] = static_cast<std::uint8_t>(part.size() >> (8 * (length.size() - 1 - i)));
    code.update(length).update(asBytes(part));
}

}  // namespace

KeyedHash::KeyedHash(ByteView secret) : secret_(Secret::copyOf(secret)) {
    if (secret.size() < kShortest || secret.size() > kLongest)
        throw Error(ErrorCode::internal, "the secret has a wrong length");
}

KeyedHash KeyedHash::derived(ByteView secret, std::string_view purpose) {
    // No pseudonym is made of such parts: those begin with an origin, and none is empty.
    const std::array<std::string_view, 2> parts{"", purpose};
    return KeyedHash(KeyedHash(secret).of(parts));
}

Bytes KeyedHash::of(std::span<const std::string_view> parts) const {
    pki::Hmac code(token::DigestAlgorithm::sha256, secret_.view());
    for (const std::string_view part : parts) add(code, part);
    return code.finish();
}

}  // namespace ukey::policy
