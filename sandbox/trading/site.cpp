#include "sandbox/trading/site.hpp"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "sandbox/http/rfc3339.hpp"
#include "sandbox/trading/bidding_api.hpp"
#include "sandbox/trading/refusal_texts.hpp"
#include "sandbox/trading/tendering_api.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::trading {
namespace {

using login_check::Answer;
using login_check::Person;
using login_check::Refusal;

constexpr std::size_t kMaxCertificateText = 16 * 1024;

Answer answerFrom(const nlohmann::json& body) {
    const auto auth = body.find("auth");
    if (auth == body.end() || !auth->is_object()) throw Error(ErrorCode::badRequest, "auth is missing");
    return {http::textField(*auth, "format"), http::textField(*auth, "algorithm"),
            http::textField(*auth, "certificate", kMaxCertificateText),
            http::textField(*auth, "signature", kMaxSignatureText)};
}

}  // namespace

Site::Site(const SiteOptions& options)
    : clock_(options.clock),
      database_(options.dataFolder / "trading.sqlite"),
      sessions_(database_, "trading_session", clock_),
      parcels_(database_, clock_()),
      drafts_(database_, options.trust, options.sealer, clock_),
      bidding_(database_, parcels_, drafts_, clock_),
      tendering_(database_, parcels_, bidding_, drafts_, options.trust, options.dataFolder, clock_),
      challenges_(options.dataFolder / "challenges.sqlite"),
      loginCheck_(options.origins, options.trust, challenges_),
      pages_(options.webFolder),
      router_(options.origins) {
    const auto bind = [this](http::Response (Site::*method)(const http::Request&)) {
        return [this, method](const http::Request& request) { return (this->*method)(request); };
    };
    router_.on("GET", "/api/session", bind(&Site::session));
    router_.on("POST", "/api/login/challenge", bind(&Site::challenge));
    router_.on("POST", "/api/login", bind(&Site::login));
    router_.on("POST", "/api/logout", bind(&Site::logout));
    router_.on("GET", "/api/parcels", bind(&Site::parcels));
    const auto userOf = [this](const http::Request& request) { return bidderOf(request); };
    addBiddingRoutes(router_, bidding_, drafts_, userOf, clock_);
    addTenderingRoutes(router_, tendering_, userOf, clock_);
    router_.otherwise([this](const http::Request& request) { return pages_.serve(request); });
}

http::Response Site::session(const http::Request& request) {
    const auto content = sessions_.find(request);
    if (!content || content->empty()) return http::jsonResponse(nlohmann::json::object());
    return http::jsonResponse({{"user", nlohmann::json::parse(*content).at("user")}});
}

std::optional<Bidder> Site::bidderOf(const http::Request& request) {
    const auto content = sessions_.find(request);
    if (!content || content->empty()) return std::nullopt;
    const auto session = nlohmann::json::parse(*content);
    const auto& user = session.at("user");
    return Bidder{user.at("name"), user.at("subjectText"), session.at("issuerText"),
                  session.at("certificate")};
}

http::Response Site::challenge(const http::Request& request) {
    http::Response response;
    auto visitor = sessions_.visitor(request);
    if (!visitor) visitor = sessions_.begin(request, response, "");
    const auto challenge = challenges_.issue(*visitor, clock_());
    auto answer =
        http::jsonResponse({{"challenge", challenge.text}, {"expires", http::toRfc3339(challenge.expires)}});
    answer.headers.insert(answer.headers.end(), response.headers.begin(), response.headers.end());
    return answer;
}

http::Response Site::login(const http::Request& request) {
    const auto body = http::jsonBody(request);
    const auto answer = answerFrom(body);
    const auto challenge = http::textField(body, "challenge");
    const auto result =
        loginCheck_.check(answer, challenge, sessions_.visitor(request).value_or(""), clock_());
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
        spdlog::info("login refused: {}", login_check::toString(*refusal));
        return http::errorResponse(*refusal == Refusal::badFormat ? 400 : 401,
                                   login_check::toString(*refusal), textOf(*refusal));
    }
    const auto& person = std::get<Person>(result);
    const nlohmann::json user{{"name", person.name},
                              {"subjectText", person.subjectText},
                              {"algorithm", person.algorithm},
                              {"thumbprint", person.thumbprint}};
    auto response = http::jsonResponse({{"user", user}});
    const nlohmann::json session{
        {"user", user}, {"issuerText", person.issuerText}, {"certificate", answer.certificate}};
    sessions_.begin(request, response, session.dump());
    return response;
}

http::Response Site::logout(const http::Request& request) {
    auto response = http::jsonResponse(nlohmann::json::object());
    sessions_.end(request, response);
    return response;
}

http::Response Site::parcels(const http::Request& request) {
    if (sessions_.find(request).value_or("").empty()) {
        return http::errorResponse(401, "login-required", {"请先登录。", "Please log in first."});
    }
    auto list = nlohmann::json::array();
    for (const auto& parcel : parcels_.list(clock_())) list.push_back(toJson(parcel));
    return http::jsonResponse({{"parcels", std::move(list)}});
}

}  // namespace ukey::trading
