#include "daemon/unlock/requests.hpp"

#include <algorithm>
#include <list>
#include <optional>
#include <utility>

#include "tokenlib/async/deadline.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/remote_unlock.hpp"

namespace ukey::unlock {

using TimePoint = std::chrono::steady_clock::time_point;

namespace {

/// More than any site has under way; the oldest goes.
constexpr std::size_t kMost = 64;

struct Waiting {
    Subject subject;
    pki::UnlockRequest request;
    Bytes der;
    TimePoint ends;
    bool hasChallenge = false;
    bool isClaimed = false;
    std::optional<pki::Sm2PrivateKey> key;  ///< Gone when its time is over; the rest says why there is none.
};

}  // namespace

class Requests::Book {
  public:
    Book(const boost::asio::any_io_executor& executor, std::chrono::seconds lifetime, Clock clock)
        : deadline_(executor,
                    [this] {
                        wipeOld();
                        arm();
                    }),
          lifetime_(lifetime),
          clock_(std::move(clock)) {}

    Made make(Subject subject, std::string serial, std::string model, Bytes challenge) {
        waiting_.remove_if([&](const Waiting& w) { return w.subject == subject && !w.isClaimed; });
        if (waiting_.size() >= kMost && !waiting_.front().isClaimed) waiting_.pop_front();
        Waiting entry;
        entry.key = pki::Sm2PrivateKey::generate();
        entry.hasChallenge = !challenge.empty();
        entry.request = {
            .serial = std::move(serial),
            .model = std::move(model),
            .nonce = pki::newUnlockNonce(),
            .expires = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + lifetime_,
            .key = entry.key->publicKey().point,
            .challenge = std::move(challenge)};
        entry.subject = std::move(subject);
        entry.der = pki::unlockRequestToDer(entry.request);
        entry.ends = clock_() + lifetime_;
        Made made{entry.der, digestOf(entry.der)};
        waiting_.push_back(std::move(entry));
        arm();
        return made;
    }

    std::pair<std::list<Waiting>::iterator, Right> claim(const Subject& subject, ByteView text,
                                                         const pki::UnlockAuthorities& authorities) {
        const pki::SignedUnlockResponse answer = pki::signedUnlockResponseFromDer(text);
        pki::UnlockResponse response = pki::unlockResponseFromDer(answer.response);
        const auto entry = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& w) {
            return w.subject.origin == subject.origin && w.request.nonce == response.nonce;
        });
        if (entry == waiting_.end()) throw Error(ErrorCode::unlockNotFound, "no such request of this origin");
        if (entry->subject.token != subject.token)
            throw Error(ErrorCode::unlockMismatch, "the response is for another token");
        if (entry->isClaimed) throw Error(ErrorCode::busy, "the response is being used");
        wipeOld();
        if (!entry->key) throw Error(ErrorCode::unlockExpired, "the request has expired");
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        pki::requireAuthority(answer, entry->der, authorities, now);
        Right right = rightIn(*entry, std::move(response));
        entry->isClaimed = true;
        return {entry, std::move(right)};
    }

    void release(std::list<Waiting>::iterator entry) {
        entry->isClaimed = false;
        arm();
    }
    void remove(std::list<Waiting>::iterator entry) { waiting_.erase(entry); }

    static Bytes digestOf(ByteView der) { return pki::digest(token::DigestAlgorithm::sm3, der); }

  private:
    static Right rightIn(const Waiting& entry, pki::UnlockResponse response) {
        if (auto* vendor = std::get_if<Bytes>(&response.answer)) {
            if (!entry.hasChallenge)
                throw Error(ErrorCode::unlockInvalid, "a maker's answer to a request without a challenge");
            return std::move(*vendor);
        }
        return pki::openAdministratorPin(*entry.key, entry.der, std::get<token::Sm2Cipher>(response.answer));
    }

    void wipeOld() {
        const TimePoint now = clock_();
        for (Waiting& entry : waiting_) {
            if (!entry.isClaimed && entry.ends <= now) entry.key.reset();
        }
    }

    /// Wakes when the next key's time is over.
    void arm() {
        std::optional<TimePoint> next;
        for (const Waiting& entry : waiting_) {
            if (entry.key && !entry.isClaimed && (!next || entry.ends < *next)) next = entry.ends;
        }
        if (!next) return;
        deadline_.set(*next);
    }

    Deadline deadline_;
    std::chrono::seconds lifetime_;
    Clock clock_;
    std::list<Waiting> waiting_;  ///< The oldest first.
};

/// The request that a claim keeps others from.
class Claim::Hold {
  public:
    Hold(std::shared_ptr<Requests::Book> book, std::list<Waiting>::iterator entry)
        : book_(std::move(book)), entry_(entry) {}
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() {
        if (!spent_) book_->release(entry_);
    }
    void spend() {
        if (!std::exchange(spent_, true)) book_->remove(entry_);
    }

  private:
    std::shared_ptr<Requests::Book> book_;
    std::list<Waiting>::iterator entry_;
    bool spent_ = false;
};

Claim::Claim(std::unique_ptr<Hold> hold, Right right, Bytes digest)
    : hold_(std::move(hold)), right_(std::move(right)), digest_(std::move(digest)) {}
Claim::Claim(Claim&& other) noexcept = default;
Claim::~Claim() = default;

void Claim::spend() noexcept { hold_->spend(); }

Requests::Requests(const boost::asio::any_io_executor& executor, std::chrono::seconds lifetime, Clock clock)
    : book_(std::make_shared<Book>(executor, lifetime, std::move(clock))) {}
Requests::~Requests() = default;

Made Requests::make(Subject subject, std::string serial, std::string model, Bytes challenge) {
    return book_->make(std::move(subject), std::move(serial), std::move(model), std::move(challenge));
}

Claim Requests::claim(const Subject& subject, ByteView response, const pki::UnlockAuthorities& authorities) {
    auto [entry, right] = book_->claim(subject, response, authorities);
    Bytes digest = Book::digestOf(entry->der);
    return {std::make_unique<Claim::Hold>(book_, entry), std::move(right), std::move(digest)};
}

}  // namespace ukey::unlock
