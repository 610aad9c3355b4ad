#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/daemon/config/config_files.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::config {
namespace {

// What is an absolute path differs from system to system.
#ifdef _WIN32
#define UKEY_TEST_ROOT "C:/"
#else
#define UKEY_TEST_ROOT "/"
#endif

TEST_F(ConfigFiles, noFile_givesDefaultsThatLetNobodyIn_S4) {
    const Config config = load(sources_);
    EXPECT_EQ(config.ports, (std::vector<std::uint16_t>{23510, 23511, 23512, 23513, 23514}));
    EXPECT_TRUE(config.origins.empty());
    EXPECT_EQ(config.unknownOrigins, policy::UnknownOrigins::deny);
    EXPECT_EQ(config.driverTimeoutSeconds, 30U);
    EXPECT_EQ(config.stateDir, folder() / "state");
}

TEST_F(ConfigFiles, exampleOfTheContract_isRead) {
    const Config config = loadText(R"({
        "ports": [23510, 23511],
        "drivers": [
          {"name": "soft", "kind": "skf", "library": "libukey-softtoken.so", "initialPin": "111111"},
          {"name": "softhsm", "kind": "pkcs11", "library": ")" UKEY_TEST_ROOT
                                   R"(usr/lib/softhsm/libsofthsm2.so", "options": {"slotEvents": false}}
        ],
        "origins": [{"origin": "https://portal.example", "scopes": ["tokens", "certificates", "sign", "manage"], "confirm": "each"}],
        "unknownOrigins": "ask",
        "pinentry": ")" UKEY_TEST_ROOT R"(usr/bin/pinentry",
        "stateDir": ")" UKEY_TEST_ROOT R"(var/lib/x", "logLevel": "debug", "driverTimeoutSeconds": 5,
        "idleLogoutSeconds": 60, "resumeSeconds": 10, "promptTimeoutSeconds": 20,
        "limits": {"rate": 10, "burst": 20, "outstanding": 3, "connections": 4, "connectionsPerOrigin": 2, "waiting": 5, "handshakeSeconds": 6, "messageSeconds": 7}
    })");
    EXPECT_EQ(config.ports, (std::vector<std::uint16_t>{23510, 23511}));
    ASSERT_EQ(config.drivers.size(), 2U);
    EXPECT_EQ(config.drivers[0].name, "soft");
    EXPECT_EQ(config.drivers[0].kind, DriverKind::skf);
    EXPECT_EQ(config.drivers[0].initialPin, "111111");
    EXPECT_EQ(config.drivers[1].kind, DriverKind::pkcs11);
    EXPECT_EQ(config.drivers[1].options, R"({"slotEvents":false})");
    ASSERT_EQ(config.origins.size(), 1U);
    EXPECT_EQ(config.origins[0].confirm, policy::Confirm::each);
    EXPECT_TRUE(config.origins[0].scopes.has(policy::Scope::manage));
    EXPECT_FALSE(config.origins[0].scopes.has(policy::Scope::decrypt));
    EXPECT_EQ(config.unknownOrigins, policy::UnknownOrigins::ask);
    EXPECT_EQ(config.pinentry, UKEY_TEST_ROOT "usr/bin/pinentry");
    EXPECT_EQ(config.stateDir, UKEY_TEST_ROOT "var/lib/x");
    EXPECT_EQ(config.logLevel, "debug");
    EXPECT_EQ(config.driverTimeoutSeconds, 5U);
    EXPECT_EQ(config.idleLogoutSeconds, 60U);
    EXPECT_EQ(config.resumeSeconds, 10U);
    EXPECT_EQ(config.promptTimeoutSeconds, 20U);
    EXPECT_EQ(config.limits.rate, 10U);
    EXPECT_EQ(config.limits.burst, 20U);
    EXPECT_EQ(config.limits.outstanding, 3U);
    EXPECT_EQ(config.limits.connections, 4U);
    EXPECT_EQ(config.limits.connectionsPerOrigin, 2U);
    EXPECT_EQ(config.limits.waiting, 5U);
    EXPECT_EQ(config.limits.handshakeSeconds, 6U);
    EXPECT_EQ(config.limits.messageSeconds, 7U);
}

TEST_F(ConfigFiles, whatIsWrong_isNamedWithItsPlace) {
    const std::vector<std::pair<std::string, std::string>> table{
        {R"({"prots": [1]})", "/prots: is not a known key"},
        {R"({"ports": 23510})", "/ports: must be a list"},
        {R"({"ports": []})", "/ports: must have 1 to 32 entries"},
        {R"({"ports": [0]})", "/ports/0: must be a whole number from 1 to 65535"},
        {R"({"ports": [23510, 65536]})", "/ports/1: must be"},
        {R"({"ports": [-1]})", "/ports/0: must be"},
        {R"({"ports": ["23510"]})", "/ports/0: must be"},
        {R"({"ports": [1.5]})", "/ports/0: must be"},
        {R"({"drivers": [{"name": "a", "kind": "skf"}]})", "/drivers/0: lacks \"library\""},
        {R"({"drivers": [{"name": "a", "kind": "x", "library": "l.so"}]})",
         "/drivers/0/kind: must be one of skf, pkcs11"},
        {R"({"drivers": [{"name": "a b", "kind": "skf", "library": "l.so"}]})", "/drivers/0/name: must be"},
        {R"({"drivers": [{"name": "a", "kind": "skf", "library": "../l.so"}]})",
         "/drivers/0/library: must be an absolute"},
        {R"({"drivers": [{"name": "a", "kind": "skf", "library": ""}]})", "/drivers/0/library: must be"},
        {R"({"drivers": [{"name": "a", "kind": "skf", "library": "l.so", "options": []}]})",
         "/drivers/0/options: must be an object"},
        {R"({"drivers": [{"name": "a", "kind": "skf", "library": "l.so", "options": {"maxContainer": 6}}]})",
         "/drivers/0/options/maxContainer: is not a known key"},
        {R"({"drivers": [{"name": "a", "kind": "skf", "library": "l.so", "options": {"abi": {"ulongBits": 48}}}]})",
         "/drivers/0/options/abi/ulongBits: must be one of 32, 64"},
        {R"({"drivers": [{"name": "a", "kind": "skf", "library": "l.so", "options": {"slotEvents": true}}]})",
         "/drivers/0/options/slotEvents: is not a known key"},
        {R"({"drivers": [{"name": "a", "kind": "pkcs11", "library": "l.so", "options": {"sm2": {"sign": "12"}}}]})",
         "/drivers/0/options/sm2/sign: must be an id: a number, or hexadecimal"},
        {R"({"drivers": [{"name": "a", "kind": "pkcs11", "library": "l.so"}, {"name": "b", "library": "l.so", "options": {"x": 1}}]})",
         "/drivers/1: lacks \"kind\""},
        {R"({"drivers": [{"name": "a", "kind": "skf", "library": "l.so", "pin": "1"}]})",
         "/drivers/0/pin: is not a known key"},
        {R"({"drivers": [{"name": "a", "kind": "skf", "library": "l.so", "initialPin": "a b"}]})",
         "/drivers/0/initialPin: must be"},
        {R"({"drivers": [{"name": "a", "kind": "skf", "library": "l.so"}, {"name": "a", "kind": "skf", "library": "m.so"}]})",
         "/drivers/1: names a second driver \"a\""},
        {R"({"origins": [{"origin": "*", "scopes": []}]})",
         "/origins/0/origin: \"*\" would let every site in"},
        {R"({"origins": [{"origin": "null", "scopes": []}]})", "/origins/0/origin: \"null\""},
        {R"({"origins": [{"origin": "https://政务.example", "scopes": []}]})",
         "/origins/0/origin: write the host name in its ASCII form"},
        {R"({"origins": [{"origin": "https://a.example", "scopes": ["all"]}]})",
         "/origins/0/scopes/0: must be one of"},
        {R"({"origins": [{"origin": "https://a.example"}]})", "/origins/0: lacks \"scopes\""},
        {R"({"origins": [{"origin": "https://a.example", "scopes": [], "confirm": "never"}]})",
         "/origins/0/confirm: must be one of login, each"},
        {R"({"origins": [{"origin": "https://a.example", "scopes": []}, {"origin": "https://A.example:443", "scopes": []}]})",
         "/origins/1: names https://a.example a second time"},
        {R"({"unknownOrigins": "allow"})", "/unknownOrigins: must be one of deny, ask"},
        {R"({"pinentry": "pinentry"})", "/pinentry: must be an absolute path"},
        {R"({"stateDir": "state"})", "/stateDir: must be an absolute path"},
        {R"({"logLevel": "loud"})", "/logLevel: must be one of trace"},
        {R"({"driverTimeoutSeconds": 0})", "/driverTimeoutSeconds: must be"},
        {R"({"webEid": "yes"})", "/webEid: must be true or false"},
        {R"({"unlockAuthorities": "x"})", "/unlockAuthorities: must be a list"},
        {R"({"unlockAuthorities": ["x"]})", "/unlockAuthorities/0: must be a certificate in PEM"},
        {R"({"limits": {"rate": 0}})", "/limits/rate: must be"},
        {R"({"limits": {"speed": 1}})", "/limits/speed: is not a known key"},
        {R"([])", "/: must be an object"},
        {R"({"ports": [1],})", "is not JSON"},
        {"", "is not JSON"},
    };
    for (const auto& [text, complaint] : table) {
        const std::string message = refusal(text);
        EXPECT_NE(message.find(complaint), std::string::npos) << text << "\n" << message;
        EXPECT_NE(message.find("named.json"), std::string::npos) << message;
    }
}

TEST_F(ConfigFiles, namedFileThatIsMissing_isAnError) {
    sources_.file = folder() / "nowhere.json";
    EXPECT_THROW(load(sources_), Error);
}

TEST_F(ConfigFiles, namedFile_isReadAlone) {
    write("user.json", R"({"unknownOrigins": "ask", "logLevel": "error"})");
    const Config config = loadText(R"({"resumeSeconds": 1})");
    EXPECT_EQ(config.logLevel, "info");
    EXPECT_EQ(config.unknownOrigins, policy::UnknownOrigins::deny);
    EXPECT_EQ(config.resumeSeconds, 1U);
}

TEST_F(ConfigFiles, commandLine_overridesPortAndStateFolder) {
    sources_.port = std::uint16_t{0};
    sources_.stateDir = folder() / "other";
    const Config config = loadText(R"({"ports": [1], "stateDir": ")" UKEY_TEST_ROOT R"(var/lib/x"})");
    EXPECT_EQ(config.ports, std::vector<std::uint16_t>{0});
    EXPECT_EQ(config.stateDir, folder() / "other");
}

TEST_F(ConfigFiles, valueAsLongAsAFileCanBe_isRefusedLikeAnyOther) {
    const std::string endless(1000UL * 1000UL, 'x');
    const std::string driver = R"({"drivers": [{"kind": "skf", "library": "l.so", )";
    for (const std::string& text :
         {driver + R"("name": ")" + endless + R"("}]})",
          driver + R"("name": "a", "options": {"quirks": {"codes": {")" + endless + R"(": "0x1"}}}}]})",
          driver + R"("name": "a", "options": {"quirks": {"codes": {"0x1": ")" + endless + R"("}}}}]})"})
        EXPECT_NE(refusal(text).find("must be "), std::string::npos);
}

TEST_F(ConfigFiles, hugeFile_isRefused) {
    EXPECT_NE(refusal("\"" + std::string(2UL * 1024UL * 1024UL, 'x')).find("larger"), std::string::npos);
}

}  // namespace
}  // namespace ukey::config
