#include "daemon/rpc/secret_fields.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace ukey::rpc {
namespace {

constexpr std::array<std::string_view, 6> kStems{"pin",    "puk",      "password",
                                                 "passwd", "passcode", "passphrase"};
constexpr std::array<std::string_view, 11> kQualifiers{
    "", "user", "admin", "administrator", "so", "old", "new", "current", "token", "key", "default"};
constexpr std::array<std::string_view, 3> kEndings{"", "code", "value"};
constexpr std::size_t kLongestName = 40;

/// Lower case, letters only: "admin_PIN" and "adminPin" are one.
std::string plain(std::string_view name) {
    std::string letters;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
        if (c >= 'a' && c <= 'z') letters += c;
    }
    return letters;
}

bool isSecretName(std::string_view name) {
    if (name.size() > kLongestName) return false;
    const std::string letters = plain(name);
    for (const std::string_view stem : kStems) {
        const auto at = letters.find(stem);
        if (at == std::string::npos) continue;
        const auto before = std::string_view(letters).substr(0, at);
        const auto after = std::string_view(letters).substr(at + stem.size());
        if (std::find(kQualifiers.begin(), kQualifiers.end(), before) != kQualifiers.end() &&
            std::find(kEndings.begin(), kEndings.end(), after) != kEndings.end())
            return true;
    }
    return false;
}

}  // namespace

bool hasSecretField(const nlohmann::json& value) {
    // Depth is bounded by the look at the structure that came before the parser.
    if (value.is_object()) {
        for (const auto& [name, member] : value.items()) {
            if (isSecretName(name) || hasSecretField(member)) return true;
        }
    } else if (value.is_array()) {
        return std::any_of(value.begin(), value.end(), hasSecretField);
    }
    return false;
}

}  // namespace ukey::rpc
