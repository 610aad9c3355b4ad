#include "daemon/config/parse_config.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/config/configuration_schema.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/drivers/options/options_schema.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::config {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestFile = 1024UL * 1024UL;

/// A part of what the schema has let pass, together with where it stands.
class Node {
  public:
    Node(const json& value, const Source& source, std::string pointer)
        : value_(value), source_(source), pointer_(std::move(pointer)) {}

    /// For what a schema cannot say.
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorCode::badRequest, source_.place(pointer_) + ": " + why);
    }

    template <class T = std::string>
    T as() const {
        return value_.get<T>();
    }
    std::optional<Node> member(const char* key) const {
        const auto found = value_.find(key);
        if (found == value_.end()) return std::nullopt;
        return Node(*found, source_, pointer_ + "/" + key);
    }
    /// A member that may be left out: then the value stays.
    template <class T>
    void take(const char* key, T& value) const {
        if (const auto node = member(key)) value = node->as<T>();
    }
    std::vector<Node> items() const {
        std::vector<Node> nodes;
        for (std::size_t i = 0; i < value_.size(); ++i)
            nodes.emplace_back(value_[i], source_, pointer_ + "/" + std::to_string(i));
        return nodes;
    }

  private:
    const json& value_;
    const Source& source_;
    std::string pointer_;
};

void requireSchema(const json& value, const Source& source) {
    const schema::Schema schema(configurationSchema(), drivers::optionsSchemas());
    if (const auto complaint = schema.complaintAbout(value))
        throw Error(ErrorCode::badRequest, source.place(complaint->pointer) + ": " + complaint->reason);
}

std::string readLibrary(const Node& node) {
    std::string library = node.as();
    const std::filesystem::path path = pathFrom(library);
    const bool isBare = path == path.filename();
    if (library.find('\0') != std::string::npos) node.refuse("must be a path or the name of a library");
    if (!isBare && !path.is_absolute()) node.refuse("must be an absolute path, or a bare name");
    return library;
}

DriverConfig readDriver(const Node& node) {
    DriverConfig driver;
    node.take("name", driver.name);
    driver.kind = token::driverKindFrom(node.member("kind")->as()).value();
    driver.library = readLibrary(*node.member("library"));
    if (const auto options = node.member("options")) driver.options = options->as<json>().dump();
    node.take("initialPin", driver.initialPin);
    return driver;
}

std::vector<DriverConfig> readDrivers(const Node& node, Trust trust) {
    std::vector<DriverConfig> drivers;
    for (const Node& item : node.items()) {
        DriverConfig driver = readDriver(item);
        driver.trusted = trust == Trust::administrator;
        const bool taken = std::any_of(drivers.begin(), drivers.end(),
                                       [&](const DriverConfig& other) { return other.name == driver.name; });
        if (taken) item.refuse("names a second driver \"" + driver.name + "\"");
        drivers.push_back(std::move(driver));
    }
    return drivers;
}

policy::Scopes readScopes(const Node& node) {
    policy::Scopes scopes;
    for (const Node& item : node.items()) scopes.add(policy::scopeFrom(item.as()).value());
    return scopes;
}

policy::OriginPattern readPattern(const Node& node) {
    try {
        return policy::OriginPattern::parse(node.as());
    } catch (const Error& error) {
        node.refuse(error.what());
    }
}

policy::OriginRule readRule(const Node& node) {
    policy::OriginRule rule;
    rule.pattern = readPattern(*node.member("origin"));
    rule.scopes = readScopes(*node.member("scopes"));
    if (const auto confirm = node.member("confirm"))
        rule.confirm = confirm->as() == "each" ? policy::Confirm::each : policy::Confirm::login;
    return rule;
}

std::vector<policy::OriginRule> readOrigins(const Node& node) {
    std::vector<policy::OriginRule> rules;
    for (const Node& item : node.items()) {
        policy::OriginRule rule = readRule(item);
        const bool taken = std::any_of(rules.begin(), rules.end(), [&](const policy::OriginRule& other) {
            return other.pattern == rule.pattern;
        });
        if (taken) item.refuse("names " + rule.pattern.text() + " a second time");
        rules.push_back(std::move(rule));
    }
    return rules;
}

void takeLimits(const Node& node, Limits& limits) {
    node.take("rate", limits.rate);
    node.take("burst", limits.burst);
    node.take("outstanding", limits.outstanding);
    node.take("connections", limits.connections);
    node.take("connectionsPerOrigin", limits.connectionsPerOrigin);
    node.take("waiting", limits.waiting);
    node.take("wrongPinsPerHour", limits.wrongPinsPerHour);
    node.take("handshakeSeconds", limits.handshakeSeconds);
    node.take("messageSeconds", limits.messageSeconds);
}

std::vector<std::string> readCertificates(const Node& node) {
    std::vector<std::string> certificates;
    for (const Node& item : node.items()) {
        certificates.push_back(item.as());
        try {
            if (!pki::Certificate::fromPem(certificates.back()).publicKey())
                item.refuse("has a key of a kind that is not known");
        } catch (const Error& error) {
            item.refuse(std::string("must be a certificate in PEM: ") + error.what());
        }
    }
    return certificates;
}

std::string readAbsolutePath(const Node& node) {
    std::string path = node.as();
    if (!pathFrom(path).is_absolute() || path.find('\0') != std::string::npos)
        node.refuse("must be an absolute path");
    return path;
}

}  // namespace

json readObject(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorCode::badRequest, pathText(file) + ": cannot be read");
    std::string text(kLargestFile + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kLargestFile)
        throw Error(ErrorCode::badRequest, pathText(file) + ": is larger than 1 MiB");
    try {
        json parsed = json::parse(text);
        if (!parsed.is_object())
            throw Error(ErrorCode::badRequest, pathText(file) + ": /: must be an object");
        return parsed;
    } catch (const json::exception& error) {
        throw Error(ErrorCode::badRequest, pathText(file) + ": is not JSON: " + error.what());
    }
}

void apply(Config& config, const json& value, const Source& source, Trust trust) {
    requireSchema(value, source);
    const Node root(value, source, "");
    root.take("ports", config.ports);
    if (const auto node = root.member("drivers")) config.drivers = readDrivers(*node, trust);
    if (const auto node = root.member("origins")) config.origins = readOrigins(*node);
    if (const auto node = root.member("unknownOrigins"))
        config.unknownOrigins =
            node->as() == "ask" ? policy::UnknownOrigins::ask : policy::UnknownOrigins::deny;
    if (const auto node = root.member("pinentry")) config.pinentry = readAbsolutePath(*node);
    if (const auto node = root.member("stateDir")) config.stateDir = pathFrom(readAbsolutePath(*node));
    root.take("logLevel", config.logLevel);
    root.take("driverTimeoutSeconds", config.driverTimeoutSeconds);
    root.take("promptTimeoutSeconds", config.promptTimeoutSeconds);
    root.take("idleLogoutSeconds", config.idleLogoutSeconds);
    root.take("resumeSeconds", config.resumeSeconds);
    if (const auto node = root.member("unlockAuthorities"))
        config.unlockAuthorities = readCertificates(*node);
    root.take("unlockSeconds", config.unlockSeconds);
    if (const auto node = root.member("defaultPin")) config.changeDefaultPin = node->as() == "change";
    root.take("webEid", config.webEid);
    if (const auto node = root.member("limits")) takeLimits(*node, config.limits);
}

}  // namespace ukey::config
