#include "daemon/config/parse_config.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::config {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestFile = 1024UL * 1024UL;

/// A value together with where it stands.
class Node {
  public:
    Node(const json& value, const Source& source, std::string pointer)
        : value_(value), source_(source), pointer_(std::move(pointer)) {}

    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorCode::badRequest, source_.place(pointer_) + ": " + why);
    }

    std::string text() const {
        if (!value_.is_string()) refuse("must be a string");
        return value_.get<std::string>();
    }
    bool truth() const {
        if (!value_.is_boolean()) refuse("must be true or false");
        return value_.get<bool>();
    }
    std::uint32_t number(std::uint32_t smallest, std::uint32_t largest) const {
        const bool fits = value_.is_number_unsigned() && value_.get<std::uint64_t>() >= smallest &&
                          value_.get<std::uint64_t>() <= largest;
        if (!fits)
            refuse("must be a whole number from " + std::to_string(smallest) + " to " +
                   std::to_string(largest));
        return value_.get<std::uint32_t>();
    }
    std::vector<Node> items(std::size_t most) const {
        if (!value_.is_array()) refuse("must be a list");
        if (value_.size() > most) refuse("has more than " + std::to_string(most) + " entries");
        std::vector<Node> nodes;
        for (std::size_t i = 0; i < value_.size(); ++i)
            nodes.emplace_back(value_[i], source_, pointer_ + "/" + std::to_string(i));
        return nodes;
    }
    /// Calls the reader of each key that is there; a key without a reader is refused.
    struct Reader {
        std::string_view key;
        std::function<void(const Node&)> read;
        bool required = false;
    };
    void object(const std::vector<Reader>& readers) const {
        if (!value_.is_object()) refuse("must be an object");
        for (const auto& item : value_.items()) {
            const std::string& key = item.key();
            const Node node(item.value(), source_, pointer_ + "/" + key);
            const auto reader =
                std::find_if(readers.begin(), readers.end(), [&](const Reader& r) { return r.key == key; });
            if (reader == readers.end()) node.refuse("is not a known key");
            reader->read(node);
        }
        for (const Reader& reader : readers) {
            if (reader.required && !value_.contains(reader.key))
                refuse("lacks \"" + std::string(reader.key) + "\"");
        }
    }
    std::string objectText() const {
        if (!value_.is_object()) refuse("must be an object");
        return value_.dump();
    }

  private:
    const json& value_;
    const Source& source_;
    std::string pointer_;
};

template <std::size_t N>
std::size_t oneOf(const Node& node, const std::array<std::string_view, N>& names) {
    const std::string text = node.text();
    const auto* found = std::find(names.begin(), names.end(), text);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    std::string list;
    for (const std::string_view name : names) list += (list.empty() ? "" : ", ") + std::string(name);
    node.refuse("must be one of " + list);
}

std::vector<std::uint16_t> readPorts(const Node& node) {
    std::vector<std::uint16_t> ports;
    for (const Node& item : node.items(32))
        ports.push_back(static_cast<std::uint16_t>(item.number(1, 65535)));
    if (ports.empty()) node.refuse("must name at least one port");
    return ports;
}

bool isDriverName(std::string_view name) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    return !name.empty() && name.size() <= 64 && name.find_first_not_of(allowed) == std::string_view::npos;
}

DriverConfig readDriver(const Node& node) {
    DriverConfig driver;
    node.object({
        {"name",
         [&](const Node& n) {
             driver.name = n.text();
             if (!isDriverName(driver.name)) n.refuse("must be 1 to 64 letters, digits, '.', '_' or '-'");
         },
         true},
        {"kind",
         [&](const Node& n) {
             const auto kind = token::driverKindFrom(n.text());
             if (!kind) n.refuse("must be one of skf, pkcs11");
             driver.kind = *kind;
         },
         true},
        {"library",
         [&](const Node& n) {
             driver.library = n.text();
             const std::filesystem::path path = pathFrom(driver.library);
             const bool bare = path == path.filename();
             if (driver.library.empty() || driver.library.find('\0') != std::string::npos)
                 n.refuse("must be a path or the name of a library");
             if (!bare && !path.is_absolute()) n.refuse("must be an absolute path, or a bare name");
         },
         true},
        {"options", [&](const Node& n) { driver.options = n.objectText(); }},
        {"initialPin",
         [&](const Node& n) {
             driver.initialPin = n.text();
             // It is shown in a dialog, as it is.
             const auto isPlain = [](char c) { return c > ' ' && c <= '~'; };
             if (driver.initialPin.empty() || driver.initialPin.size() > 64 ||
                 !std::all_of(driver.initialPin.begin(), driver.initialPin.end(), isPlain))
                 n.refuse("must be 1 to 64 letters, digits or signs of ASCII");
         }},
    });
    return driver;
}

std::vector<DriverConfig> readDrivers(const Node& node) {
    std::vector<DriverConfig> drivers;
    for (const Node& item : node.items(64)) {
        DriverConfig driver = readDriver(item);
        const bool taken = std::any_of(drivers.begin(), drivers.end(),
                                       [&](const DriverConfig& other) { return other.name == driver.name; });
        if (taken) item.refuse("names a second driver \"" + driver.name + "\"");
        drivers.push_back(std::move(driver));
    }
    return drivers;
}

policy::Scopes readScopes(const Node& node) {
    policy::Scopes scopes;
    for (const Node& item : node.items(16)) {
        const auto scope = policy::scopeFrom(item.text());
        if (!scope) item.refuse("must be one of tokens, certificates, sign, decrypt, manage, digest");
        scopes.add(*scope);
    }
    return scopes;
}

policy::OriginPattern readPattern(const Node& node) {
    const std::string text = node.text();
    try {
        return policy::OriginPattern::parse(text);
    } catch (const Error& error) {
        node.refuse(error.what());
    }
}

policy::OriginRule readRule(const Node& node) {
    policy::OriginRule rule;
    node.object({
        {"origin", [&](const Node& n) { rule.pattern = readPattern(n); }, true},
        {"scopes", [&](const Node& n) { rule.scopes = readScopes(n); }, true},
        {"confirm",
         [&](const Node& n) {
             rule.confirm =
                 oneOf<2>(n, {"login", "each"}) == 0 ? policy::Confirm::login : policy::Confirm::each;
         }},
    });
    return rule;
}

std::vector<policy::OriginRule> readOrigins(const Node& node) {
    std::vector<policy::OriginRule> rules;
    for (const Node& item : node.items(4096)) {
        policy::OriginRule rule = readRule(item);
        const bool taken = std::any_of(rules.begin(), rules.end(), [&](const policy::OriginRule& other) {
            return other.pattern == rule.pattern;
        });
        if (taken) item.refuse("names " + rule.pattern.text() + " a second time");
        rules.push_back(std::move(rule));
    }
    return rules;
}

Limits readLimits(const Node& node, Limits limits) {
    const auto count = [](std::uint32_t& field, std::uint32_t smallest, std::uint32_t largest) {
        return [&field, smallest, largest](const Node& n) { field = n.number(smallest, largest); };
    };
    node.object({
        {"rate", count(limits.rate, 1, 1'000'000)},
        {"burst", count(limits.burst, 1, 1'000'000)},
        {"outstanding", count(limits.outstanding, 1, 4096)},
        {"connections", count(limits.connections, 1, 4096)},
        {"connectionsPerOrigin", count(limits.connectionsPerOrigin, 1, 4096)},
        {"waiting", count(limits.waiting, 1, 4096)},
        {"wrongPinsPerHour", count(limits.wrongPinsPerHour, 1, 100)},
        {"handshakeSeconds", count(limits.handshakeSeconds, 1, 3600)},
        {"messageSeconds", count(limits.messageSeconds, 1, 3600)},
    });
    return limits;
}

std::vector<std::string> readCertificates(const Node& node) {
    std::vector<std::string> certificates;
    for (const Node& item : node.items(16)) {
        certificates.push_back(item.text());
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
    std::string path = node.text();
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
    constexpr std::array<std::string_view, 7> levels{"trace", "debug",    "info", "warning",
                                                     "error", "critical", "off"};
    Node(value, source, "")
        .object({
            {"ports", [&](const Node& n) { config.ports = readPorts(n); }},
            {"drivers",
             [&](const Node& n) {
                 config.drivers = readDrivers(n);
                 for (DriverConfig& driver : config.drivers) driver.trusted = trust == Trust::administrator;
             }},
            {"origins", [&](const Node& n) { config.origins = readOrigins(n); }},
            {"unknownOrigins",
             [&](const Node& n) {
                 config.unknownOrigins = oneOf<2>(n, {"deny", "ask"}) == 0 ? policy::UnknownOrigins::deny
                                                                           : policy::UnknownOrigins::ask;
             }},
            {"pinentry", [&](const Node& n) { config.pinentry = readAbsolutePath(n); }},
            {"stateDir", [&](const Node& n) { config.stateDir = pathFrom(readAbsolutePath(n)); }},
            {"logLevel", [&](const Node& n) { config.logLevel = levels[oneOf(n, levels)]; }},
            {"driverTimeoutSeconds", [&](const Node& n) { config.driverTimeoutSeconds = n.number(1, 600); }},
            {"promptTimeoutSeconds", [&](const Node& n) { config.promptTimeoutSeconds = n.number(5, 3600); }},
            {"idleLogoutSeconds", [&](const Node& n) { config.idleLogoutSeconds = n.number(1, 86400); }},
            {"resumeSeconds", [&](const Node& n) { config.resumeSeconds = n.number(0, 600); }},
            {"unlockAuthorities", [&](const Node& n) { config.unlockAuthorities = readCertificates(n); }},
            {"unlockSeconds", [&](const Node& n) { config.unlockSeconds = n.number(1, 86400); }},
            {"defaultPin",
             [&](const Node& n) {
                 config.changeDefaultPin = oneOf<2>(n, {"allow", "change"}) == 1;
             }},
            {"webEid", [&](const Node& n) { config.webEid = n.truth(); }},
            {"limits", [&](const Node& n) { config.limits = readLimits(n, config.limits); }},
        });
}

}  // namespace ukey::config
