#include "daemon/policy/policy.hpp"

namespace ukey::policy {

Standing Policy::standingOf(const Origin& origin) const {
    const OriginRule* found = nullptr;
    for (const OriginRule& rule : rules_) {
        if (!rule.pattern.matches(origin)) continue;
        if (!found || (found->pattern.isWildcard() && !rule.pattern.isWildcard())) found = &rule;
    }
    if (found) return {.admitted = true, .grants = found->scopes, .confirm = found->confirm, .mayAsk = false};
    const bool ask = unknown_ == UnknownOrigins::ask;
    return {.admitted = ask, .grants = {}, .confirm = Confirm::each, .mayAsk = ask};
}

}  // namespace ukey::policy
