// A running ukeyd with a soft token, a page of the portal, and the portal's RA.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/types.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "tests/daemon/support/client.hpp"
#include "tests/support/scripted_pinentry.hpp"
#include "tests/tokenlib/enrolment/test_issuer.hpp"
#include "tests/tokenlib/enrolment/token_bench.hpp"

namespace ukey::test {

class Portal : public testing::Test {
  protected:
    Portal();
    ~Portal() override;

    void startDaemon();
    /// Asks it to end, or kills it, and waits.
    void stopDaemon(int signal = SIGTERM);
    void killDaemon();
    pid_t daemon() const noexcept { return daemon_; }

    /// A page that is logged in on the token.
    std::unique_ptr<Client> page(const std::string& origin = kPortal);
    std::unique_ptr<Client> pageWithoutLogin(const std::string& origin = kPortal);
    std::string tokenOf(Client& page);

    nlohmann::json beginParams(Client& page, const std::string& kind, const std::string& keys = "new");
    /// What goes to enrolment.complete.
    nlohmann::json answerTo(const nlohmann::json& begun, const std::string& keys = "new");
    /// A whole enrolment.
    nlohmann::json enrol(Client& page, const std::string& kind, const std::string& keys = "new");

    nlohmann::json certificates(Client& page);
    /// Signs and checks with the only signing certificate; empty, or what is wrong.
    std::string signingFault(Client& page);
    std::set<std::string> containers();
    std::string tokenFolder() const { return (folder_.path() / "tokens" / "S1").string(); }
    void writeFaults(const std::string& json);
    std::string ukeyctl(const std::string& arguments);

    ScriptedPinentry pinentry_;
    enrolment::test::TemporaryFolder folder_;
    enrolment::test::TestIssuer issuer_{token::KeyAlgorithm::sm2};

  private:
    pid_t daemon_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace ukey::test
