// 竞买: applications, deposits and bids. What a bidder is to sign is drafted here, shown, signed, and taken
// once.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/login_check/certificate_check.hpp"
#include "sandbox/trading/parcels.hpp"

namespace ukey::trading {

using Time = std::chrono::system_clock::time_point;

/// Who acts: out of the certificate of the login.
struct Bidder {
    std::string name;
    std::string subjectText;
    std::string issuerText;
    std::string certificate;  ///< PEM.

    /// By which a bidder is known again, also with a renewed certificate.
    std::string key() const { return issuerText + "\n" + subjectText; }
};

/// A document with the trading centre's signature (SM2 with SM3, DER) over its octets.
struct Receipt {
    std::string document;
    std::vector<std::uint8_t> signature;
    std::string certificate;  ///< The trading centre's, PEM.
};
using Sealer = std::function<Receipt(const std::string& document)>;

/// What a bidder is shown and signs.
struct Draft {
    std::string id;
    std::string document;
};

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
    Bidding(sqlite::Database& database, Parcels& parcels, const login_check::Trust& trust, Sealer sealer,
            std::function<Time()> clock);

    Standing standing(const Bidder& bidder, std::int64_t parcel);

    Draft draftApplication(const Bidder& bidder, std::int64_t parcel, const std::string& contact,
                           const std::string& phone);
    /// The stand-in for a payment. Once more changes nothing.
    void payDeposit(const Bidder& bidder, std::int64_t parcel);
    Draft draftBid(const Bidder& bidder, std::int64_t parcel, std::int64_t amountYuan);

    /// Takes a signed draft, once: the same draft again gets the receipt that it got, whatever happened
    /// since. So a page whose answer was lost sends it again.
    Receipt submit(const Bidder& bidder, const std::string& draft,
                   const std::vector<std::uint8_t>& signature);

  private:
    struct Pending;

    Parcel listed(std::int64_t parcel);
    std::optional<Application> applicationOf(const Bidder& bidder, std::int64_t parcel);
    void checkAmount(const Standing& standing, std::int64_t amountYuan) const;
    Draft keepDraft(const Bidder& bidder, const Pending& pending);
    std::optional<Receipt> receiptOf(const Bidder& bidder, const std::string& draft);
    Pending pendingOf(const std::string& draft);
    void checkSignature(const Bidder& bidder, const std::string& document,
                        const std::vector<std::uint8_t>& signature);
    void take(const Bidder& bidder, const Pending& pending);

    sqlite::Database& database_;
    Parcels& parcels_;
    login_check::CertificateCheck certificates_;
    Sealer sealer_;
    std::function<Time()> clock_;
};

}  // namespace ukey::trading
