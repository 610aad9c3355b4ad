// HMAC (RFC 2104), by OpenSSL.
#pragma once

#include <memory>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::pki {

/// A code in the making. After `finish` it may only be destroyed.
class Hmac {
  public:
    Hmac(token::DigestAlgorithm algorithm, ByteView key);
    Hmac(const Hmac&) = delete;
    Hmac& operator=(const Hmac&) = delete;
    ~Hmac();

    Hmac& update(ByteView bytes);
    Bytes finish();

  private:
    struct Context;
    std::unique_ptr<Context> context_;
    std::size_t length_;
};

}  // namespace ukey::pki
