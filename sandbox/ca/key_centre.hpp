// The key centre: makes encryption pairs, keeps them, and hands them out under a token's signing key.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include "sandbox/ca/openssl.hpp"
#include "tokenlib/base/secret.hpp"
#include "tokenlib/sqlite/database.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::ca {

using EnvelopedPair = std::variant<token::EnvelopedSm2Key, token::WrappedKeyPair>;

/// Private keys in the archive are sealed under a key in a file of the same folder (mode 0600).
class KeyCentre {
  public:
    explicit KeyCentre(const std::filesystem::path& folder);

    /// Makes and archives a pair; its number in the archive.
    std::int64_t make(token::KeyAlgorithm algorithm, const std::string& owner);

    /// A pair of the archive, enveloped for the token that has `signingKey`: when it is new, and again when
    /// it is recovered for a reissue. SM2 pairs go to SM2 signing keys, RSA pairs to RSA ones. Throws
    /// `unsupported`, `certificate-not-found`.
    EnvelopedPair deliver(std::int64_t pair, EVP_PKEY* signingKey);
    KeyPtr publicKey(std::int64_t pair);

  private:
    KeyPtr load(std::int64_t pair);
    Bytes seal(ByteView plain) const;
    Bytes open(ByteView sealed) const;

    sqlite::Database database_;
    Secret masterKey_;
};

}  // namespace ukey::ca
