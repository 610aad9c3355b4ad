#include "sandbox/program/world.hpp"

#include <boost/asio/io_context.hpp>
#include <cstdlib>

#include "sandbox/program/downloads.hpp"
#include "sandbox/program/publication.hpp"
#include "sandbox/program/trading_centre.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::sandbox {
namespace {

/// A browser may go by either name; the names are ours, whatever a request says.
std::vector<std::string> originsOf(std::uint16_t port) {
    const std::string suffix = ":" + std::to_string(port);
    return {"http://127.0.0.1" + suffix, "http://localhost" + suffix};
}

login_check::Trust trustOf(ca::CertificateCentre& centre) {
    return {centre.rootsPem(), centre.issuingPem(), [&centre] { return centre.revocationLists(); }};
}

std::uint16_t portalPortOf(const WorldOptions& options) {
    if (options.portalPort) return *options.portalPort;
    return options.port == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(options.port + 1);
}

std::unique_ptr<http::Server> openPortalServer(boost::asio::io_context& context,
                                               const WorldOptions& options) {
    try {
        return std::make_unique<http::Server>(context, portalPortOf(options));
    } catch (const Error& error) {
        if (options.portalPort || error.code() != ErrorCode::busy) throw;
        return std::make_unique<http::Server>(context, std::uint16_t{0});
    }
}

}  // namespace

std::filesystem::path caFolder(const std::filesystem::path& dataFolder) { return dataFolder / "ca"; }

std::filesystem::path defaultDataFolder() {
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0') {
        return std::filesystem::path(data) / "ukey-sandbox";
    }
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0')
        throw Error(ErrorCode::badRequest, "say where to keep the data: --dir");
    return std::filesystem::path(home) / ".local/share/ukey-sandbox";
}

World::World(boost::asio::io_context& context, const WorldOptions& options)
    : centre_(caFolder(options.dataFolder), ca::kDefaultPublicUrl, options.clock),
      keys_(caFolder(options.dataFolder)),
      tradingServer_(context, options.port),
      portalServer_(openPortalServer(context, options)) {
    openTradingSite(options);
    openPortal(options);
}

void World::openTradingSite(const WorldOptions& options) {
    trading::SiteOptions site;
    site.dataFolder = options.dataFolder;
    site.webFolder = options.webFolder;
    site.origins = originsOf(port());
    site.trust = trustOf(centre_);
    site.sealer = tradingCentre(options.dataFolder, centre_);
    site.clock = options.clock;
    tradingSite_ = std::make_unique<trading::Site>(site);
    publish(tradingSite_->router(), centre_);
    publishDownloads(tradingSite_->router(), options.downloadsFolder);
    publishLinks(tradingSite_->router(), portalPort());
    tradingServer_.start(
        [this](const http::Request& request) { return tradingSite_->router().handle(request); });
}

void World::openPortal(const WorldOptions& options) {
    portal::SiteOptions site;
    site.dataFolder = options.dataFolder;
    site.webFolder = options.portalWebFolder;
    site.origins = originsOf(portalPort());
    site.rules = options.rules;
    site.resendPause = options.resendPause;
    site.unlockForm = options.unlockForm;
    site.administratorPin = options.administratorPin;
    site.clock = options.clock;
    portal_ = std::make_unique<portal::Site>(site, centre_, keys_);
    publishDownloads(portal_->router(), options.downloadsFolder);
    portalServer_->start([this](const http::Request& request) { return portal_->router().handle(request); });
}

void World::stop() {
    tradingServer_.stop();
    portalServer_->stop();
}

}  // namespace ukey::sandbox
