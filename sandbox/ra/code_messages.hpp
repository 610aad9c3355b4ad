// Codes on their way to a phone: of logins, of orders, of unlocks.
#pragma once

#include <functional>
#include <string>

#include "sandbox/ra/outbox.hpp"
#include "sandbox/ra/secret_code.hpp"

namespace ukey::ra {

/// What goes to the phone, in both languages.
struct MessageText {
    std::string zh;
    std::string en;
};

struct CodeMessage {
    std::string purpose;  ///< As `SecretCodes` knows it.
    unsigned digits = 6;
    std::chrono::seconds lifetime{};
    std::string phone;
    std::function<MessageText(const std::string& code)> text;
};

/// The one way in which a code is sent. What keeps a new one from being sent leaves the one in hand as it is.
class CodeMessages {
  public:
    /// `pause`: how long after a code the next one for the same purpose may be sent.
    CodeMessages(Outbox& outbox, SecretCodes& codes, std::chrono::seconds pause, Clock clock);

    /// In place of an older code. Throws Refused too-soon and too-many-messages, both with the time to wait.
    /// To be called in a transaction, so that a code that nobody was told does not count.
    void send(const CodeMessage& message);

    std::chrono::seconds pause() const noexcept { return pause_; }

  private:
    Outbox& outbox_;
    SecretCodes& codes_;
    std::chrono::seconds pause_;
    Clock clock_;
};

}  // namespace ukey::ra
