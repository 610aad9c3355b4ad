#include "daemon/wiring/token_hosts_from_config.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/hosts/platform/library_places.hpp"
#include "daemon/hosts/supervisor.hpp"
#include "daemon/wiring/platform/program_folder.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/models/models.hpp"

namespace ukey::wiring {
namespace {

/// For libraries of 32 bits beside a daemon of 64; of Windows.
constexpr std::string_view kHost32 = "ukey-token-host-x86";

/// Of libraries that one of our token hosts can load: its own, and that of the host for 32 bits where it is.
std::vector<std::string_view> loadableArchitectures() {
    std::vector<std::string_view> loadable{models::thisArchitecture()};
    std::error_code none;
    if (std::filesystem::exists(platform::programNamed(kHost32), none)) loadable.emplace_back("x86");
    return loadable;
}

/// The system's, and below them those of the library's maker.
std::vector<std::filesystem::path> foldersFor(const models::Library& library) {
    const auto ofTheSystem = platform::libraryFolders();
    auto folders = ofTheSystem;
    for (const std::string& ofTheMaker : library.folders) {
        for (const auto& above : ofTheSystem)
            folders.push_back((above / pathFrom(ofTheMaker)).make_preferred());
    }
    return folders;
}

/// The library of a model that is installed in one of these folders; empty when none is.
std::string installedLibrary(const models::Model& model, const std::vector<std::string_view>& architectures) {
    for (const models::Library& library : model.libraries) {
        const bool fits = std::any_of(
            architectures.begin(), architectures.end(),
            [&](std::string_view architecture) { return library.isFor(models::thisSystem(), architecture); });
        if (!fits) continue;
        const auto folders = foldersFor(library);
        for (const std::string& file : library.files) {
            for (const auto& folder : folders) {
                const std::filesystem::path found = folder / pathFrom(file);
                if (std::error_code none; std::filesystem::exists(found, none)) return pathText(found);
            }
        }
    }
    return {};
}

std::vector<config::DriverConfig> defaultDrivers(const models::ModelTable& table) {
    const std::string softToken = platform::libraryNamed("ukey-softtoken");
    std::vector<config::DriverConfig> drivers{{.name = "soft", .library = softToken}};
    const auto architectures = loadableArchitectures();
    for (const models::Model& model : table.list()) {
        std::string library = installedLibrary(model, architectures);
        if (library.empty() || library.ends_with(softToken)) continue;
        drivers.push_back({.name = model.id, .kind = model.driver, .library = std::move(library)});
    }
    return drivers;
}

}  // namespace

Terminal ownTerminal() { return {platform::terminalDevice(), platform::terminalType()}; }

std::shared_ptr<hosts::TokenHosts> tokenHostsFromConfig(const boost::asio::any_io_executor& executor,
                                                        const config::Config& configuration,
                                                        const Terminal& terminal) {
    hosts::HostSettings settings;
    settings.hostProgram = pathText(platform::programNamed("ukey-token-host"));
    settings.hostProgram32 = pathText(platform::programNamed(kHost32));
    settings.driverTimeout = std::chrono::seconds(configuration.driverTimeoutSeconds);
    settings.pinentry = configuration.pinentry;
    settings.terminal = terminal.device;
    settings.terminalType = terminal.type;
    const auto table = models::ModelTable::builtIn();
    std::vector<config::DriverConfig> drivers =
        configuration.drivers.empty() ? defaultDrivers(table) : configuration.drivers;
    for (config::DriverConfig& driver : drivers) {
        driver.options = models::driverOptions(table, driver.library, driver.options);
        const models::Match known = table.findByLibrary(driver.library);
        if (known && driver.initialPin.empty()) driver.initialPin = known.model->initialPin;
    }
    return hosts::makeTokenHosts(executor, std::move(drivers), std::move(settings));
}

}  // namespace ukey::wiring
