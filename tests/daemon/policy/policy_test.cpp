#include "daemon/policy/policy.hpp"

#include <gtest/gtest.h>

namespace ukey::policy {
namespace {

Origin origin(const char* text) { return *Origin::parse(text); }

OriginRule rule(const char* text, Scopes scopes, Confirm confirm = Confirm::login) {
    return {OriginPattern::parse(text), scopes, confirm};
}

TEST(Policy, originWithoutRule_isNotAdmitted_S4) {
    const Policy policy({}, UnknownOrigins::deny);
    const Standing standing = policy.standingOf(origin("https://portal.example"));
    EXPECT_FALSE(standing.admitted);
    EXPECT_TRUE(standing.grants.empty());
    EXPECT_FALSE(standing.mayAsk);
}

TEST(Policy, originWithoutRuleWhereUsersAreAsked_isAdmittedWithNothing_S66) {
    const Policy policy({}, UnknownOrigins::ask);
    const Standing standing = policy.standingOf(origin("https://portal.example"));
    EXPECT_TRUE(standing.admitted);
    EXPECT_TRUE(standing.grants.empty());
    EXPECT_TRUE(standing.mayAsk);
    EXPECT_EQ(standing.confirm, Confirm::each);
}

TEST(Policy, originWithRule_hasItsGrantsAndNobodyIsAsked) {
    const Policy policy({rule("https://portal.example", {Scope::tokens, Scope::sign})}, UnknownOrigins::ask);
    const Standing standing = policy.standingOf(origin("https://portal.example"));
    EXPECT_TRUE(standing.admitted);
    EXPECT_EQ(standing.grants, (Scopes{Scope::sign, Scope::tokens}));
    EXPECT_EQ(standing.confirm, Confirm::login);
    EXPECT_FALSE(standing.mayAsk);
}

TEST(Policy, exactRule_countsBeforeAWildcardWhereverItStands) {
    const OriginRule wide = rule("https://*.example.cn", {Scope::tokens, Scope::manage});
    const OriginRule exact = rule("https://www.example.cn", {Scope::tokens}, Confirm::each);
    for (const auto& rules : {std::vector{wide, exact}, std::vector{exact, wide}}) {
        const Policy policy(rules, UnknownOrigins::deny);
        EXPECT_EQ(policy.standingOf(origin("https://www.example.cn")).grants, Scopes{Scope::tokens});
        EXPECT_EQ(policy.standingOf(origin("https://www.example.cn")).confirm, Confirm::each);
        EXPECT_TRUE(policy.standingOf(origin("https://a.example.cn")).grants.has(Scope::manage));
    }
}

TEST(Scopes, names_areThoseOfTheProtocol) {
    for (const char* name : {"tokens", "certificates", "sign", "decrypt", "manage"}) {
        ASSERT_TRUE(scopeFrom(name)) << name;
        EXPECT_EQ(toString(*scopeFrom(name)), name);
    }
    EXPECT_FALSE(scopeFrom("everything"));
}

TEST(Scopes, sets_answerForTheirMembersAlone) {
    Scopes scopes{Scope::decrypt};
    EXPECT_TRUE(scopes.hasAnyOf({Scope::sign, Scope::decrypt}));
    EXPECT_FALSE(scopes.hasAllOf({Scope::sign, Scope::decrypt}));
    scopes.add(Scopes{Scope::sign});
    EXPECT_TRUE(scopes.hasAllOf({Scope::sign, Scope::decrypt}));
    EXPECT_EQ(scopes.list(), (std::vector{Scope::sign, Scope::decrypt}));
}

}  // namespace
}  // namespace ukey::policy
