// Why the trading site does not take an application or a bid.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "sandbox/http/message.hpp"

namespace ukey::trading {

enum class BidReason : std::uint8_t {
    loginRequired,
    parcelNotFound,
    notListing,      ///< Announced only, or the deadline is over.
    badApplication,  ///< A person to talk to or a number is missing.
    alreadyApplied,
    notApplied,
    depositMissing,
    bidTooLow,           ///< Below the starting price, or below the highest bid and a step.
    bidOffStep,          ///< Not a whole number of steps.
    outbid,              ///< Another bid came between showing and signing this one.
    draftNotFound,       ///< Never shown to this bidder, or too long ago.
    certificateInvalid,  ///< Expired or revoked since the login.
    badSignature,
    // Sealed tenders.
    noTenderer,                ///< Nobody whom to seal to has said so yet.
    tendererTaken,             ///< Somebody else is the tenderer.
    notTenderer,               ///< It is for the tenderer to do.
    badEncryptionCertificate,  ///< Not one to seal to, not in force, or another person's.
    badTender,                 ///< No files, too many, or without a name.
    alreadyTendered,           ///< One is there; withdraw it first.
    tenderNotFound,
    uploadNotFound,
    uploadOffset,  ///< Octets are missing before these.
    uploadTooLarge,
    notSealed,
    sealedIncomplete,
    wrongRecipients,
    digestMismatch,  ///< What came is not what the page said, or what the bidder signed.
    stillSealed,     ///< Nothing is opened before the deadline.
    openedAlready,
    outerFirst,  ///< The tenderer has not opened its layer yet.
    resultPublished,
};

class BidRefused : public std::runtime_error {
  public:
    explicit BidRefused(BidReason reason);
    BidReason reason() const noexcept { return reason_; }

  private:
    BidReason reason_;
};

http::Response refusalResponse(BidReason reason);

}  // namespace ukey::trading
