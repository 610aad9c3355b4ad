#include "daemon/policy/pseudonyms.hpp"

#include <array>
#include <cstdint>
#include <span>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"

namespace ukey::policy {
namespace {

constexpr std::size_t kBlock = 64;  // Of SHA-256.
constexpr std::size_t kNameOctets = 16;

Bytes padded(const Bytes& secret, std::uint8_t pad) {
    Bytes key(kBlock, pad);
    for (std::size_t i = 0; i < secret.size(); ++i) key[i] = static_cast<std::uint8_t>(key[i] ^ secret[i]);
    return key;
}

/// Each part with its length before it, so that no two lists of parts give the same octets.
void add(pki::Digest& digest, std::string_view part) {
    std::array<std::uint8_t, 4> length{};
    for (std::size_t i = 0; i < length.size(); ++i)
        length[i] = static_cast<std::uint8_t>(part.size() >> (8 * (length.size() - 1 - i)));
    digest.update(length).update(asBytes(part));
}

}  // namespace

Pseudonyms::Pseudonyms(Bytes secret) {
    if (secret.size() < 32 || secret.size() > kBlock)
        throw Error(ErrorCode::internal, "the secret has a wrong length");
    innerKey_ = padded(secret, 0x36);
    outerKey_ = padded(secret, 0x5c);
}

std::string Pseudonyms::nameFor(std::string_view origin, std::string_view kind,
                                std::initializer_list<std::string_view> parts) const {
    pki::Digest inner(token::DigestAlgorithm::sha256);
    inner.update(innerKey_);
    add(inner, origin);
    add(inner, kind);
    for (const std::string_view part : parts) add(inner, part);
    const Bytes name =
        pki::Digest(token::DigestAlgorithm::sha256).update(outerKey_).update(inner.finish()).finish();
    return toBase64Url(std::span(name).first(kNameOctets));
}

}  // namespace ukey::policy
