// The transaction: a new container, a key, a request; the RA's answer checked, imported, written, read back
// and proven; the switch; the old one retired. At every moment the token has a working old or a working new
// certificate, and the journal knows how to go on or back.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tokenlib/enrolment/journal_access.hpp"
#include "tokenlib/enrolment/plan.hpp"
#include "tokenlib/enrolment/token_access.hpp"
#include "tokenlib/pki/ra_answer.hpp"

namespace ukey::enrolment {

/// What is being done, for whoever watches.
enum class Phase : std::uint8_t { generating, requesting, checking, importing, writing, proving, retiring };
/// "generating", …
std::string_view toString(Phase phase) noexcept;

/// For the RA.
struct Begun {
    Record record;
    Bytes csr;    ///< DER PKCS#10.
    Bytes proof;  ///< The replaced key's signature over pki::renewalMessage of the request, as DER (SM2,
                  ///< ECDSA) or PKCS#1; empty where nothing is replaced.
};

/// What an answer has to stand up to.
struct Rules {
    /// The administrator's CAs; empty: a chain only has to hold in itself.
    std::vector<pki::Certificate> trusted = {};
    std::function<std::chrono::sys_seconds()> clock = [] {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    };
    /// Asked before anything is written when the keys stay and the new certificate has another subject or
    /// issuer than the old one, by their DER; throws when it shall not be. Without it such an answer is a
    /// certificate-mismatch.
    using HolderChanged =
        std::function<boost::asio::awaitable<void>(pki::Certificate before, pki::Certificate now)>;
    HolderChanged holderChanged = {};
};

/// Works on one token, with the user logged in. Whoever calls holds the token's WorkLock. Besides what is
/// said, everything throws what the token answers; then, and after any kill, the same call can be made again.
class Enroller {
  public:
    using Watch = std::function<void(Phase)>;

    Enroller(JournalAccess& journal, TokenAccess& token, Watch watch = {}, Rules rules = {});

    /// Brings what was left on the token to its end: a beginning that nobody got to know of is taken back, an
    /// enrolment that has switched is finished. Throws enrolment-conflict for one that waits for its RA or is
    /// being written.
    boost::asio::awaitable<void> clear(token::Identity token);

    /// See plan(): reads, and changes nothing.
    boost::asio::awaitable<Record> plan(Order order);

    /// Carries the plan out as far as the request. When that fails the token is as it was before.
    boost::asio::awaitable<Begun> begin(Record record, std::vector<pki::NameAttribute> subject);

    /// Checks the answer before anything is written, and takes the enrolment to its end; after an
    /// interruption, goes on. What the RA sent wrongly can be sent once more. Throws enrolment-not-found;
    /// token-not-found where the enrolment's key is not on this token;
    /// enrolment-conflict for another answer than the one that is being written; certificate-mismatch,
    /// bad-request and unsupported for an answer that does not do. The record as it was at the end.
    boost::asio::awaitable<Record> complete(std::string id, pki::RaAnswer answer);

    /// Takes the token back to what it was. Throws enrolment-not-found; token-not-found as complete();
    /// enrolment-conflict when the new certificate counts already.
    boost::asio::awaitable<void> rollBack(std::string id);

  private:
    boost::asio::awaitable<Record> require(std::string id);
    boost::asio::awaitable<void> advance(Record& record, Step next);
    boost::asio::awaitable<void> remove(Record record);
    void tell(Phase phase) const;

    boost::asio::awaitable<Begun> makeRequest(Record record, std::vector<pki::NameAttribute> subject);
    boost::asio::awaitable<token::PublicKey> makeKey(Record& record);
    boost::asio::awaitable<Bytes> sign(std::string container, token::PublicKey key, Bytes message);
    boost::asio::awaitable<Bytes> prove(Record record, Bytes csr);
    boost::asio::awaitable<void> displace(Record record);

    boost::asio::awaitable<void> accept(Record& record, pki::RaAnswer answer);
    boost::asio::awaitable<void> askAboutHolder(CertificatePair old, pki::CheckedAnswer now);
    boost::asio::awaitable<void> goOn(Record& record);
    boost::asio::awaitable<void> write(Record& record);
    boost::asio::awaitable<void> importPair(Record& record);
    boost::asio::awaitable<void> writeCertificates(Record& record);
    boost::asio::awaitable<void> writeOne(std::string container, token::KeyUsage usage, Bytes certificate);
    boost::asio::awaitable<void> retire(Record record);
    boost::asio::awaitable<void> takeAnswerBack(Record& record);
    boost::asio::awaitable<void> putOldBack(Record record);
    boost::asio::awaitable<void> takeAway(Record record);
    boost::asio::awaitable<void> deleteContainer(std::string container);
    boost::asio::awaitable<std::vector<token::KeyEntry>> keys();

    JournalAccess& journal_;
    TokenAccess& token_;
    Watch watch_;
    Rules rules_;
};

}  // namespace ukey::enrolment
