// Tokens and certificates as pages see them.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "daemon/api/token_catalogue.hpp"

namespace ukey::api {

struct Page;

/// Longest text of a token's that a page is given, in characters.
inline constexpr std::size_t kLongestText = 128;

/// By the name that the page knows it under, or is given now, and as far as its login shows it.
nlohmann::json tokenJson(Page& page, const hosts::HostedToken& token);
nlohmann::json certificateJson(const TokenKey& key, std::string_view name, std::string_view tokenName);

/// "inserted", "removed" or "updated"; a lost token is a removed one for pages, until it is seen again.
std::string_view eventName(hosts::Change change) noexcept;

}  // namespace ukey::api
