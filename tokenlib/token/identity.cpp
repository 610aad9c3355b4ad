#include "tokenlib/token/identity.hpp"

#include <algorithm>

namespace ukey::token {

std::string Identity::name() const {
    const auto joined = [&](const char* kind, const std::string& value) {
        return driver + '\0' + kind + '\0' + value;
    };
    return id.empty() ? joined("serial", serial) : joined("id", id);
}

std::string Identity::text() const {
    if (id.empty()) return serial;
    return serial.empty() ? id : serial + " (" + id + ")";
}

bool Identity::mayBe(const Identity& other) const {
    if (driver != other.driver || serial != other.serial) return false;
    return !serial.empty() || id == other.id;
}

Identity Identities::of(const std::string& driver, const TokenInfo& token) {
    const auto key = std::pair(driver, token.id);
    if (const auto known = given_.find(key); known != given_.end()) {
        if (known->second.serial == token.serial) return known->second;
        given_.erase(known);  // Another token, in the same place.
    }
    Identity identity{driver, token.serial, {}};
    const bool taken = std::any_of(given_.begin(), given_.end(),
                                   [&](const auto& entry) { return entry.second == identity; });
    if (token.serial.empty() || taken) identity.id = token.id;
    return given_.emplace(key, std::move(identity)).first->second;
}

void Identities::forget(const std::string& driver, const std::string& id) { given_.erase({driver, id}); }

void Identities::keepOnly(const std::string& driver, const std::vector<TokenInfo>& tokens) {
    std::erase_if(given_, [&](const auto& entry) {
        const auto& [name, id] = entry.first;
        return name == driver && std::none_of(tokens.begin(), tokens.end(),
                                              [&id = id](const TokenInfo& token) { return token.id == id; });
    });
}

}  // namespace ukey::token
