// The trading site: log in with a token, see what land is for sale, bid for it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sandbox/http/router.hpp"
#include "sandbox/http/sessions.hpp"
#include "sandbox/http/static_files.hpp"
#include "sandbox/login_check/login_check.hpp"
#include "sandbox/trading/tendering.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::trading {

struct SiteOptions {
    std::filesystem::path dataFolder;  ///< Has to be there.
    std::filesystem::path webFolder;   ///< The built pages.
    std::vector<std::string> origins;  ///< The site's own, as browsers write them.
    login_check::Trust trust;
    Sealer sealer;  ///< Signs the receipts.
    std::function<login_check::Time()> clock = std::chrono::system_clock::now;
};

/// Its addresses are in sandbox/API.md.
class Site {
  public:
    explicit Site(const SiteOptions& options);

    http::Router& router() { return router_; }

  private:
    http::Response session(const http::Request& request);
    http::Response challenge(const http::Request& request);
    http::Response login(const http::Request& request);
    http::Response logout(const http::Request& request);
    http::Response parcels(const http::Request& request);
    std::optional<Bidder> bidderOf(const http::Request& request);

    std::function<login_check::Time()> clock_;
    sqlite::Database database_;
    http::Sessions sessions_;
    Parcels parcels_;
    Drafts drafts_;
    Bidding bidding_;
    Tendering tendering_;
    login_check::Challenges challenges_;
    login_check::LoginCheck loginCheck_;
    http::StaticFiles pages_;
    http::Router router_;
};

}  // namespace ukey::trading
