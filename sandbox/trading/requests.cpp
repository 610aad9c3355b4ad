#include "sandbox/trading/requests.hpp"

#include <charconv>

#include "sandbox/trading/bid_refusal.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::trading {

std::int64_t numberField(const nlohmann::json& body, const char* name) {
    const auto field = body.find(name);
    if (field == body.end() || !field->is_number_integer())
        throw Error(ErrorCode::badRequest, std::string("not a number: ") + name);
    return field->get<std::int64_t>();
}

std::optional<std::int64_t> numberIn(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::int64_t parcelIn(const http::Request& request) {
    const auto found = request.query.find("parcel");
    const auto parcel = found == request.query.end() ? std::nullopt : numberIn(found->second);
    if (!parcel) throw BidRefused(BidReason::parcelNotFound);
    return *parcel;
}

http::Response draftResponse(const Draft& draft) {
    return http::jsonResponse({{"draft", draft.id}, {"document", draft.document}}, 201);
}

void UserRoutes::on(const char* method, const char* path, Handler handler) {
    router_.on(method, path, [userOf = userOf_, handler = std::move(handler)](const http::Request& request) {
        try {
            const auto user = userOf(request);
            if (!user) throw BidRefused(BidReason::loginRequired);
            return handler(request, *user);
        } catch (const BidRefused& refused) {
            return refusalResponse(refused.reason());
        }
    });
}

void UserRoutes::onPrefix(const char* method, const char* prefix, PrefixHandler handler) {
    router_.onPrefix(method, prefix,
                     [userOf = userOf_, handler = std::move(handler)](const http::Request& request,
                                                                      const std::string& rest) {
                         try {
                             const auto user = userOf(request);
                             if (!user) throw BidRefused(BidReason::loginRequired);
                             return handler(request, *user, rest);
                         } catch (const BidRefused& refused) {
                             return refusalResponse(refused.reason());
                         }
                     });
}

}  // namespace ukey::trading
