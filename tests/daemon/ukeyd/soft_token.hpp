// A soft token with a certificate, as a page uses it.
#pragma once

#include <filesystem>
#include <string>

#include "tests/daemon/support/client.hpp"

namespace ukey::test {

inline constexpr auto kMintedPin = "274859";

/// Made by `ukey-sandbox mint` in UKEY_SOFTTOKEN_DIR, and plugged in; its serial. The CA's files go into
/// `folder`.
std::string mintSoftToken(const std::filesystem::path& folder, const std::string& pin = kMintedPin);

/// The id of the first token, as soon as there is one.
std::string waitForToken(Client& client);

/// Signs a digest with the token's certificate: error.data.code, or nothing.
std::string signWith(Client& client, const std::string& token);

}  // namespace ukey::test
