#include "sandbox/trading/bidding_api.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "sandbox/http/rfc3339.hpp"
#include "sandbox/login_check/encoding.hpp"
#include "sandbox/trading/bid_refusal.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::trading {
namespace {

using http::Request;
using http::Response;
using http::toRfc3339;
using nlohmann::json;

std::int64_t number(const json& body, const char* name) {
    const auto field = body.find(name);
    if (field == body.end() || !field->is_number_integer())
        throw Error(ErrorCode::badRequest, std::string("not a number: ") + name);
    return field->get<std::int64_t>();
}

std::int64_t parcelIn(const Request& request) {
    const auto found = request.query.find("parcel");
    std::int64_t id = 0;
    if (found == request.query.end()) throw BidRefused(BidReason::parcelNotFound);
    const auto& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size()) throw BidRefused(BidReason::parcelNotFound);
    return id;
}

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

Response draftResponse(const Draft& draft) {
    return http::jsonResponse({{"draft", draft.id}, {"document", draft.document}}, 201);
}

Response submit(Bidding& bidding, const json& body, const Bidder& bidder) {
    const auto signature =
        login_check::decodeBase64Url(http::textField(body, "signature", kMaxSignatureText));
    if (!signature) throw BidRefused(BidReason::badSignature);
    const auto receipt = bidding.submit(bidder, http::textField(body, "draft"), *signature);
    return http::jsonResponse({{"receipt",
                                {{"document", receipt.document},
                                 {"signature", login_check::encodeBase64Url(receipt.signature)},
                                 {"certificate", receipt.certificate}}}});
}

}  // namespace

void addBiddingRoutes(http::Router& router, Bidding& bidding,
                      std::function<std::optional<Bidder>(const Request&)> bidderOf,
                      std::function<Time()> clock) {
    using Handler = std::function<Response(const Request&, const Bidder&)>;
    const auto on = [&router, bidderOf](const char* method, const char* path, Handler handler) {
        router.on(method, path, [bidderOf, handler = std::move(handler)](const Request& request) {
            try {
                const auto bidder = bidderOf(request);
                if (!bidder) throw BidRefused(BidReason::loginRequired);
                return handler(request, *bidder);
            } catch (const BidRefused& refused) {
                return refusalResponse(refused.reason());
            }
        });
    };
    const auto standing = [&bidding, clock](const Bidder& bidder, std::int64_t parcel) {
        return http::jsonResponse(toJson(bidding.standing(bidder, parcel), clock()));
    };
    on("GET", "/api/bidding", [standing](const Request& request, const Bidder& bidder) {
        return standing(bidder, parcelIn(request));
    });
    on("POST", "/api/applications", [&bidding](const Request& request, const Bidder& bidder) {
        const auto body = http::jsonBody(request);
        return draftResponse(bidding.draftApplication(bidder, number(body, "parcel"),
                                                      http::textField(body, "contact", 120),
                                                      http::textField(body, "phone", 40)));
    });
    on("POST", "/api/deposits", [&bidding, standing](const Request& request, const Bidder& bidder) {
        const auto parcel = number(http::jsonBody(request), "parcel");
        bidding.payDeposit(bidder, parcel);
        return standing(bidder, parcel);
    });
    on("POST", "/api/bids", [&bidding](const Request& request, const Bidder& bidder) {
        const auto body = http::jsonBody(request);
        return draftResponse(bidding.draftBid(bidder, number(body, "parcel"), number(body, "amountYuan")));
    });
    on("POST", "/api/submissions", [&bidding](const Request& request, const Bidder& bidder) {
        return submit(bidding, http::jsonBody(request), bidder);
    });
}

}  // namespace ukey::trading
