#include "daemon/setup/planned_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokenlib/base/error.hpp"

namespace ukey::setup {
namespace {

using testing::Contains;
using testing::UnorderedElementsAre;

PlannedValue entry(const std::string& key, const std::string& text) {
    return {"Software\\Policies\\" + key, std::nullopt, text};
}

TEST(PlannedValues, noProperties_askForNothing) {
    EXPECT_TRUE(plannedValues({}).empty());
    EXPECT_TRUE(plannedValues({.origins = "-", .unknownOrigins = "-", .drivers = "-", .browserPolicies = "-"})
                    .empty());
    EXPECT_TRUE(plannedValues({.origins = " ; ;", .browserPolicies = "1"}).empty());
}

TEST(PlannedValues, eachProperty_isAListOrAValueOfTheDaemon) {
    EXPECT_THAT(plannedValues({.origins = "https://a.example; https://ra.example tokens manage ",
                               .unknownOrigins = "ask",
                               .drivers = "C:\\Maker\\a b.dll;pkcs11 c.dll"}),
                UnorderedElementsAre(entry("Ukey\\origins", "https://a.example"),
                                     entry("Ukey\\origins", "https://ra.example tokens manage"),
                                     entry("Ukey\\drivers", "C:\\Maker\\a b.dll"),
                                     entry("Ukey\\drivers", "pkcs11 c.dll"),
                                     PlannedValue{"Software\\Policies\\Ukey", "unknownOrigins", "ask"}));
}

TEST(PlannedValues, browserPolicies_areForExactlyTheOriginsAsBrowsersWriteThem) {
    EXPECT_THAT(plannedValues({.origins = "https://A.example:8443 sign", .browserPolicies = "1"}),
                UnorderedElementsAre(
                    entry("Ukey\\origins", "https://A.example:8443 sign"),
                    entry("Google\\Chrome\\LoopbackNetworkAllowedForUrls", "https://a.example:8443"),
                    entry("Chromium\\LoopbackNetworkAllowedForUrls", "https://a.example:8443"),
                    entry("Microsoft\\Edge\\LoopbackNetworkAllowedForUrls", "https://a.example:8443"),
                    entry("Mozilla\\Firefox\\LocalNetworkAccess\\SkipDomains", "a.example")));
}

TEST(PlannedValues, siteOnPlainHttp_isMadeASecureContextToo) {
    const auto values = plannedValues({.origins = "http://trade.example:8080", .browserPolicies = "1"});
    for (const char* browser : {"Google\\Chrome", "Chromium", "Microsoft\\Edge"}) {
        const std::string key = browser;
        EXPECT_THAT(values, Contains(entry(key + "\\OverrideSecurityRestrictionsOnInsecureOrigin",
                                           "http://trade.example:8080")));
        EXPECT_THAT(values,
                    Contains(entry(key + "\\LoopbackNetworkAllowedForUrls", "http://trade.example:8080")));
    }
}

TEST(PlannedValues, patternOfSites_hasNoEqualInBrowsersAndIsLeftOut) {
    EXPECT_THAT(plannedValues({.origins = "https://*.trade.example", .browserPolicies = "1"}),
                UnorderedElementsAre(entry("Ukey\\origins", "https://*.trade.example")));
}

TEST(PlannedValues, whatTheDaemonWouldRefuse_isRefusedByItsPlace) {
    const auto refusal = [](const Properties& properties) {
        try {
            plannedValues(properties);
            return std::string("accepted");
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::badRequest);
            return std::string(error.what());
        }
    };
    EXPECT_THAT(refusal({.origins = "https://a.example;*"}), testing::HasSubstr("MSI\\origins\\2: /origin"));
    EXPECT_THAT(refusal({.origins = "https://a.example all"}),
                testing::HasSubstr("MSI\\origins\\1: /scopes"));
    EXPECT_THAT(refusal({.origins = "https://a.example/path"}), testing::HasSubstr("MSI\\origins\\1"));
    EXPECT_THAT(refusal({.unknownOrigins = "allow"}), testing::HasSubstr("MSI\\unknownOrigins: must be one"));
    EXPECT_THAT(refusal({.drivers = "../a.dll"}), testing::HasSubstr("MSI\\drivers\\1: /library"));
    EXPECT_THAT(refusal({.browserPolicies = "yes"}), testing::HasSubstr("MSI\\browserPolicies"));
}

}  // namespace
}  // namespace ukey::setup
