#include "daemon/ukeyctl/doctor.hpp"

#include "daemon/config/config.hpp"
#include "daemon/ukeyctl/configuration.hpp"
#include "daemon/ukeyctl/daemon_probe.hpp"
#include "daemon/ukeyctl/report.hpp"
#include "daemon/ukeyctl/token_commands.hpp"
#include "daemon/wiring/platform/program_folder.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::ctl {
namespace {

constexpr int kNotRunning = 3;  // As `systemctl status` says it.
constexpr int kSomethingWrong = 1;

/// Collects what is wrong, each with what to do about it.
class Findings {
  public:
    void fine(std::string_view key, std::initializer_list<Filling> values = {}) {
        std::string text = message(terminalLanguage(), key, values);
        say("ctl.fine", {{"text", text}});
    }
    void problem(std::string_view key, std::initializer_list<Filling> values = {}) {
        ++problems_;
        std::string text = message(terminalLanguage(), key, values);
        say("ctl.problem", {{"text", text}});
    }
    int problems() const { return problems_; }

  private:
    int problems_ = 0;
};

void examineDaemon(const Bridge& bridge, Findings& findings) {
    for (const ProbeResult& result : probeDaemon(bridge.config.ports)) {
        const std::string port = std::to_string(result.port);
        const bool isMeant = bridge.daemon && bridge.daemon->port == result.port;
        if (result.kind == ProbeResult::Kind::somethingElse)
            findings.problem("ctl.port-taken", {{"port", port}});
        else if (result.kind == ProbeResult::Kind::ukeyd && !isMeant)
            findings.problem("ctl.other-daemon", {{"port", port}, {"version", result.version}});
    }
    if (!bridge.daemon) return findings.problem("ctl.daemon-missing");
    const auto& [port, status] = *bridge.daemon;
    const std::string number = std::to_string(port);
    const std::string folder = pathText(status.stateDir);
    findings.fine("ctl.daemon-listens", {{"port", number}, {"version", status.version}});
    findings.fine("ctl.state-folder", {{"folder", folder}});
}

void examineOrigins(const config::Config& configuration, Findings& findings) {
    const std::string count = std::to_string(configuration.origins.size());
    if (configuration.origins.empty() && configuration.unknownOrigins == policy::UnknownOrigins::deny) {
        findings.problem("ctl.no-origins");
    } else {
        findings.fine("ctl.origins", {{"count", count}});
    }
}

void examineState(const wiring::DaemonStatus& status, Findings& findings) {
    for (const auto& file : status.setAside)
        findings.problem("ctl.file-set-aside", {{"file", pathText(file)}});
}

/// With the eyes of the one that shows the windows.
void examinePrompter(const Bridge& bridge, const wiring::DaemonStatus& status, Findings& findings) {
    if (!status.display.empty()) findings.fine("ctl.display", {{"display", status.display}});
    if (bridge.daemon && status.display.empty() && !platform::desktopDisplay().empty())
        findings.problem("ctl.display-missing", {{"display", platform::desktopDisplay()}});
    if (!status.prompter.empty())
        findings.fine("ctl.pinentry", {{"program", status.prompter}});
    else
        findings.problem("ctl.pinentry-missing");
}

void examineTokens(const wiring::DaemonStatus& status, Findings& findings) {
    for (const auto& driver : status.drivers) {
        if (driver.problem.empty()) {
            findings.fine("ctl.driver", {{"name", driver.name}, {"library", driver.library}});
        } else {
            findings.problem(
                "ctl.driver-broken",
                {{"name", driver.name}, {"library", driver.library}, {"problem", driver.problem}});
        }
    }
    for (const auto& token : status.tokens) {
        // A blank one may tell none.
        const Filling serial{"serial", token.info.serial.empty() ? token.info.label : token.info.serial};
        if (token.info.pin.status == token::PinStatus::locked) {
            findings.problem("ctl.token-locked", {serial});
        } else if (token.info.state == token::TokenState::blank) {
            findings.problem("ctl.token-blank", {serial});
        } else {
            findings.fine("ctl.token-ready", {serial});
        }
    }
    if (status.tokens.empty()) findings.problem("ctl.no-tokens");
}

}  // namespace

int showStatus(const Asked& asked) {
    const Bridge bridge = bridgeOf(asked);
    if (!bridge.daemon) {
        complain("ctl.daemon-missing");
        return kNotRunning;
    }
    const auto& [port, status] = *bridge.daemon;
    say("ctl.daemon-listens", {{"port", std::to_string(port)}, {"version", status.version}});
    return 0;
}

int runDoctor(const Asked& asked) {
    Findings findings;
    try {
        const Bridge bridge = bridgeOf(asked);
        findings.fine("ctl.config-fine");
        examineDaemon(bridge, findings);
        examineOrigins(bridge.config, findings);
        const wiring::DaemonStatus status = statusOf(bridge);
        examineState(status, findings);
        examinePrompter(bridge, status, findings);
        examineTokens(status, findings);
    } catch (const Error& e) {
        findings.problem("ctl.config-broken", {{"problem", e.what()}});
    }
    return findings.problems() == 0 ? 0 : kSomethingWrong;
}

}  // namespace ukey::ctl
