#include "sandbox/trading/bidding.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "sandbox/login_check/data_signature.hpp"
#include "sandbox/login_check/encoding.hpp"
#include "sandbox/trading/bid_refusal.hpp"
#include "sandbox/trading/documents.hpp"
#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::trading {
namespace {

using namespace std::chrono_literals;

constexpr auto kDraftLifetime = 10min;
constexpr std::int64_t kLeastStepYuan = 10'000;
constexpr std::int64_t kStepsInAStartPrice = 100;

std::int64_t toSeconds(Time time) { return std::chrono::system_clock::to_time_t(time); }
Time fromSeconds(std::int64_t seconds) { return std::chrono::system_clock::from_time_t(seconds); }

std::string newId() {
    std::array<std::uint8_t, 12> octets{};
    if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1)
        throw Error(ErrorCode::internal, "no random octets");
    return toHex(octets);
}

/// About a hundredth of the starting price, a whole number of ten thousand.
std::int64_t stepOf(const Parcel& parcel) {
    const auto step = parcel.startPriceYuan / kStepsInAStartPrice / kLeastStepYuan * kLeastStepYuan;
    return std::max(step, kLeastStepYuan);
}

}  // namespace

/// A draft as it is kept: `round` 0 is an application.
struct Bidding::Pending {
    std::string id;
    std::int64_t parcel = 0;
    std::int64_t round = 0;
    std::int64_t amountYuan = 0;
    std::string contact;
    std::string phone;
    std::string document;
    Time made;
};

Bidding::Bidding(sqlite::Database& database, Parcels& parcels, const login_check::Trust& trust, Sealer sealer,
                 std::function<Time()> clock)
    : database_(database),
      parcels_(parcels),
      certificates_(trust),
      sealer_(std::move(sealer)),
      clock_(std::move(clock)) {
    database_.execute(R"(
CREATE TABLE IF NOT EXISTS draft (
  id TEXT PRIMARY KEY, bidder TEXT NOT NULL, parcel TEXT NOT NULL, parcel_id INTEGER NOT NULL, round INTEGER NOT NULL,
  amount INTEGER NOT NULL, contact TEXT NOT NULL, phone TEXT NOT NULL, document TEXT NOT NULL, made INTEGER NOT NULL,
  signature BLOB, receipt TEXT, receipt_signature BLOB, receipt_certificate TEXT, received INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS application (
  parcel TEXT NOT NULL, bidder TEXT NOT NULL, number INTEGER NOT NULL, contact TEXT NOT NULL, phone TEXT NOT NULL,
  deposit INTEGER NOT NULL DEFAULT 0, submitted INTEGER NOT NULL, PRIMARY KEY (parcel, bidder));
CREATE TABLE IF NOT EXISTS bid (
  parcel TEXT NOT NULL, round INTEGER NOT NULL, draft TEXT NOT NULL UNIQUE REFERENCES draft, bidder TEXT NOT NULL,
  amount INTEGER NOT NULL, received INTEGER NOT NULL, PRIMARY KEY (parcel, round));
)");
}

Parcel Bidding::listed(std::int64_t id) {
    auto parcel = parcels_.find(id, clock_());
    if (!parcel) throw BidRefused(BidReason::parcelNotFound);
    if (parcel->status != "listing") throw BidRefused(BidReason::notListing);
    return *parcel;
}

std::optional<Application> Bidding::applicationOf(const Bidder& bidder, std::int64_t id) {
    const auto parcel = parcels_.find(id, clock_());
    if (!parcel) throw BidRefused(BidReason::parcelNotFound);
    auto row = database_.query(
        "SELECT number, contact, phone, deposit, submitted FROM application WHERE parcel = ? AND bidder = ?",
        parcel->key(), bidder.key());
    if (!row.step()) return std::nullopt;
    return Application{row.number(0), row.text(1), row.text(2), row.number(3) != 0,
                       fromSeconds(row.number(4))};
}

Standing Bidding::standing(const Bidder& bidder, std::int64_t id) {
    const auto parcel = parcels_.find(id, clock_());
    if (!parcel) throw BidRefused(BidReason::parcelNotFound);
    Standing standing;
    standing.parcel = *parcel;
    standing.application = applicationOf(bidder, id);
    standing.stepYuan = stepOf(*parcel);
    auto rows = database_.query(
        "SELECT bid.round, bid.amount, application.number, bid.bidder, bid.received FROM bid JOIN "
        "application ON "
        "application.parcel = bid.parcel AND application.bidder = bid.bidder WHERE bid.parcel = ? ORDER BY "
        "bid.round DESC",
        parcel->key());
    while (rows.step()) {
        standing.bids.push_back({rows.number(0), rows.number(1), rows.number(2), rows.text(3) == bidder.key(),
                                 fromSeconds(rows.number(4))});
    }
    standing.lowestYuan =
        standing.bids.empty() ? parcel->startPriceYuan : standing.bids.front().amountYuan + standing.stepYuan;
    return standing;
}

Draft Bidding::keepDraft(const Bidder& bidder, const Pending& pending) {
    database_.run(
        "INSERT INTO draft (id, bidder, parcel, parcel_id, round, amount, contact, phone, document, made) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        pending.id, bidder.key(), parcels_.find(pending.parcel, clock_())->key(), pending.parcel,
        pending.round, pending.amountYuan, pending.contact, pending.phone, pending.document,
        toSeconds(pending.made));
    return {pending.id, pending.document};
}

Draft Bidding::draftApplication(const Bidder& bidder, std::int64_t id, const std::string& contact,
                                const std::string& phone) {
    const auto parcel = listed(id);
    if (contact.empty() || phone.empty()) throw BidRefused(BidReason::badApplication);
    if (applicationOf(bidder, id)) throw BidRefused(BidReason::alreadyApplied);
    Pending pending{newId(), id, 0, 0, contact, phone, {}, clock_()};
    pending.document = applicationText(pending.id, parcel, bidder, contact, phone, pending.made);
    return keepDraft(bidder, pending);
}

void Bidding::payDeposit(const Bidder& bidder, std::int64_t id) {
    const auto parcel = listed(id);
    if (!applicationOf(bidder, id)) throw BidRefused(BidReason::notApplied);
    database_.run("UPDATE application SET deposit = 1 WHERE parcel = ? AND bidder = ?", parcel.key(),
                  bidder.key());
}

void Bidding::checkAmount(const Standing& standing, std::int64_t amountYuan) const {
    if (!standing.application) throw BidRefused(BidReason::notApplied);
    if (!standing.application->depositPaid) throw BidRefused(BidReason::depositMissing);
    if (amountYuan < standing.lowestYuan) throw BidRefused(BidReason::bidTooLow);
    if ((amountYuan - standing.lowestYuan) % standing.stepYuan != 0) throw BidRefused(BidReason::bidOffStep);
}

Draft Bidding::draftBid(const Bidder& bidder, std::int64_t id, std::int64_t amountYuan) {
    const auto parcel = listed(id);
    const auto now = standing(bidder, id);
    checkAmount(now, amountYuan);
    const auto round = static_cast<std::int64_t>(now.bids.size()) + 1;
    Pending pending{newId(), id, round, amountYuan, {}, {}, {}, clock_()};
    pending.document = bidText(pending.id, parcel, bidder, round, amountYuan, pending.made);
    return keepDraft(bidder, pending);
}

std::optional<Receipt> Bidding::receiptOf(const Bidder& bidder, const std::string& draft) {
    auto row = database_.query(
        "SELECT receipt, receipt_signature, receipt_certificate FROM draft WHERE id = ? AND bidder = ?",
        draft, bidder.key());
    if (!row.step()) throw BidRefused(BidReason::draftNotFound);
    if (row.isNull(0)) return std::nullopt;
    return Receipt{row.text(0), row.blob(1), row.text(2)};
}

Bidding::Pending Bidding::pendingOf(const std::string& draft) {
    auto row = database_.query(
        "SELECT parcel_id, round, amount, contact, phone, document, made FROM draft WHERE id = ?", draft);
    if (!row.step()) throw BidRefused(BidReason::draftNotFound);
    return {draft,       row.number(0), row.number(1), row.number(2),
            row.text(3), row.text(4),   row.text(5),   fromSeconds(row.number(6))};
}

void Bidding::checkSignature(const Bidder& bidder, const std::string& document,
                             const std::vector<std::uint8_t>& signature) {
    const auto certificate = login_check::parseCertificate(bidder.certificate);
    if (!certificate || certificates_.check(certificate.get(), clock_()))
        throw BidRefused(BidReason::certificateInvalid);
    if (!login_check::isDataSignature(X509_get0_pubkey(certificate.get()), document, signature))
        throw BidRefused(BidReason::badSignature);
}

void Bidding::take(const Bidder& bidder, const Pending& pending) {
    const auto parcel = listed(pending.parcel);
    const auto now = toSeconds(clock_());
    if (pending.round == 0) {
        if (applicationOf(bidder, pending.parcel)) throw BidRefused(BidReason::alreadyApplied);
        database_.run(
            "INSERT INTO application (parcel, bidder, number, contact, phone, submitted) VALUES (?, ?, "
            "(SELECT count(*) + 1 FROM application WHERE parcel = ?), ?, ?, ?)",
            parcel.key(), bidder.key(), parcel.key(), pending.contact, pending.phone, now);
        return;
    }
    const auto current = standing(bidder, pending.parcel);
    if (pending.round != static_cast<std::int64_t>(current.bids.size()) + 1)
        throw BidRefused(BidReason::outbid);
    checkAmount(current, pending.amountYuan);
    database_.run(
        "INSERT INTO bid (parcel, round, draft, bidder, amount, received) VALUES (?, ?, ?, ?, ?, ?)",
        parcel.key(), pending.round, pending.id, bidder.key(), pending.amountYuan, now);
}

Receipt Bidding::submit(const Bidder& bidder, const std::string& draft,
                        const std::vector<std::uint8_t>& signature) {
    // Taken, answered and kept in one go: after whatever happens, there is either a bid with its receipt or
    // neither.
    sqlite::Transaction transaction(database_);
    if (auto receipt = receiptOf(bidder, draft)) return *receipt;
    const auto pending = pendingOf(draft);
    if (pending.made + kDraftLifetime < clock_()) throw BidRefused(BidReason::draftNotFound);
    checkSignature(bidder, pending.document, signature);
    take(bidder, pending);
    const auto receipt = sealer_(receiptText(draft, pending.document, clock_()));
    database_.run(
        "UPDATE draft SET signature = ?, receipt = ?, receipt_signature = ?, receipt_certificate = ?, "
        "received = ? "
        "WHERE id = ?",
        ByteView(signature), receipt.document, ByteView(receipt.signature), receipt.certificate,
        toSeconds(clock_()), draft);
    transaction.commit();
    return receipt;
}

}  // namespace ukey::trading
