// SM3, SHA-1, SHA-256, and random octets.
#pragma once

#include <initializer_list>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/softtoken/openssl.hpp"

namespace ukey::softtoken {

enum class HashKind : std::uint8_t { sm3, sha1, sha256 };

std::size_t sizeOf(HashKind kind) noexcept;

class Hasher {
  public:
    explicit Hasher(HashKind kind);
    void update(ByteView data);
    /// The hash; nothing can be added afterwards.
    Bytes finish();
    HashKind kind() const noexcept { return kind_; }

  private:
    HashKind kind_;
    DigestContext context_;
};

Bytes hash(HashKind kind, std::initializer_list<ByteView> parts);

/// Throws SAR_GENRANDERR.
void fillRandom(std::span<std::uint8_t> out);
Bytes randomBytes(std::size_t size);

}  // namespace ukey::softtoken
