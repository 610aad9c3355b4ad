#include "daemon/policy/policy.hpp"

namespace ukey::policy {

Standing Policy::standingOf(const Origin& origin) const {
    const OriginRule* found = nullptr;
    for (const OriginRule& rule : rules_) {
        if (!rule.pattern.matches(origin)) continue;
        if (!found || (found->pattern.isWildcard() && !rule.pattern.isWildcard())) found = &rule;
    }
    if (found) return {.admitted = true, .grants = found->scopes, .confirm = found->confirm, .mayAsk = false};
    // A page that anybody on the way can change is nobody whom a user could trust (security.md 2).
    const bool ask = unknown_ == UnknownOrigins::ask && origin.scheme == "https";
    return {.admitted = ask, .grants = {}, .confirm = Confirm::each, .mayAsk = ask};
}

}  // namespace ukey::policy
