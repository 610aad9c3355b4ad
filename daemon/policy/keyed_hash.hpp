// HMAC-SHA256 under the secret of this installation.
#pragma once

#include <span>
#include <string_view>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/secret.hpp"

namespace ukey::policy {

class KeyedHash {
  public:
    /// At least 32 octets and at most 64, or ukey::Error (internal).
    explicit KeyedHash(ByteView secret);

    /// 32 octets over the parts, each with its length before it, so that no two lists give the same.
    Bytes of(std::span<const std::string_view> parts) const;

    /// A key for one purpose, from the secret of this installation.
    static KeyedHash derived(ByteView secret, std::string_view purpose);

  private:
    Secret secret_;
};

}  // namespace ukey::policy
