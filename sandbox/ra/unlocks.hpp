// Unlocks: 解锁. The holder asks, proves the phone, a clerk approves, and the bridge's request is answered,
// once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/ra/accounts.hpp"
#include "sandbox/ra/administrator_pins.hpp"
#include "sandbox/ra/holder_certificates.hpp"

namespace ukey::ra {

struct Unlock {
    std::int64_t id = 0;
    std::int64_t account = 0;
    std::int64_t certificate = 0;
    std::string tokenSerial;
    /// "unverified" (a code was sent to the phone), "in-review", "approved", "rejected", "answered".
    std::string state;
    std::string note;  ///< Why it was rejected.
    Time created;
    std::optional<Time> decided;  ///< Approved or rejected.
};

/// How the answer carries the right to unlock.
enum class UnlockForm : std::uint8_t {
    sealed,  ///< The administrator PIN, sealed to the bridge's key.
    vendor,  ///< A new user PIN in the maker's form; sent to the phone, to be changed at once.
};
std::optional<UnlockForm> unlockFormFrom(const std::string& name);

struct UnlockAnswer {
    Bytes response;
    UnlockForm form = UnlockForm::sealed;
};

class Unlocks {
  public:
    /// `form` is taken where the page asks for none; `vendor` only where the request offers it.
    Unlocks(sqlite::Database& database, HolderCertificates& certificates, Accounts& accounts, Outbox& outbox,
            CodeMessages& messages, SecretCodes& codes, AdministratorPins& pins,
            ca::CertificateCentre& centre, UnlockForm form, Clock clock);

    /// For the token of a certificate of the account that is not revoked. Sends a code to its phone. Throws
    /// Refused certificate-not-found.
    Unlock ask(const Account& account, std::int64_t certificate);
    /// A new code, as long as the phone is not proven.
    void sendCode(const Account& account, std::int64_t id);
    Unlock verify(const Account& account, std::int64_t id, const std::string& code);

    /// Throws Refused unlock-not-found for another account's.
    Unlock get(std::int64_t account, std::int64_t id);
    std::vector<Unlock> ofAccount(std::int64_t account);

    /// The clerk's desk.
    std::vector<Unlock> inReview();
    Unlock approve(std::int64_t id);
    Unlock reject(std::int64_t id, const std::string& note);

    /// Answers the bridge's request, within 24 hours of the approval. Once: the same request again gets the
    /// same answer, another is refused. `form`: nothing leaves it to the rule.
    UnlockAnswer answer(const Account& account, std::int64_t id, const Bytes& request,
                        std::optional<UnlockForm> form);

  private:
    void sendNewCode(const Account& account, const Unlock& unlock);
    Unlock require(std::int64_t id);
    void setState(const Unlock& unlock, const std::string& from, const std::string& to);
    Unlock decide(std::int64_t id, const std::string& state, const std::string& note);
    std::optional<UnlockAnswer> givenAnswer(const Unlock& unlock, const Bytes& request);
    Bytes signedBy(const Unlock& unlock, const Bytes& request, const Bytes& answer);
    UnlockAnswer makeAnswer(const Unlock& unlock, const Bytes& request, std::optional<UnlockForm> form,
                            std::string& newPin);

    sqlite::Database& database_;
    HolderCertificates& certificates_;
    Accounts& accounts_;
    Outbox& outbox_;
    CodeMessages& messages_;
    SecretCodes& codes_;
    AdministratorPins& pins_;
    ca::CertificateCentre& centre_;
    UnlockForm form_;
    Clock clock_;
    ca::KeyPtr key_;  ///< By which bridges know an answer for ours; each run has its own.
};

}  // namespace ukey::ra
