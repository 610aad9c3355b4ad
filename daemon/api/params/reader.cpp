#include "daemon/api/params/reader.hpp"

#include <limits>

#include "daemon/rpc/message.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

/// As "encryptionKey.format" or "items[2].data".
std::string nameOf(const Place& place) {
    if (!place.outer) return {};
    std::string name = nameOf(*place.outer);
    if (place.item) return name + "[" + std::to_string(*place.item) + "]";
    if (!name.empty()) name += '.';
    return name += place.member;
}

std::string& textIn(json& from, const Place& place) {
    if (!from.is_string()) refuseValue(place, "is no text");
    return from.get_ref<std::string&>();
}

}  // namespace

void refuseValue(const Place& place, std::string_view why) {
    const std::string name = nameOf(place);
    throw rpc::BadMessage(rpc::kInvalidParams, (name.empty() ? "the value" : name) + " " + std::string(why));
}

json* findMember(json& object, std::string_view name) {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

void take(json& from, const Place& place, std::string& to) { to = std::move(textIn(from, place)); }

void take(json& from, const Place& place, bool& to) {
    if (!from.is_boolean()) refuseValue(place, "is neither true nor false");
    to = from.get<bool>();
}

void take(json& from, const Place& place, std::uint64_t& to) {
    const bool isWhole = from.is_number_integer();
    if (!isWhole || (!from.is_number_unsigned() && from.get<std::int64_t>() < 0))
        refuseValue(place, "is no whole number from 0");
    to = from.get<std::uint64_t>();
}

void take(json& from, const Place& place, std::uint32_t& to) {
    std::uint64_t number = 0;
    take(from, place, number);
    if (number > std::numeric_limits<std::uint32_t>::max()) refuseValue(place, "is too large");
    to = static_cast<std::uint32_t>(number);
}

void take(json& from, const Place& place, Bytes& to) {
    auto octets = fromBase64Url(textIn(from, place));
    if (!octets) refuseValue(place, "is not base64url without padding");
    to = std::move(*octets);
    from = nullptr;  // The text may have megabytes.
}

void take(json& from, const Place& place, RequestId& to) {
    if (from.is_string())
        take(from, place, to.emplace<std::string>());
    else
        take(from, place, to.emplace<std::uint64_t>());
}

}  // namespace ukey::api
