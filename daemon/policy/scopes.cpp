#include "daemon/policy/scopes.hpp"

#include <array>
#include <cstddef>

namespace ukey::policy {
namespace {

constexpr std::array<std::string_view, 6> kNames{"tokens",  "certificates", "sign",
                                                 "decrypt", "manage",       "digest"};
static_assert(kNames.size() == static_cast<std::size_t>(Scope::digest) + 1);

}  // namespace

std::string_view toString(Scope scope) noexcept { return kNames[static_cast<std::size_t>(scope)]; }

std::optional<Scope> scopeFrom(std::string_view name) noexcept {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) return static_cast<Scope>(i);
    }
    return std::nullopt;
}

std::vector<Scope> Scopes::list() const {
    std::vector<Scope> scopes;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (has(static_cast<Scope>(i))) scopes.push_back(static_cast<Scope>(i));
    }
    return scopes;
}

}  // namespace ukey::policy
