#include "sandbox/portal/address.hpp"

#include <algorithm>
#include <charconv>

namespace ukey::portal {

std::int64_t numberOf(std::string_view text, ra::Reason otherwise) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) throw ra::Refused(otherwise);
    return number;
}

std::pair<std::int64_t, std::string> idAndAction(std::string_view rest, ra::Reason otherwise) {
    const auto slash = std::min(rest.find('/'), rest.size());
    const std::int64_t id = numberOf(rest.substr(0, slash), otherwise);
    return {id, slash == rest.size() ? std::string() : std::string(rest.substr(slash + 1))};
}

http::Response notFound() {
    return http::errorResponse(404, "not-found", {"没有这个地址。", "There is no such address."});
}

}  // namespace ukey::portal
