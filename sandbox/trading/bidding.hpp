// 竞买: applications, deposits and bids.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/trading/drafts.hpp"
#include "sandbox/trading/parcels.hpp"

namespace ukey::trading {

struct Application {
    std::int64_t number = 0;  ///< Of the bidder, among those of the parcel.
    std::string contact;
    std::string phone;
    bool depositPaid = false;
    Time submitted;
};

struct Bid {
    std::int64_t round = 0;
    std::int64_t amountYuan = 0;
    std::int64_t bidderNumber = 0;
    bool mine = false;
    Time received;
};

/// What a bidder sees of a parcel.
struct Standing {
    Parcel parcel;
    std::optional<Application> application;
    std::vector<Bid> bids;  ///< The highest first.
    std::int64_t stepYuan = 0;
    std::int64_t lowestYuan = 0;  ///< The least that the next bid may be.
};

/// All of it throws BidRefused.
class Bidding {
  public:
    Bidding(sqlite::Database& database, Parcels& parcels, Drafts& drafts, std::function<Time()> clock);

    Standing standing(const Bidder& bidder, std::int64_t parcel);

    Draft draftApplication(const Bidder& bidder, std::int64_t parcel, const std::string& contact,
                           const std::string& phone);
    /// The stand-in for a payment. Once more changes nothing.
    void payDeposit(const Bidder& bidder, std::int64_t parcel);
    Draft draftBid(const Bidder& bidder, std::int64_t parcel, std::int64_t amountYuan);

    /// The application of somebody who may bid: the parcel is listed and the deposit paid.
    Application requireBidder(const Bidder& bidder, std::int64_t parcel);

  private:
    Parcel listed(std::int64_t parcel);
    std::optional<Application> applicationOf(const Bidder& bidder, std::int64_t parcel);
    void checkAmount(const Standing& standing, std::int64_t amountYuan) const;
    void takeApplication(const Bidder& bidder, const nlohmann::json& content);
    void takeBid(const Bidder& bidder, const std::string& draft, const nlohmann::json& content);

    sqlite::Database& database_;
    Parcels& parcels_;
    Drafts& drafts_;
    std::function<Time()> clock_;
};

}  // namespace ukey::trading
