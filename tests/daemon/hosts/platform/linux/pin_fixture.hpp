// Real hosts whose dialogs a script answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/daemon/hosts/hosts_fixture.hpp"
#include "tests/support/scripted_pinentry.hpp"

namespace ukey::hosts {

class HostsPinTest : public HostsTest {
  protected:
    /// `initialPin`: what the configuration says of the maker's.
    void useWith(const std::vector<std::string>& answers, const std::string& options = "{}",
                 const std::string& initialPin = "") {
        for (const std::string& answer : answers) script_.add(answer);
        settings_.pinentry = script_.program();
        DriverConfig driver = fake("a", options);
        driver.initialPin = initialPin;
        use({driver});
    }
    static token::PromptContext context() {
        return {"en", "https://portal.example", "operation.login", "CN=Zhang San", 60};
    }
    /// The user's own, at the command line.
    static token::PromptContext own() {
        token::PromptContext asked = context();
        asked.origin = "ukeyctl";
        return asked;
    }
    template <class Op>
    std::optional<ErrorCode> codeOfCall(Op op) {
        return test::codeOf([&] { return call("a", std::move(op)); });
    }
    std::optional<ErrorCode> verify() { return codeOfCall(token::VerifyPin{"T1", context()}); }
    unsigned triesSeen() { return call("a", token::Random{"T1", 1}).at(0); }
    void waitForDialog(std::size_t count = 1) {
        test::runUntil(context_, [&] { return script_.dialogs().size() >= count; });
    }

    test::ScriptedPinentry script_;
};

}  // namespace ukey::hosts
