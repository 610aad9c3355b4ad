#include "daemon/wiring/token_hosts_from_config.hpp"

#include <cstdlib>
#include <utility>

#include "daemon/hosts/supervisor.hpp"
#include "daemon/wiring/platform/program_folder.hpp"

namespace ukey::wiring {
namespace {

constexpr auto kSoftTokenLibrary = "libukey-softtoken.so";

std::vector<hosts::DriverConfig> defaultDrivers() {
    return {{.name = "soft", .kind = "skf", .library = kSoftTokenLibrary, .options = {}, .trusted = false}};
}

std::vector<hosts::DriverConfig> configuredDrivers(const config::Config& configuration) {
    std::vector<hosts::DriverConfig> drivers;
    for (const auto& driver : configuration.drivers) {
        drivers.push_back({.name = driver.name,
                           .kind = driver.kind == config::DriverKind::skf ? "skf" : "pkcs11",
                           .library = driver.library,
                           .options = driver.options,
                           .trusted = true});
    }
    return drivers;
}

}  // namespace

Terminal ownTerminal() {
    const char* type = std::getenv("TERM");
    return {platform::terminalDevice(), type == nullptr ? "" : type};
}

std::shared_ptr<hosts::TokenHosts> tokenHostsFromConfig(const boost::asio::any_io_executor& executor,
                                                        const config::Config& configuration,
                                                        const Terminal& terminal) {
    hosts::HostSettings settings;
    settings.hostProgram = platform::programFolder() / "ukey-token-host";
    settings.driverTimeout = std::chrono::seconds(configuration.driverTimeoutSeconds);
    settings.pinentry = configuration.pinentry;
    settings.terminal = terminal.device;
    settings.terminalType = terminal.type;
    auto drivers = configuration.drivers.empty() ? defaultDrivers() : configuredDrivers(configuration);
    return hosts::makeTokenHosts(executor, std::move(drivers), std::move(settings));
}

}  // namespace ukey::wiring
