// A driver without a library, for tests of what stands before drivers. `options` is a JSON object:
//
//   twins    true: all tokens tell the serial number "TWIN"
//   tokens   serial numbers of the tokens that are plugged in (default ["T1"])
//   pin      the user PIN (default "123456"); the administrator's is "87654321"
//   saysDefault   true: the token says that it has its maker's PIN, whatever it is; else when it is 111111
//   tellsTries    false: nobody can tell how many tries are left
//   loginAfterChange   name of an error code: a login fails with it when the PIN was changed; or "crash",
//            "hang", "unplug": that happens in it
//   tries    tries left at the start, of 6 (default 6); 0 is locked; administratorTries: of the other PIN
//   folder   the tokens that are plugged in are the files of this folder, and no event tells of them
//   events   "driver" (default): waitForChange works; "none": it throws unsupported; "nonsense": it returns
//            at once, always
//   load     name of an error code: loading fails with it; "crash": the process dies, "hang": it hangs
//   keypad   true: protected authentication path
//   keypadPipe   a pipe (FIFO): the keypad's PIN is entered when somebody writes to it
//
// The container named in Sign says what happens:
//
//   anything   answers the digest itself; "login": only when logged in, else pin-required
//   hang crash exit abort   in the driver's function
//   garbage oversize truncated unknown-id wrong-kind unknown-event no-version other-version   octets written
//   to the pipe by a broken
//              host
//   unplug     the token is pulled in mid-call: token-removed, and it is gone
//   replug     the token was out and is in again, and no event came
//   wrong-pin  another program enters a wrong PIN
//   large      answers 1 MiB; too-large: answers more than the pipe takes
//   throw      throws what no driver should
//
//   network    tries to open sockets of IPv4, IPv6, packets, Unix and netlink; answers an octet for each, 0
//   or errno
//
// Random answers the number of PIN tries that the driver saw, as one octet; GenerateKeyPair "plug-NAME" plugs
// a token in; "slow" takes a second.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

#include "tokenlib/token/driver.hpp"

namespace ukey::test {

class FakeDriver : public token::Driver {
  public:
    /// `options`: see above. `channel`: of this process, for what a broken host writes. Throws what `load`
    /// says.
    explicit FakeDriver(const std::string& options, std::string channel);

    token::ListTokens::Result listTokens(const token::ListTokens&) override;
    token::DescribeToken::Result describeToken(const token::DescribeToken& op) override;
    token::ListKeys::Result listKeys(const token::ListKeys& op) override;
    void login(const std::string& token, token::PinRole role, const Secret& pin) override;
    token::Nothing logout(const token::Logout& op) override;
    token::Sign::Result sign(const token::Sign& op) override;
    token::GenerateKeyPair::Result generateKeyPair(const token::GenerateKeyPair& op) override;
    token::Nothing importKeyPair(const token::ImportKeyPair& op) override;
    token::Nothing writeCertificate(const token::WriteCertificate& op) override;
    token::Nothing deleteContainer(const token::DeleteContainer& op) override;
    token::Decrypt::Result decrypt(const token::Decrypt& op) override;
    token::OpenSession::Result openSession(const token::OpenSession& op) override;
    token::SessionDecrypt::Result sessionDecrypt(const token::SessionDecrypt& op) override;
    token::Nothing closeSession(const token::CloseSession& op) override;
    token::Random::Result random(const token::Random& op) override;
    void changePin(const std::string& token, token::PinRole role, const Secret& oldPin,
                   const Secret& newPin) override;
    token::PinState administratorPin(const std::string& token) override;
    void unlockPin(const std::string& token, const Secret& administratorPin, const Secret& newPin) override;
    token::UnlockChallenge::Result unlockChallenge(const token::UnlockChallenge& op) override;
    void unlockResponse(const std::string& token, ByteView response) override;
    void waitForChange() override;
    void stopWaiting() noexcept override;

  private:
    token::TokenInfo describe(const std::string& serial) const;
    void mustBeThere(const std::string& token) const;
    void tryPin(const Secret& pin);
    void changed();
    /// Throws token-removed.
    [[noreturn]] void unplug(const std::string& token);

    std::string channel_;
    std::set<std::string> tokens_;
    std::string pin_;
    bool saysDefault_;
    bool tellsTries_;
    std::string loginAfterChange_;
    bool isChanged_ = false;
    unsigned tries_;
    unsigned administratorTries_ = 0;
    std::string events_;
    bool twins_;
    std::string folder_;
    bool keypad_;
    std::string keypadPipe_;
    unsigned seenTries_ = 0;
    unsigned connection_ = 1;
    std::set<std::string> loggedIn_;

    std::mutex mutex_;
    std::condition_variable event_;
    bool eventPending_ = false;
    bool stopped_ = false;
};

}  // namespace ukey::test
