#include "sandbox/trading/tendering_api.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/http/rfc3339.hpp"
#include "sandbox/login_check/encoding.hpp"
#include "sandbox/trading/bid_refusal.hpp"
#include "sandbox/trading/requests.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::trading {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

constexpr std::size_t kMaxCertificate = 16 * 1024;
constexpr std::size_t kMaxName = 256;
constexpr const char* kOctets = "application/octet-stream";

json toJson(const TenderFile& file) {
    return {{"id", file.id},
            {"name", file.name},
            {"size", file.size},
            {"sha256", file.sha256},
            {"innerSha256", file.innerSha256},
            {"sealedSha256", file.sealedSha256},
            {"state", file.state}};
}

json toJson(const Tender& tender, const Bidder& user) {
    auto files = json::array();
    for (const auto& file : tender.files) files.push_back(toJson(file));
    return {{"bidder", tender.bidderNumber},
            {"name", tender.name},
            {"mine", tender.bidder == user.key()},
            {"received", http::toRfc3339(tender.received)},
            {"files", std::move(files)}};
}

json toJson(const std::optional<Tenderer>& tenderer, const Bidder& user) {
    if (!tenderer) return nullptr;
    return {{"name", tenderer->name},
            {"certificate", tenderer->certificate},
            {"mine", tenderer->key == user.key()}};
}

Response standingResponse(Tendering& tendering, const Bidder& user, std::int64_t parcel, Time now) {
    const auto standing = tendering.standing(user, parcel);
    auto tenders = json::array();
    for (const auto& tender : standing.tenders) tenders.push_back(toJson(tender, user));
    auto contenders = json::array();
    for (const auto& one : standing.contenders)
        contenders.push_back({{"bidder", one.number}, {"name", one.name}, {"amountYuan", one.amountYuan}});
    json body{{"parcel", trading::toJson(standing.parcel)},
              {"count", standing.count},
              {"tenders", std::move(tenders)},
              {"contenders", std::move(contenders)},
              {"now", http::toRfc3339(now)}};
    if (standing.tenderer) body["tenderer"] = toJson(standing.tenderer, user);
    if (const auto& notice = standing.notice) {
        body["notice"] = {{"document", notice->document},
                          {"signature", login_check::encodeBase64Url(notice->signature)},
                          {"certificate", notice->certificate}};
    }
    return http::jsonResponse(body);
}

/// SHA-256, hexadecimal.
std::string digestField(const json& object, const char* name) {
    auto text = http::textField(object, name, 64);
    if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string::npos)
        throw Error(ErrorCode::badRequest, std::string("not a SHA-256: ") + name);
    return text;
}

std::vector<TenderFile> filesIn(const json& body) {
    const auto list = body.find("files");
    if (list == body.end() || !list->is_array()) throw Error(ErrorCode::badRequest, "files is no list");
    std::vector<TenderFile> files;
    for (const auto& one : *list) {
        if (!one.is_object()) throw Error(ErrorCode::badRequest, "a file is no object");
        TenderFile file;
        file.name = http::textField(one, "name", kMaxName);
        file.size = numberField(one, "size");
        file.sha256 = digestField(one, "sha256");
        file.innerSha256 = digestField(one, "innerSha256");
        file.sealedSha256 = digestField(one, "sealedSha256");
        file.upload = http::textField(one, "upload");
        files.push_back(std::move(file));
    }
    return files;
}

std::uint64_t fromIn(const Request& request) {
    const auto found = request.query.find("from");
    const auto from = found == request.query.end() ? std::nullopt : numberIn(found->second);
    if (!from || *from < 0) throw Error(ErrorCode::badRequest, "from is no number");
    return static_cast<std::uint64_t>(*from);
}

std::int64_t fileIn(const std::string& rest) {
    const auto id = numberIn(rest);
    if (!id) throw BidRefused(BidReason::tenderNotFound);
    return *id;
}

/// Pieces come as octets; no form of a foreign page can send them without being asked first.
Response append(Tendering& tendering, const Request& request, const Bidder& user, const std::string& id) {
    if (request.header("content-type") != kOctets)
        throw Error(ErrorCode::badRequest, "the content type has to be application/octet-stream");
    const auto size = tendering.uploads().append(user.key(), id, fromIn(request), request.body);
    return http::jsonResponse({{"received", size}});
}

Response read(Tendering& tendering, const Request& request, const Bidder& user, const std::string& rest) {
    const auto layer = request.query.find("layer");
    if (layer == request.query.end()) throw Error(ErrorCode::badRequest, "layer is missing");
    return {200,
            kOctets,
            tendering.read(user, fileIn(rest), layer->second, fromIn(request)),
            {{"Cache-Control", "no-store"}}};
}

}  // namespace

void addTenderingRoutes(http::Router& router, Tendering& tendering,
                        std::function<std::optional<Bidder>(const Request&)> userOf,
                        std::function<Time()> clock) {
    UserRoutes routes(router, std::move(userOf));
    const auto standing = [&tendering, clock](const Bidder& user, std::int64_t parcel) {
        return standingResponse(tendering, user, parcel, clock());
    };
    routes.on("GET", "/api/tenderer", [&tendering](const Request&, const Bidder& user) {
        return http::jsonResponse({{"tenderer", toJson(tendering.tenderer(), user)}});
    });
    routes.on("POST", "/api/tenderer", [&tendering](const Request& request, const Bidder& user) {
        tendering.registerTenderer(user,
                                   http::textField(http::jsonBody(request), "certificate", kMaxCertificate));
        return http::jsonResponse({{"tenderer", toJson(tendering.tenderer(), user)}});
    });
    routes.on("POST", "/api/tenderer/close",
              [&tendering, standing](const Request& request, const Bidder& user) {
                  const auto parcel = numberField(http::jsonBody(request), "parcel");
                  tendering.closeNow(user, parcel);
                  return standing(user, parcel);
              });
    routes.on("GET", "/api/tendering", [standing](const Request& request, const Bidder& user) {
        return standing(user, parcelIn(request));
    });
    routes.on("POST", "/api/uploads", [&tendering](const Request& request, const Bidder& user) {
        http::jsonBody(request);
        return http::jsonResponse({{"upload", tendering.uploads().begin(user.key())}}, 201);
    });
    routes.onPrefix("POST", "/api/uploads/",
                    [&tendering](const Request& request, const Bidder& user, const std::string& id) {
                        return append(tendering, request, user, id);
                    });
    routes.on("POST", "/api/tenders", [&tendering](const Request& request, const Bidder& user) {
        const auto body = http::jsonBody(request);
        return draftResponse(tendering.draftTender(user, numberField(body, "parcel"),
                                                   http::textField(body, "certificate", kMaxCertificate),
                                                   filesIn(body)));
    });
    routes.on("POST", "/api/tenders/withdraw",
              [&tendering, standing](const Request& request, const Bidder& user) {
                  const auto parcel = numberField(http::jsonBody(request), "parcel");
                  tendering.withdraw(user, parcel);
                  return standing(user, parcel);
              });
    routes.onPrefix("GET", "/api/tender-files/",
                    [&tendering](const Request& request, const Bidder& user, const std::string& rest) {
                        return read(tendering, request, user, rest);
                    });
    routes.onPrefix("POST", "/api/tender-files/",
                    [&tendering](const Request& request, const Bidder& user, const std::string& rest) {
                        tendering.opened(user, fileIn(rest),
                                         http::textField(http::jsonBody(request), "upload"));
                        return http::jsonResponse(json::object());
                    });
    routes.on("POST", "/api/notices", [&tendering](const Request& request, const Bidder& user) {
        const auto body = http::jsonBody(request);
        return draftResponse(
            tendering.draftNotice(user, numberField(body, "parcel"), numberField(body, "bidder")));
    });
}

}  // namespace ukey::trading
