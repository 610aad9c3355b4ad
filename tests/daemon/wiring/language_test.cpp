// The language in which a program speaks to whoever started it.
#include "daemon/wiring/language.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv

#include <map>
#include <optional>
#include <string>

#include "daemon/wiring/token_hosts_from_config.hpp"

namespace ukey::wiring {
namespace {

/// Variables of the environment, which are again what they were at the end.
class Variables : public testing::Test {
  protected:
    Variables() {
        for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG", "TERM"}) {
            if (const char* value = ::getenv(name))
                before_[name] = value;
            else
                before_[name] = std::nullopt;
            ::unsetenv(name);
        }
    }
    ~Variables() override {
        for (const auto& [name, value] : before_) {
            ::unsetenv(name.c_str());
            if (value) ::setenv(name.c_str(), value->c_str(), 1);
        }
    }

    std::map<std::string, std::optional<std::string>> before_;
};

TEST_F(Variables, ofTheLocale_theFirstThatSaysAnythingIsTheLanguage) {
    EXPECT_EQ(terminalLanguage(), Language::english);
    ::setenv("LANG", "zh_CN.UTF-8", 1);
    EXPECT_EQ(terminalLanguage(), Language::chinese);
    ::setenv("LC_MESSAGES", "", 1);
    EXPECT_EQ(terminalLanguage(), Language::chinese);
    ::setenv("LC_MESSAGES", "C", 1);
    EXPECT_EQ(terminalLanguage(), Language::english);
    ::setenv("LC_ALL", "zh_CN", 1);
    EXPECT_EQ(terminalLanguage(), Language::chinese);
}

TEST_F(Variables, kindOfTheTerminal_isToldToWhoDrawsOnIt) {
    EXPECT_EQ(ownTerminal().type, "");
    ::setenv("TERM", "xterm", 1);
    EXPECT_EQ(ownTerminal().type, "xterm");
}

}  // namespace
}  // namespace ukey::wiring
