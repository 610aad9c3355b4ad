// What an origin may be granted (docs/protocol/reference.md, Scope).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace ukey::policy {

/// tokens: models and serials; certificates; sign; decrypt; manage: issue, renew, change, unlock, PIN;
/// digest: sign what cannot be shown.
enum class Scope : std::uint8_t { tokens, certificates, sign, decrypt, manage, digest };

std::string_view toString(Scope scope) noexcept;
std::optional<Scope> scopeFrom(std::string_view name) noexcept;

/// A set of scopes, as small as it looks.
class Scopes {
  public:
    constexpr Scopes() noexcept = default;
    constexpr Scopes(std::initializer_list<Scope> scopes) noexcept {
        for (const Scope scope : scopes) add(scope);
    }

    constexpr void add(Scope scope) noexcept {
        bits_ = static_cast<std::uint8_t>(bits_ | (1U << static_cast<unsigned>(scope)));
    }
    constexpr void add(Scopes scopes) noexcept { bits_ = static_cast<std::uint8_t>(bits_ | scopes.bits_); }
    constexpr bool has(Scope scope) const noexcept {
        return ((bits_ >> static_cast<unsigned>(scope)) & 1U) != 0;
    }
    constexpr bool hasAnyOf(Scopes scopes) const noexcept { return (bits_ & scopes.bits_) != 0; }
    constexpr bool hasAllOf(Scopes scopes) const noexcept { return (bits_ & scopes.bits_) == scopes.bits_; }
    constexpr bool empty() const noexcept { return bits_ == 0; }
    bool operator==(const Scopes&) const = default;

    /// In the order of the enumeration.
    std::vector<Scope> list() const;

  private:
    std::uint8_t bits_ = 0;
};

/// What a user could not judge, so that no dialog grants it.
inline constexpr Scopes kAdministratorsScopes{Scope::digest};

}  // namespace ukey::policy
