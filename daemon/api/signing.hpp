// What every signature has in common: the key, the login, the consent, the call.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/api/services.hpp"

namespace ukey::api {

struct SigningJob {
    token::DigestAlgorithm digestAlgorithm = token::DigestAlgorithm::sm3;
    Bytes digest;
    std::optional<Bytes> message;     ///< For modules that hash themselves; only when it is short.
    Bytes shownDigest{};              ///< Of the content a message is made of; empty: `digest`.
    std::optional<std::size_t> size;  ///< Of the content, for the dialog.
    std::string operation = "operation.sign";
    std::string pageText;
    bool canBeShown = true;  ///< False where nobody but the page knows what the digest is of.

    /// What the dialog and the audit log say of it.
    const Bytes& contentDigest() const noexcept { return shownDigest.empty() ? digest : shownDigest; }
};

/// The key behind a certificate's name; one that may sign. Throws certificate-not-found, token-removed,
/// unsupported.
boost::asio::awaitable<std::shared_ptr<const TokenKey>> signingKey(Page& page, const std::string& name);

/// Throws unsupported for a key that makes logins in Web eID's form: nothing that a page hands over may be
/// signed with it.
void requireKeyForData(const Page& page, const TokenKey& key);

/// Throws pin-required when this page is not logged in, whoever else is.
void requireLogin(Page& page, const hosts::TokenAddress& address,
                  const char* why = "this page is not logged in on the token");

/// The user's yes, where the policy wants one for each signature. `list`: of a batch, what it is of.
boost::asio::awaitable<void> consentTo(Page& page, std::shared_ptr<const TokenKey> key, const SigningJob& job,
                                       std::string list = {});

/// What the token gives within the login and the yes that there are, in the way that gave a signature last.
/// Whether it is one now is for the caller to check (Signature::finish) before it leaves.
boost::asio::awaitable<Bytes> signUnchecked(Page& page, std::shared_ptr<const TokenKey> key, SigningJob job);

/// The same, until `take` takes it (signing::askForSignature).
boost::asio::awaitable<void> signUntilTaken(Page& page, std::shared_ptr<const TokenKey> key, SigningJob job,
                                            std::function<void(const Bytes& raw)> take);

/// The token's raw signature, checked. Throws pin-required when this page is not logged in, whoever else is,
/// and driver-error when the token signed something else.
boost::asio::awaitable<Bytes> signWith(Page& page, std::shared_ptr<const TokenKey> key, SigningJob job);

/// JOSE name: of the digest for RSA and EC, "SM2SM3" for SM2.
std::string_view signatureAlgorithm(token::KeyAlgorithm key, token::DigestAlgorithm digest) noexcept;

}  // namespace ukey::api
