// All of the sandbox in one process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "sandbox/ca/certificate_centre.hpp"
#include "sandbox/http/server.hpp"
#include "sandbox/trading/site.hpp"

namespace ukey::sandbox {

struct WorldOptions {
    std::filesystem::path dataFolder;  ///< Made when missing.
    std::filesystem::path webFolder;   ///< The built pages of the trading site.
    std::uint16_t port = 8600;         ///< 0 takes any free one.
    ca::Clock clock = std::chrono::system_clock::now;
};

/// The folder of the CA inside the data folder.
std::filesystem::path caFolder(const std::filesystem::path& dataFolder);

/// Where the data is kept when nothing else is said: below $XDG_DATA_HOME or ~/.local/share.
std::filesystem::path defaultDataFolder();

class World {
  public:
    World(boost::asio::io_context& context, const WorldOptions& options);

    std::uint16_t port() const { return server_.port(); }
    ca::CertificateCentre& centre() { return centre_; }
    void stop() { server_.stop(); }

  private:
    ca::CertificateCentre centre_;
    http::Server server_;
    std::unique_ptr<trading::Site> site_;
};

}  // namespace ukey::sandbox
