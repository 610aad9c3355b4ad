#include "daemon/config/registry_settings.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/config/configuration_schema.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::config {
namespace {

using nlohmann::json;

constexpr std::string_view kNoKey = "must be a value, not a key";

[[noreturn]] void refuse(const std::string& place, const std::string& why) {
    throw Error(ErrorCode::badRequest, place + ": " + why);
}

std::string nameOf(const RegistryKey& key, const RegistryValue& value) {
    return key.name + "\\" + (value.name.empty() ? "(Default)" : value.name);
}

/// The registry does not tell capital letters from small ones.
bool isSameName(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

/// The setting of that name: its name as the schema writes it, and its schema.
struct Setting {
    std::string name;
    const json& schema;
    std::string type() const { return schema.value("type", "string"); }  // An enumeration is of texts.
};

Setting settingOf(const json& members, std::string_view name, const std::string& place) {
    for (const auto& [known, schema] : members.items())
        if (isSameName(known, name)) return {known, schema};
    refuse(place, "is not a known setting");
}

std::string textOf(const RegistryValue& value, const std::string& place) {
    if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
    const auto* lines = std::get_if<std::vector<std::string>>(&value.data);
    if (lines == nullptr) refuse(place, "must be a text (REG_SZ)");
    std::string joined;
    for (const std::string& line : *lines) joined += line + "\n";
    return joined;
}

std::uint32_t numberOf(const RegistryValue& value, const std::string& place) {
    if (const auto* number = std::get_if<std::uint32_t>(&value.data)) return *number;
    refuse(place, "must be a number (REG_DWORD)");
}

/// Group Policy writes the entries of every list as texts.
std::uint32_t listedNumber(const RegistryValue& value, const std::string& place) {
    const auto* text = std::get_if<std::string>(&value.data);
    if (text == nullptr) return numberOf(value, place);
    std::uint32_t number = 0;
    const char* const end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, number);
    if (text->empty() || read.ec != std::errc() || read.ptr != end)
        refuse(place, "must be a whole number, as REG_DWORD or in decimal digits");
    return number;
}

json scalarOf(const Setting& setting, const RegistryValue& value, const std::string& place) {
    const std::string type = setting.type();
    if (type == "integer") return numberOf(value, place);
    if (type == "boolean") {
        const std::uint32_t number = numberOf(value, place);
        if (number > 1) refuse(place, "must be 0 or 1");
        return number == 1;
    }
    if (type != "string") refuse(place, "must be a key of this name, with a value for each entry");
    return textOf(value, place);
}

std::vector<std::string> wordsOf(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

json shortOrigin(const std::string& text) {
    const std::vector<std::string> words = wordsOf(text);
    json scopes = json::array();
    for (std::size_t i = 1; i < words.size(); ++i) scopes.push_back(words[i]);
    if (scopes.empty()) scopes = kScopesOfAnOriginAlone;
    return {{"origin", words.empty() ? "" : words.front()}, {"scopes", scopes}};
}

/// A driver's name is for logs: made of the library's, as far as letters serve.
std::string driverNameFrom(const std::string& library) {
    std::string name = library.substr(library.find_last_of("/\\") + 1);
    name.resize(std::min<std::size_t>(name.rfind('.'), name.size()));
    for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 || static_cast<unsigned char>(c) >= 0x80)
            c = '-';
    constexpr std::size_t kLongestName = 64;
    name.resize(std::min(name.size(), kLongestName));
    return name;
}

json shortDriver(const std::string& text) {
    const std::string entry = trimmed(text);
    const auto space = entry.find(' ');
    const std::string first = entry.substr(0, space);
    const bool saysKind = space != std::string::npos && (first == "skf" || first == "pkcs11");
    const std::string library = saysKind ? trimmed(entry.substr(space)) : entry;
    return {{"name", driverNameFrom(library)}, {"kind", saysKind ? first : "skf"}, {"library", library}};
}

json shortCertificate(const std::string& text) {
    constexpr std::size_t kLine = 64;  // Of PEM.
    std::string base64;
    for (const std::string& word : wordsOf(text)) base64 += word;
    std::string pem = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t at = 0; at < base64.size(); at += kLine) pem += base64.substr(at, kLine) + "\n";
    return pem + "-----END CERTIFICATE-----\n";
}

json entryOf(const std::string& list, const json& schema, const RegistryValue& value,
             const std::string& place) {
    const std::string type = schema.value("type", "string");
    if (type == "integer") return listedNumber(value, place);
    const std::string text = textOf(value, place);
    if (type != "object") {
        const bool whole = list != "unlockAuthorities" || text.starts_with("-----");
        return whole ? json(text) : shortCertificate(text);
    }
    if (trimmed(text).starts_with("{")) {
        json parsed = json::parse(text, nullptr, false);
        if (parsed.is_discarded()) refuse(place, "is not JSON");
        return parsed;
    }
    return list == "drivers" ? shortDriver(text) : shortOrigin(text);
}

/// Numbers by their value, before all that are no numbers.
bool comesBefore(const RegistryValue& a, const RegistryValue& b) {
    const auto isNumber = [](const std::string& name) {
        return !name.empty() &&
               std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    };
    const bool numbers = isNumber(a.name) && isNumber(b.name);
    if (!numbers && isNumber(a.name) != isNumber(b.name)) return isNumber(a.name);
    if (numbers && a.name.size() != b.name.size()) return a.name.size() < b.name.size();
    return a.name < b.name;
}

/// A key's default value, which tools make without being asked to.
bool isUnsetDefault(const RegistryValue& value) {
    const auto* text = std::get_if<std::string>(&value.data);
    return value.name.empty() && text != nullptr && text->empty();
}

class Reader {
  public:
    explicit Reader(Source& source) : source_(source) {}

    json object(const json& schema, const RegistryKey& key, const std::string& pointer) {
        const json& members = schema.at("properties");
        json read = json::object();
        for (const RegistryValue& value : key.values) {
            if (isUnsetDefault(value)) continue;
            const std::string place = nameOf(key, value);
            const Setting setting = settingOf(members, value.name, place);
            source_.names[pointer + "/" + setting.name] = place;
            read[setting.name] = scalarOf(setting, value, place);
        }
        for (const RegistryKey& inner : key.keys) {
            const Setting setting = settingOf(members, lastName(inner), inner.name);
            const std::string at = pointer + "/" + setting.name;
            source_.names[at] = inner.name;
            if (setting.type() == "array") {
                read[setting.name] = list(setting, inner, at);
            } else if (setting.type() == "object") {
                read[setting.name] = object(setting.schema, inner, at);
            } else {
                refuse(inner.name, std::string(kNoKey));
            }
        }
        return read;
    }

  private:
    static std::string lastName(const RegistryKey& key) {
        return key.name.substr(key.name.find_last_of('\\') + 1);
    }

    json list(const Setting& setting, const RegistryKey& key, const std::string& pointer) {
        if (!key.keys.empty()) refuse(key.keys.front().name, std::string(kNoKey));
        std::vector<RegistryValue> values = key.values;
        std::erase_if(values, isUnsetDefault);
        std::sort(values.begin(), values.end(), comesBefore);
        json entries = json::array();
        for (const RegistryValue& value : values) {
            const std::string place = nameOf(key, value);
            source_.names[pointer + "/" + std::to_string(entries.size())] = place;
            entries.push_back(entryOf(setting.name, setting.schema.at("items"), value, place));
        }
        return entries;
    }

    Source& source_;
};

}  // namespace

json settingsFrom(const RegistryKey& key, Source& source) {
    static const json schema = json::parse(configurationSchema());
    return Reader(source).object(schema, key, "");
}

}  // namespace ukey::config
