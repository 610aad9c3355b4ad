#include "sandbox/trading/bidding_api.hpp"

#include <nlohmann/json.hpp>

#include "sandbox/http/rfc3339.hpp"
#include "sandbox/login_check/encoding.hpp"
#include "sandbox/trading/bid_refusal.hpp"
#include "sandbox/trading/requests.hpp"

namespace ukey::trading {
namespace {

using http::Request;
using http::Response;
using http::toRfc3339;
using nlohmann::json;

json toJson(const Standing& standing, Time now) {
    auto bids = json::array();
    for (const auto& bid : standing.bids) {
        bids.push_back({{"round", bid.round},
                        {"amountYuan", bid.amountYuan},
                        {"bidder", bid.bidderNumber},
                        {"mine", bid.mine},
                        {"received", toRfc3339(bid.received)}});
    }
    json result{{"parcel", trading::toJson(standing.parcel)},
                {"bids", std::move(bids)},
                {"stepYuan", standing.stepYuan},
                {"lowestYuan", standing.lowestYuan},
                {"now", toRfc3339(now)}};
    if (const auto& application = standing.application) {
        result["application"] = {{"number", application->number},
                                 {"contact", application->contact},
                                 {"phone", application->phone},
                                 {"depositPaid", application->depositPaid},
                                 {"submitted", toRfc3339(application->submitted)}};
    }
    return result;
}

Response submit(Drafts& drafts, const json& body, const Bidder& bidder) {
    const auto signature =
        login_check::decodeBase64Url(http::textField(body, "signature", kMaxSignatureText));
    if (!signature) throw BidRefused(BidReason::badSignature);
    const auto receipt = drafts.submit(bidder, http::textField(body, "draft"), *signature);
    return http::jsonResponse({{"receipt",
                                {{"document", receipt.document},
                                 {"signature", login_check::encodeBase64Url(receipt.signature)},
                                 {"certificate", receipt.certificate}}}});
}

}  // namespace

void addBiddingRoutes(http::Router& router, Bidding& bidding, Drafts& drafts,
                      std::function<std::optional<Bidder>(const Request&)> bidderOf,
                      std::function<Time()> clock) {
    UserRoutes routes(router, std::move(bidderOf));
    const auto standing = [&bidding, clock](const Bidder& bidder, std::int64_t parcel) {
        return http::jsonResponse(toJson(bidding.standing(bidder, parcel), clock()));
    };
    routes.on("GET", "/api/bidding", [standing](const Request& request, const Bidder& bidder) {
        return standing(bidder, parcelIn(request));
    });
    routes.on("POST", "/api/applications", [&bidding](const Request& request, const Bidder& bidder) {
        const auto body = http::jsonBody(request);
        return draftResponse(bidding.draftApplication(bidder, numberField(body, "parcel"),
                                                      http::textField(body, "contact", 120),
                                                      http::textField(body, "phone", 40)));
    });
    routes.on("POST", "/api/deposits", [&bidding, standing](const Request& request, const Bidder& bidder) {
        const auto parcel = numberField(http::jsonBody(request), "parcel");
        bidding.payDeposit(bidder, parcel);
        return standing(bidder, parcel);
    });
    routes.on("POST", "/api/bids", [&bidding](const Request& request, const Bidder& bidder) {
        const auto body = http::jsonBody(request);
        return draftResponse(
            bidding.draftBid(bidder, numberField(body, "parcel"), numberField(body, "amountYuan")));
    });
    routes.on("POST", "/api/submissions", [&drafts](const Request& request, const Bidder& bidder) {
        return submit(drafts, http::jsonBody(request), bidder);
    });
}

}  // namespace ukey::trading
