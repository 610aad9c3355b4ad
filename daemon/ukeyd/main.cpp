// ukeyd: reads its configuration, puts the parts together, runs until it is told to end.
#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <utility>

#include "daemon/api/bridge.hpp"
#include "daemon/config/settings_watch.hpp"
#include "daemon/policy/install_secret.hpp"
#include "daemon/policy/state_folder.hpp"
#include "daemon/server/server.hpp"
#include "daemon/session/screen_watch.hpp"
#include "daemon/ukeyd/options.hpp"
#include "daemon/ukeyd/platform/account.hpp"
#include "daemon/ukeyd/platform/end_request.hpp"
#include "daemon/ukeyd/platform/hardening.hpp"
#include "daemon/ukeyd/platform/log_sink.hpp"
#include "daemon/wiring/daemon_status.hpp"
#include "daemon/wiring/token_hosts_from_config.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/command_line.hpp"
#include "tokenlib/base/platform/idle_memory.hpp"
#include "tokenlib/base/version.hpp"
#include "tokenlib/prompt/prompt.hpp"

namespace ukey {
namespace {

void setUpLog(const config::Config& configuration) {
    const auto sinks = makeLogSinks(configuration.stateDir);
    auto logger = std::make_shared<spdlog::logger>("ukeyd", sinks.begin(), sinks.end());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z ukeyd %l: %v");
    logger->set_level(spdlog::level::from_str(configuration.logLevel));
    logger->flush_on(spdlog::level::trace);
    spdlog::set_default_logger(std::move(logger));
}

consent::Consent::MakePrompter prompterMaker(const boost::asio::any_io_executor& executor,
                                             const config::Config& configuration,
                                             const wiring::Terminal& terminal) {
    prompt::PromptSettings settings;
    settings.program = configuration.pinentry;
    settings.terminal = terminal.device;
    settings.terminalType = terminal.type;
    return [executor, settings] { return prompt::makePrompter(executor, settings); };
}

/// Of the daemon that is to end. It may have begun before the settings were spoilt, or got a value that only
/// a newer one knows: then the folder is the usual one, unless a file that may name another was meant.
std::filesystem::path stateDirToStop(const config::Sources& sources) {
    try {
        return config::load(sources).stateDir;
    } catch (const Error& error) {
        if (sources.file && !sources.stateDir) throw;
        std::fprintf(stderr, "ukeyd: %s\n", error.what());
        return sources.stateDir.value_or(sources.defaultStateDir);
    }
}

/// Ends the daemon that works with this state folder, if one does.
int stop(const config::Sources& sources) {
    const policy::StateLock lock(stateDirToStop(sources));
    const auto other = lock.otherHolder();
    if (!other || endDaemon(*other)) return 0;
    std::fprintf(stderr, "ukeyd: process %d does not end\n", *other);
    return 1;
}

/// For whoever starts us, e.g. systemd: starting again does not help.
constexpr int kAlreadyRunning = 3;

/// By which ukeyctl finds this ukeyd.
class PortNote {
  public:
    PortNote(std::filesystem::path stateDir, std::uint16_t port) : stateDir_(std::move(stateDir)) {
        wiring::notePort(stateDir_, port);
    }
    ~PortNote() { wiring::forgetPort(stateDir_); }
    PortNote(const PortNote&) = delete;
    PortNote& operator=(const PortNote&) = delete;

  private:
    std::filesystem::path stateDir_;
};

/// Lets what changed in the settings since `current` was read count. What is wrong is said, and changes
/// nothing.
void readAgain(const config::Sources& sources, config::Config& current, api::Bridge& bridge) {
    try {
        config::Config configuration = config::load(sources);
        if (configuration == current) return;
        spdlog::set_level(spdlog::level::from_str(configuration.logLevel));
        bridge.apply(configuration);
        spdlog::info(
            "the configuration was read again; but for sites, defaultPin, webEid and logLevel it "
            "counts after a restart");
        current = std::move(configuration);
    } catch (const std::exception& error) {
        spdlog::error("the configuration stays as it was: {}", error.what());
    }
}

/// None where the system does not say when something changes.
std::unique_ptr<config::SettingsWatch> watchSettings(const boost::asio::any_io_executor& executor,
                                                     const config::Sources& sources,
                                                     config::Config configuration, api::Bridge& bridge) {
    std::unique_ptr<config::SettingsWatch> watch;
    try {
        watch = std::make_unique<config::SettingsWatch>(
            executor, sources,
            [&, current = std::move(configuration)]() mutable { readAgain(sources, current, bridge); });
    } catch (const std::exception& error) {
        spdlog::warn("changes of the configuration are not noticed: {}", error.what());
    }
    return watch;
}

int run(const config::Sources& sources, const config::Config& configuration) {
    const policy::StateLock lock(configuration.stateDir);
    if (const auto other = lock.otherHolder()) {
        std::fprintf(stderr, "ukeyd: already running for this user, as process %d (state folder %s)\n",
                     *other, pathText(configuration.stateDir).c_str());
        return kAlreadyRunning;
    }
    setUpLog(configuration);
    boost::asio::io_context context(1);
    const boost::asio::any_io_executor executor = context.get_executor();
    const wiring::Terminal terminal = wiring::ownTerminal();
    const auto hosts = wiring::tokenHostsFromConfig(executor, configuration, terminal);
    api::Bridge bridge(executor, configuration, policy::installSecret(configuration.stateDir), hosts,
                       prompterMaker(executor, configuration, terminal));
    const auto settingsWatch = watchSettings(executor, sources, configuration, bridge);
    server::ServerSettings settings;
    settings.ports = configuration.ports;
    settings.limits = configuration.limits;
    settings.version = programVersion();
    settings.status = [&configuration, terminal, hosts]() -> boost::asio::awaitable<std::string> {
        auto asking = wiring::ownStatus(configuration, terminal, hosts, std::string(programVersion()));
        const wiring::DaemonStatus status = co_await std::move(asking);
        co_return wiring::toText(status);
    };
    server::Server server(executor, bridge, std::move(settings));

    const EndRequest endRequest(executor, [&] { server.stop([&] { context.stop(); }); });
    const PortNote note(configuration.stateDir, server.port());
    std::printf("listening on ws://127.0.0.1:%u/ukey/v1\n", server.port());
    std::fflush(stdout);
    const session::ScreenWatch screen(executor, [&] { bridge.endLogins(); });
    hardenListening();
    // Reading the configuration and the description took much code that is not needed again.
    platform::releaseIdleMemory();
    context.run();
    bridge.finish(context);
    return 0;
}

}  // namespace
}  // namespace ukey

int main(int argc, char** argv) {
    ukey::hardenProcess();
    try {
        const ukey::CommandLine line = ukey::readCommandLine(ukey::platform::commandLine(argc, argv));
        if (!line.sources) return line.exitCode;
        if (const auto why = ukey::whyNotThisAccount()) {
            // Of such an account none runs; to look would leave a state folder where there is no user.
            if (line.isStop) return 0;
            // An installation pushed to many computers starts it so on each: no failure.
            std::fprintf(stderr, "ukeyd: %s\n", why->c_str());
            return 1;
        }
        if (line.isStop) return ukey::stop(*line.sources);
        return ukey::run(*line.sources, ukey::config::load(*line.sources));
    } catch (const std::exception& error) {
        ukey::reportFailure(error.what());
        return 1;
    }
}
