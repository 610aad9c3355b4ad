// What the routes of the trading site have in common.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <optional>

#include "sandbox/http/router.hpp"
#include "sandbox/trading/drafts.hpp"

namespace ukey::trading {

/// A whole number of a body; throws ukey::Error bad-request.
std::int64_t numberField(const nlohmann::json& body, const char* name);

/// A whole number of the query or of an address; nothing for any other text.
std::optional<std::int64_t> numberIn(const std::string& text);

/// `?parcel=`; throws BidRefused parcelNotFound.
std::int64_t parcelIn(const http::Request& request);

http::Response draftResponse(const Draft& draft);

/// Routes of those who are logged in; refusals become answers.
class UserRoutes {
  public:
    using Handler = std::function<http::Response(const http::Request&, const Bidder&)>;
    /// `rest` is what comes behind the prefix.
    using PrefixHandler =
        std::function<http::Response(const http::Request&, const Bidder&, const std::string& rest)>;

    UserRoutes(http::Router& router, std::function<std::optional<Bidder>(const http::Request&)> userOf)
        : router_(router), userOf_(std::move(userOf)) {}

    void on(const char* method, const char* path, Handler handler);
    void onPrefix(const char* method, const char* prefix, PrefixHandler handler);

  private:
    http::Router& router_;
    std::function<std::optional<Bidder>(const http::Request&)> userOf_;
};

}  // namespace ukey::trading
