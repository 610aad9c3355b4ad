// Names for tokens and certificates that differ from origin to origin, so that two sites cannot compare what
// they saw (security.md 67).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "daemon/policy/keyed_hash.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::policy {

class Pseudonyms {
  public:
    /// `secret` is this installation's; at least 32 octets, or ukey::Error (internal).
    explicit Pseudonyms(ByteView secret) : hash_(secret) {}

    /// 22 characters of base64url: HMAC-SHA256 over the origin and the parts, cut to 128 bits. `kind` keeps
    /// names of different things apart.
    std::string nameFor(std::string_view origin, std::string_view kind,
                        std::initializer_list<std::string_view> parts) const;

  private:
    KeyedHash hash_;
};

}  // namespace ukey::policy
