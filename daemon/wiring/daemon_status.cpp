#include "daemon/wiring/daemon_status.hpp"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/wiring/platform/dialog_program.hpp"
#include "daemon/wiring/platform/program_folder.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"
#include "tokenlib/sqlite/set_aside.hpp"

namespace ukey::wiring {
namespace {

using nlohmann::json;

constexpr const char* kPortFile = "ukeyd.port";

json textsOf(const std::vector<std::filesystem::path>& paths) {
    json texts = json::array();
    for (const auto& path : paths) texts.push_back(pathText(path));
    return texts;
}

std::vector<std::filesystem::path> pathsIn(const json& object, const char* member) {
    std::vector<std::filesystem::path> paths;
    for (const json& text : object.value(member, json::array()))
        paths.push_back(pathFrom(text.get<std::string>()));
    return paths;
}

json driverJson(const hosts::DriverStatus& driver) {
    json object{{"name", driver.name},
                {"library", driver.library},
                {"state", toString(driver.state)},
                {"restarts", driver.restarts},
                {"problem", driver.problem}};
    if (driver.code) object["code"] = toString(*driver.code);
    return object;
}

hosts::DriverStatus driverIn(const json& object) {
    hosts::DriverStatus driver;
    driver.name = object.value("name", "");
    driver.library = object.value("library", "");
    driver.state = hosts::driverStateFrom(object.value("state", "")).value_or(hosts::DriverState::failed);
    driver.restarts = object.value("restarts", 0U);
    driver.problem = object.value("problem", "");
    if (object.contains("code")) driver.code = errorCodeFrom(object.value("code", ""));
    return driver;
}

json tokenJson(const hosts::HostedToken& token) {
    const token::TokenInfo& info = token.info;
    json object{{"driver", token.driver},
                {"model", info.model},
                {"label", info.label},
                {"serial", info.serial},
                {"manufacturer", info.manufacturer},
                {"state", toString(info.state)},
                {"pin", {{"state", toString(info.pin.status)}}}};
    if (info.pin.triesLeft) object["pin"]["triesLeft"] = *info.pin.triesLeft;
    return object;
}

json tokensJson(const DaemonStatus& status) {
    json tokens = json::array();
    for (const auto& token : status.tokens) tokens.push_back(tokenJson(token));
    return tokens;
}

hosts::HostedToken tokenIn(const json& object) {
    hosts::HostedToken token;
    token.driver = object.value("driver", "");
    token.info.model = object.value("model", "");
    token.info.label = object.value("label", "");
    token.info.serial = object.value("serial", "");
    token.info.manufacturer = object.value("manufacturer", "");
    token.info.state = token::tokenStateFrom(object.value("state", "")).value_or(token::TokenState::unusable);
    const json pin = object.value("pin", json::object());
    token.info.pin.status = token::pinStatusFrom(pin.value("state", "")).value_or(token::PinStatus::ok);
    if (pin.contains("triesLeft")) token.info.pin.triesLeft = pin.at("triesLeft").get<unsigned>();
    return token;
}

}  // namespace

boost::asio::awaitable<DaemonStatus> ownStatus(const config::Config& configuration, Terminal terminal,
                                               std::shared_ptr<hosts::TokenHosts> hosts,
                                               std::string version) {
    DaemonStatus status;
    status.version = std::move(version);
    status.process = platform::processNumber();
    status.configuration = configuration.files;
    status.stateDir = configuration.stateDir;
    status.display = platform::desktopDisplay();
    try {
        const auto program = dialogProgram(
            {.program = configuration.pinentry, .terminal = terminal.device, .terminalType = terminal.type});
        status.prompter = program.path;
        status.asksOnTerminal = program.onTerminal;
    } catch (const Error& error) {
        status.prompterProblem = error.what();
    }
    status.setAside = sqlite::filesSetAside(configuration.stateDir);
    auto listing = hosts->tokens();
    status.tokens = co_await std::move(listing);
    status.drivers = hosts->status();
    co_return status;
}

std::string tokensText(const DaemonStatus& status) {
    return tokensJson(status).dump(2, ' ', false, json::error_handler_t::replace);
}

std::string toText(const DaemonStatus& status) {
    json drivers = json::array();
    for (const auto& driver : status.drivers) drivers.push_back(driverJson(driver));
    const json object{{"name", "ukeyd"},
                      {"version", status.version},
                      {"process", status.process},
                      {"configuration", textsOf(status.configuration)},
                      {"stateDir", pathText(status.stateDir)},
                      {"display", status.display},
                      {"prompter", status.prompter},
                      {"prompterProblem", status.prompterProblem},
                      {"asksOnTerminal", status.asksOnTerminal},
                      {"drivers", std::move(drivers)},
                      {"tokens", tokensJson(status)},
                      {"setAside", textsOf(status.setAside)}};
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

DaemonStatus statusFromText(std::string_view text) try {
    const json object = json::parse(text);
    DaemonStatus status;
    if (object.at("name") != "ukeyd") throw Error(ErrorCode::badRequest, "not the status of a ukeyd");
    status.version = object.value("version", "");
    status.process = object.value("process", 0);
    status.configuration = pathsIn(object, "configuration");
    status.stateDir = pathFrom(object.value("stateDir", ""));
    status.display = object.value("display", "");
    status.prompter = object.value("prompter", "");
    status.prompterProblem = object.value("prompterProblem", "");
    status.asksOnTerminal = object.value("asksOnTerminal", false);
    for (const json& driver : object.value("drivers", json::array()))
        status.drivers.push_back(driverIn(driver));
    for (const json& token : object.value("tokens", json::array())) status.tokens.push_back(tokenIn(token));
    status.setAside = pathsIn(object, "setAside");
    return status;
} catch (const json::exception& error) {
    throw Error(ErrorCode::badRequest, std::string("not the status of a ukeyd: ") + error.what());
}

void notePort(const std::filesystem::path& stateDir, std::uint16_t port) {
    const auto file = stateDir / kPortFile;
    std::ofstream(file, std::ios::trunc) << port << '\n';
    platform::keepForOwner(file);
}

void forgetPort(const std::filesystem::path& stateDir) noexcept {
    std::error_code ignored;
    std::filesystem::remove(stateDir / kPortFile, ignored);
}

std::optional<std::uint16_t> notedPort(const std::filesystem::path& stateDir) {
    std::uint16_t port = 0;
    std::ifstream file(stateDir / kPortFile);
    return file >> port && port != 0 ? std::optional(port) : std::nullopt;
}

}  // namespace ukey::wiring
