// The self-service portal: accounts, orders, certificates, and the page's way to the registration authority.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sandbox/http/router.hpp"
#include "sandbox/http/sessions.hpp"
#include "sandbox/http/static_files.hpp"
#include "sandbox/portal/unlock_api.hpp"
#include "sandbox/ra/issuance.hpp"

namespace ukey::portal {

struct SiteOptions {
    std::filesystem::path dataFolder;  ///< Has to be there.
    std::filesystem::path webFolder;   ///< The built pages.
    std::vector<std::string> origins;  ///< The site's own, as browsers write them.
    ra::OrderRules rules;
    /// How long after a code the next one may be sent.
    std::chrono::seconds resendPause{60};
    /// Of unlocks where the page asks for none.
    ra::UnlockForm unlockForm = ra::UnlockForm::sealed;
    /// Of tokens whose administrator PIN was not set apart.
    std::string administratorPin = "ukeyadmin1";
    ra::Clock clock = std::chrono::system_clock::now;
};

/// The portal's database, with all its tables.
sqlite::Database openDatabase(const std::filesystem::path& dataFolder);

/// Its addresses are in sandbox/API.md.
class Site {
  public:
    Site(const SiteOptions& options, ca::CertificateCentre& centre, ca::KeyCentre& keys);

    http::Router& router() { return router_; }

  private:
    void addRoutes();
    void addUnlockRoutes();
    void on(const std::string& method, const std::string& path,
            std::function<http::Response(const http::Request&)> handler);
    void onAccount(const std::string& method, const std::string& path,
                   std::function<http::Response(const http::Request&, const ra::Account&)> handler);
    std::optional<ra::Account> accountOf(const http::Request& request);
    http::Response logInAs(const http::Request& request, const ra::Account& account, int status);

    http::Response sendVerification(const http::Request& request);
    http::Response registerNew(const http::Request& request);
    http::Response login(const http::Request& request);
    http::Response logout(const http::Request& request);
    http::Response session(const http::Request& request);
    http::Response identify(const ra::Account& account);
    http::Response outbox();
    http::Response listCertificates(const ra::Account& account);
    http::Response listOrders(const ra::Account& account);
    http::Response placeOrder(const http::Request& request, const ra::Account& account);
    http::Response orderGet(const ra::Account& account, const std::string& rest);
    http::Response orderPost(const http::Request& request, const ra::Account& account,
                             const std::string& rest);
    /// With the certificates of it that wait to be confirmed.
    nlohmann::json orderJson(const ra::Order& order);
    http::Response check(const http::Request& request, const ra::Account& account, std::int64_t order);
    http::Response withdraw(const http::Request& request, const ra::Account& account, std::int64_t order);
    http::Response issue(const http::Request& request, const ra::Account& account, std::int64_t order);
    http::Response confirm(const http::Request& request, const ra::Account& account, std::int64_t order);
    http::Response clerkOrders();
    http::Response clerkPost(const http::Request& request, const std::string& rest);

    ra::Clock clock_;
    ra::OrderRules rules_;
    sqlite::Database database_;
    http::Sessions sessions_;
    ra::Outbox outbox_;
    ra::SecretCodes codes_;
    ra::CodeMessages codeMessages_;
    ra::Accounts accounts_;
    ra::HolderCertificates certificates_;
    ra::Orders orders_;
    ra::Issuance issuance_;
    ra::AdministratorPins administratorPins_;
    ra::Unlocks unlocks_;
    UnlockApi unlockApi_;
    http::StaticFiles pages_;
    http::Router router_;
};

}  // namespace ukey::portal
