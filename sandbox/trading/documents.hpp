// The texts that bidders sign and receive: plain, line by line, as they are shown.
#pragma once

#include <cstdint>
#include <string>

#include "sandbox/trading/bidding.hpp"
#include "sandbox/trading/tendering.hpp"

namespace ukey::trading {

std::string applicationText(const std::string& id, const Parcel& parcel, const Bidder& bidder,
                            const std::string& contact, const std::string& phone, Time now);

std::string bidText(const std::string& id, const Parcel& parcel, const Bidder& bidder, std::int64_t round,
                    std::int64_t amountYuan, Time now);

/// Names each file by its digests: as it is, within the bidder's layer, and as it was sent.
std::string tenderText(const std::string& id, const Parcel& parcel, const Bidder& bidder,
                       const std::vector<TenderFile>& files, Time now);

/// Says who won, at what price, and which tenders were opened.
std::string noticeText(const std::string& id, const Parcel& parcel, const Bidder& tenderer,
                       const Contender& winner, const std::vector<Tender>& tenders, Time now);

/// Names what was received by its digest.
std::string receiptText(const std::string& id, const std::string& document, Time received);

}  // namespace ukey::trading
