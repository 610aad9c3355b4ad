// What every signature has in common: the key, the login, the consent, the call.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "daemon/api/services.hpp"

namespace ukey::api {

struct SigningJob {
    token::DigestAlgorithm digestAlgorithm = token::DigestAlgorithm::sm3;
    Bytes digest;
    std::optional<Bytes> message;  ///< For modules that hash themselves; only when it is short.
    std::string operation = "operation.sign";
    std::string pageText;
};

/// The key behind a certificate's name; one that may sign. Throws certificate-not-found, token-removed,
/// unsupported.
boost::asio::awaitable<std::shared_ptr<const TokenKey>> signingKey(Page& page, const std::string& name);

/// The token's raw signature. Throws pin-required when this page is not logged in, whoever else is.
boost::asio::awaitable<Bytes> signWith(Page& page, std::shared_ptr<const TokenKey> key, SigningJob job);

/// JOSE name: of the digest for RSA and EC, "SM2SM3" for SM2.
std::string_view signatureAlgorithm(token::KeyAlgorithm key, token::DigestAlgorithm digest) noexcept;

}  // namespace ukey::api
