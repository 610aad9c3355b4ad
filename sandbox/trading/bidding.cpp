#include "sandbox/trading/bidding.hpp"

#include <algorithm>

#include "sandbox/trading/bid_refusal.hpp"
#include "sandbox/trading/documents.hpp"

namespace ukey::trading {
namespace {

constexpr std::int64_t kLeastStepYuan = 10'000;
constexpr std::int64_t kStepsInAStartPrice = 100;

std::int64_t toSeconds(Time time) { return std::chrono::system_clock::to_time_t(time); }
Time fromSeconds(std::int64_t seconds) { return std::chrono::system_clock::from_time_t(seconds); }

/// About a hundredth of the starting price, a whole number of ten thousand.
std::int64_t stepOf(const Parcel& parcel) {
    const auto step = parcel.startPriceYuan / kStepsInAStartPrice / kLeastStepYuan * kLeastStepYuan;
    return std::max(step, kLeastStepYuan);
}

}  // namespace

Bidding::Bidding(sqlite::Database& database, Parcels& parcels, Drafts& drafts, std::function<Time()> clock)
    : database_(database), parcels_(parcels), drafts_(drafts), clock_(std::move(clock)) {
    database_.execute(R"(
CREATE TABLE IF NOT EXISTS parcel_application (
  parcel TEXT NOT NULL, bidder TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, contact TEXT NOT NULL, phone TEXT NOT NULL,
  deposit INTEGER NOT NULL DEFAULT 0, submitted INTEGER NOT NULL, PRIMARY KEY (parcel, bidder));
CREATE TABLE IF NOT EXISTS parcel_bid (
  parcel TEXT NOT NULL, round INTEGER NOT NULL, draft TEXT NOT NULL UNIQUE REFERENCES signed_draft, bidder TEXT NOT NULL,
  amount INTEGER NOT NULL, received INTEGER NOT NULL, PRIMARY KEY (parcel, round));
)");
    drafts_.onTaken("application", [this](const Bidder& bidder, const SignedDraft& taken) {
        takeApplication(bidder, taken.draft.content);
    });
    drafts_.onTaken("bid", [this](const Bidder& bidder, const SignedDraft& taken) {
        takeBid(bidder, taken.draft.id, taken.draft.content);
    });
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
        "SELECT number, contact, phone, deposit, submitted FROM parcel_application WHERE parcel = ? AND "
        "bidder = ?",
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
        "SELECT bid.round, bid.amount, application.number, bid.bidder, bid.received FROM parcel_bid AS bid "
        "JOIN "
        "parcel_application AS application ON application.parcel = bid.parcel AND application.bidder = "
        "bid.bidder WHERE bid.parcel = ? ORDER BY "
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

Draft Bidding::draftApplication(const Bidder& bidder, std::int64_t id, const std::string& contact,
                                const std::string& phone) {
    const auto parcel = listed(id);
    if (contact.empty() || phone.empty()) throw BidRefused(BidReason::badApplication);
    if (applicationOf(bidder, id)) throw BidRefused(BidReason::alreadyApplied);
    PendingDraft draft{newDraftId(), "application", {}, {}, clock_()};
    draft.content = {{"parcel", id}, {"contact", contact}, {"phone", phone}};
    draft.document = applicationText(draft.id, parcel, bidder, contact, phone, draft.made);
    return drafts_.keep(bidder, std::move(draft));
}

void Bidding::payDeposit(const Bidder& bidder, std::int64_t id) {
    const auto parcel = listed(id);
    if (!applicationOf(bidder, id)) throw BidRefused(BidReason::notApplied);
    database_.run("UPDATE parcel_application SET deposit = 1 WHERE parcel = ? AND bidder = ?", parcel.key(),
                  bidder.key());
}

Application Bidding::requireBidder(const Bidder& bidder, std::int64_t id) {
    listed(id);
    const auto application = applicationOf(bidder, id);
    if (!application) throw BidRefused(BidReason::notApplied);
    if (!application->depositPaid) throw BidRefused(BidReason::depositMissing);
    return *application;
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
    PendingDraft draft{newDraftId(), "bid", {}, {}, clock_()};
    draft.content = {{"parcel", id}, {"round", round}, {"amountYuan", amountYuan}};
    draft.document = bidText(draft.id, parcel, bidder, round, amountYuan, draft.made);
    return drafts_.keep(bidder, std::move(draft));
}

void Bidding::takeApplication(const Bidder& bidder, const nlohmann::json& content) {
    const auto parcel = listed(content.at("parcel"));
    if (applicationOf(bidder, parcel.id)) throw BidRefused(BidReason::alreadyApplied);
    database_.run(
        "INSERT INTO parcel_application (parcel, bidder, name, number, contact, phone, submitted) VALUES (?, "
        "?, ?, "
        "(SELECT count(*) + 1 FROM parcel_application WHERE parcel = ?), ?, ?, ?)",
        parcel.key(), bidder.key(), bidder.name, parcel.key(), content.at("contact").get<std::string>(),
        content.at("phone").get<std::string>(), toSeconds(clock_()));
}

void Bidding::takeBid(const Bidder& bidder, const std::string& draft, const nlohmann::json& content) {
    const auto parcel = listed(content.at("parcel"));
    const auto current = standing(bidder, parcel.id);
    const auto round = content.at("round").get<std::int64_t>();
    const auto amount = content.at("amountYuan").get<std::int64_t>();
    if (round != static_cast<std::int64_t>(current.bids.size()) + 1) throw BidRefused(BidReason::outbid);
    checkAmount(current, amount);
    database_.run(
        "INSERT INTO parcel_bid (parcel, round, draft, bidder, amount, received) VALUES (?, ?, ?, ?, ?, ?)",
        parcel.key(), round, draft, bidder.key(), amount, toSeconds(clock_()));
}

}  // namespace ukey::trading
