// All of the sandbox in one process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "sandbox/ca/certificate_centre.hpp"
#include "sandbox/ca/key_centre.hpp"
#include "sandbox/http/server.hpp"
#include "sandbox/portal/site.hpp"
#include "sandbox/trading/site.hpp"

namespace ukey::sandbox {

struct WorldOptions {
    std::filesystem::path dataFolder;       ///< Made when missing.
    std::filesystem::path webFolder;        ///< The built pages of the trading site.
    std::uint16_t port = 8600;              ///< Of the trading site; 0 takes any free one.
    std::filesystem::path portalWebFolder;  ///< The built pages of the portal.
    /// Of the portal; nothing: the one after the trading site's, or any free one where that is taken.
    std::optional<std::uint16_t> portalPort;
    std::filesystem::path downloadsFolder;  ///< What 下载 offers; may be missing.
    ra::OrderRules rules;
    std::chrono::seconds resendPause = portal::SiteOptions{}.resendPause;
    ra::UnlockForm unlockForm = ra::UnlockForm::sealed;
    std::string administratorPin = portal::SiteOptions{}.administratorPin;
    ca::Clock clock = std::chrono::system_clock::now;
};

/// The folder of the CA inside the data folder.
std::filesystem::path caFolder(const std::filesystem::path& dataFolder);

/// Where the data is kept when nothing else is said: below $XDG_DATA_HOME or ~/.local/share.
std::filesystem::path defaultDataFolder();

class World {
  public:
    World(boost::asio::io_context& context, const WorldOptions& options);

    std::uint16_t port() const { return tradingServer_.port(); }
    std::uint16_t portalPort() const { return portalServer_->port(); }
    ca::CertificateCentre& centre() { return centre_; }
    void stop();

  private:
    void openTradingSite(const WorldOptions& options);
    void openPortal(const WorldOptions& options);

    ca::CertificateCentre centre_;
    ca::KeyCentre keys_;
    http::Server tradingServer_;
    std::unique_ptr<http::Server> portalServer_;
    std::unique_ptr<trading::Site> tradingSite_;
    std::unique_ptr<portal::Site> portal_;
};

}  // namespace ukey::sandbox
