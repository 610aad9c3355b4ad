// Values in the registry as it is, in a part of it that stands for HKEY_LOCAL_MACHINE.
#include "daemon/setup/platform/windows/policy_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/setup/platform/windows/registry_key.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::setup {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kChrome = "Software\\Policies\\Google\\Chrome\\LoopbackNetworkAllowedForUrls";
const std::string kOrigins = "Software\\Policies\\Ukey\\origins";

class PolicyValues : public testing::Test {
  protected:
    PolicyValues() : path_(L"Software\\UkeySetupTest" + std::to_wstring(::GetCurrentProcessId())) {
        HKEY key = nullptr;
        ::RegCreateKeyExW(HKEY_CURRENT_USER, path_.c_str(), 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, &key,
                          nullptr);
        ::RegOverridePredefKey(HKEY_LOCAL_MACHINE, key);
        ::RegCloseKey(key);
    }
    ~PolicyValues() override {
        ::RegOverridePredefKey(HKEY_LOCAL_MACHINE, nullptr);
        ::RegDeleteTreeW(HKEY_CURRENT_USER, path_.c_str());
    }
    PolicyValues(const PolicyValues&) = delete;
    PolicyValues& operator=(const PolicyValues&) = delete;

    static std::vector<std::string> entries(const std::string& path) {
        std::vector<std::string> found;
        if (const auto key = Key::open(path))
            for (const std::string& name : key->names())
                found.push_back(name + "=" + key->text(name).value_or("?"));
        return found;
    }

  private:
    std::wstring path_;
};

TEST_F(PolicyValues, applied_standBesideTheAdministratorsUnderHighNumbers) {
    Key::create(kChrome).setText("1", "https://intranet.example");
    applyProperties({.origins = "https://a.example;https://b.example", .browserPolicies = "1"});
    EXPECT_THAT(entries(kChrome), ElementsAre("1=https://intranet.example", "50001=https://a.example",
                                              "50002=https://b.example"));
    EXPECT_THAT(entries(kOrigins), ElementsAre("50001=https://a.example", "50002=https://b.example"));
}

TEST_F(PolicyValues, removed_leaveTheAdministratorsAndNoEmptyKeys) {
    Key::create(kChrome).setText("1", "https://intranet.example");
    applyProperties({.origins = "https://a.example", .unknownOrigins = "ask", .browserPolicies = "1"});
    EXPECT_TRUE(Key::open("Software\\Policies\\Microsoft\\Edge\\LoopbackNetworkAllowedForUrls"));
    removeWritten();
    EXPECT_THAT(entries(kChrome), ElementsAre("1=https://intranet.example"));
    for (const char* key : {"Ukey", "Microsoft", "Chromium", "Mozilla"})
        EXPECT_FALSE(Key::open("Software\\Policies\\" + std::string(key))) << key;
    EXPECT_FALSE(Key::open("Software\\Ukey"));
    EXPECT_TRUE(Key::open("Software\\Policies"));
}

TEST_F(PolicyValues, appliedAnew_replaceWhatWasApplied) {
    applyProperties({.origins = "https://a.example;https://b.example", .browserPolicies = "1"});
    applyProperties({.origins = "https://b.example"});
    EXPECT_THAT(entries(kOrigins), ElementsAre("50001=https://b.example"));
    EXPECT_THAT(entries(kChrome), IsEmpty());
    applyProperties({});
    EXPECT_FALSE(Key::open(kOrigins));
}

TEST_F(PolicyValues, wrongProperty_changesNothing) {
    applyProperties({.origins = "https://a.example"});
    EXPECT_THROW(applyProperties({.origins = "https://b.example;*"}), Error);
    EXPECT_THAT(entries(kOrigins), ElementsAre("50001=https://a.example"));
}

TEST_F(PolicyValues, whatTheAdministratorHasAlready_isHisAndStays) {
    Key::create(kOrigins).setText("3", "https://a.example");
    Key::create("Software\\Policies\\Ukey").setText("unknownOrigins", "deny");
    applyProperties({.origins = "https://a.example", .unknownOrigins = "ask"});
    removeWritten();
    EXPECT_THAT(entries(kOrigins), ElementsAre("3=https://a.example"));
    EXPECT_THAT(entries("Software\\Policies\\Ukey"), ElementsAre("unknownOrigins=deny"));
}

TEST_F(PolicyValues, whatTheAdministratorChangedAfterwards_isHisAndStays) {
    applyProperties({.origins = "https://a.example"});
    Key::create(kOrigins).setText("50001", "https://c.example");
    removeWritten();
    EXPECT_THAT(entries(kOrigins), ElementsAre("50001=https://c.example"));
}

TEST_F(PolicyValues, propertiesThatTheMsiStored_areRead) {
    const Key stored = Key::create("Software\\Ukey\\Setup");
    stored.setText("Origins", "https://a.example");
    stored.setText("BrowserPolicies", "1");
    const Properties properties = storedProperties();
    EXPECT_EQ(properties.origins, "https://a.example");
    EXPECT_EQ(properties.browserPolicies, "1");
    EXPECT_EQ(properties.drivers, "");
}

}  // namespace
}  // namespace ukey::setup
