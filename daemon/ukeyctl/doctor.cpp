#include "daemon/ukeyctl/doctor.hpp"

#include "daemon/config/config.hpp"
#include "daemon/ukeyctl/configuration.hpp"
#include "daemon/ukeyctl/daemon_probe.hpp"
#include "daemon/ukeyctl/report.hpp"
#include "daemon/ukeyctl/token_commands.hpp"
#include "daemon/wiring/token_hosts_from_config.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/prompt/find_pinentry.hpp"
#include "tokenlib/sqlite/set_aside.hpp"

namespace ukey::ctl {
namespace {

constexpr int kNotRunning = 3;  // As `systemctl status` says it.

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

void examineDaemon(const config::Config& configuration, Findings& findings) {
    bool running = false;
    for (const ProbeResult& result : probeDaemon(configuration.ports)) {
        const std::string port = std::to_string(result.port);
        if (result.kind == ProbeResult::Kind::ukeyd) {
            running = true;
            findings.fine("ctl.daemon-listens", {{"port", port}, {"version", result.version}});
        } else if (result.kind == ProbeResult::Kind::somethingElse) {
            findings.problem("ctl.port-taken", {{"port", port}});
        }
    }
    if (!running) findings.problem("ctl.daemon-missing");
}

void examineOrigins(const config::Config& configuration, Findings& findings) {
    const std::string count = std::to_string(configuration.origins.size());
    if (configuration.origins.empty() && configuration.unknownOrigins == policy::UnknownOrigins::deny) {
        findings.problem("ctl.no-origins");
    } else {
        findings.fine("ctl.origins", {{"count", count}});
    }
}

void examineState(const config::Config& configuration, Findings& findings) {
    for (const auto& file : sqlite::filesSetAside(configuration.stateDir))
        findings.problem("ctl.file-set-aside", {{"file", pathText(file)}});
}

void examinePinentry(const config::Config& configuration, Findings& findings) {
    try {
        const auto terminal = wiring::ownTerminal();
        const auto program = prompt::findPinentry(
            {.program = configuration.pinentry, .terminal = terminal.device, .terminalType = terminal.type});
        findings.fine("ctl.pinentry", {{"program", program.path}});
    } catch (const Error&) {
        findings.problem("ctl.pinentry-missing");
    }
}

void examineTokens(const config::Config& configuration, Findings& findings) {
    const TokenSurvey survey = surveyTokens(configuration);
    for (const auto& driver : survey.drivers) {
        if (driver.problem.empty()) {
            findings.fine("ctl.driver", {{"name", driver.name}, {"library", driver.library}});
        } else {
            findings.problem(
                "ctl.driver-broken",
                {{"name", driver.name}, {"library", driver.library}, {"problem", driver.problem}});
        }
    }
    for (const auto& token : survey.tokens) {
        const Filling serial{"serial", token.info.serial};
        if (token.info.pin.status == token::PinStatus::locked) {
            findings.problem("ctl.token-locked", {serial});
        } else if (token.info.state == token::TokenState::blank) {
            findings.problem("ctl.token-blank", {serial});
        } else {
            findings.fine("ctl.token-ready", {serial});
        }
    }
    if (survey.tokens.empty()) findings.problem("ctl.no-tokens");
}

}  // namespace

int showStatus(const std::optional<std::string>& configFile) {
    for (const ProbeResult& result : probeDaemon(config::load(sourcesFor(configFile)).ports)) {
        if (result.kind != ProbeResult::Kind::ukeyd) continue;
        say("ctl.daemon-listens", {{"port", std::to_string(result.port)}, {"version", result.version}});
        return 0;
    }
    say("ctl.daemon-missing");
    return kNotRunning;
}

int runDoctor(const std::optional<std::string>& configFile) {
    Findings findings;
    try {
        const config::Config configuration = config::load(sourcesFor(configFile));
        findings.fine("ctl.config-fine");
        examineDaemon(configuration, findings);
        examineOrigins(configuration, findings);
        examineState(configuration, findings);
        examinePinentry(configuration, findings);
        examineTokens(configuration, findings);
    } catch (const Error& e) {
        findings.problem("ctl.config-broken", {{"problem", e.what()}});
    }
    return findings.problems();
}

}  // namespace ukey::ctl
