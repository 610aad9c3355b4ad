#include "daemon/policy/keyed_hash.hpp"

#include <array>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"

namespace ukey::policy {
namespace {

constexpr std::size_t kBlock = 64;  // Of SHA-256.

Bytes padded(ByteView secret, std::uint8_t pad) {
    Bytes key(kBlock, pad);
    for (std::size_t i = 0; i < secret.size(); ++i) key[i] = static_cast<std::uint8_t>(key[i] ^ secret[i]);
    return key;
}

void add(pki::Digest& digest, std::string_view part) {
    std::array<std::uint8_t, 4> length{};
    for (std::size_t i = 0; i < length.size(); ++i)
        length[i] = static_cast<std::uint8_t>(part.size() >> (8 * (length.size() - 1 - i)));
    digest.update(length).update(asBytes(part));
}

}  // namespace

KeyedHash::KeyedHash(ByteView secret) {
    if (secret.size() < 32 || secret.size() > kBlock)
        throw Error(ErrorCode::internal, "the secret has a wrong length");
    innerKey_ = padded(secret, 0x36);
    outerKey_ = padded(secret, 0x5c);
}

KeyedHash KeyedHash::derived(ByteView secret, std::string_view purpose) {
    // No pseudonym is made of such parts: those begin with an origin, and none is empty.
    const std::array<std::string_view, 2> parts{"", purpose};
    return KeyedHash(KeyedHash(secret).of(parts));
}

Bytes KeyedHash::of(std::span<const std::string_view> parts) const {
    pki::Digest inner(token::DigestAlgorithm::sha256);
    inner.update(innerKey_);
    for (const std::string_view part : parts) add(inner, part);
    return pki::Digest(token::DigestAlgorithm::sha256).update(outerKey_).update(inner.finish()).finish();
}

}  // namespace ukey::policy
