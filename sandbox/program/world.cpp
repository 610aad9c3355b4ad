#include "sandbox/program/world.hpp"

#include <boost/asio/io_context.hpp>
#include <cstdlib>

#include "sandbox/program/publication.hpp"
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
      server_(context, options.port) {
    trading::SiteOptions site;
    site.dataFolder = options.dataFolder;
    site.webFolder = options.webFolder;
    site.origins = originsOf(server_.port());
    site.trust = trustOf(centre_);
    site.clock = options.clock;
    site_ = std::make_unique<trading::Site>(site);
    publish(site_->router(), centre_);
    server_.start([this](const http::Request& request) { return site_->router().handle(request); });
}

}  // namespace ukey::sandbox
