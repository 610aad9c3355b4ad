// Reads params into their struct. What fits the description fits the struct; only whether a text is base64url
// is seen here first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "daemon/api/params/choices.hpp"
#include "daemon/api/params/field.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::api {

/// Where a value stands within the params.
struct Place {
    const Place* outer = nullptr;
    std::string_view member;
    std::optional<std::size_t> item;  ///< Of a list, instead of `member`.
};

/// Throws bad-request with the place's name.
[[noreturn]] void refuseValue(const Place& place, std::string_view why);

/// Null where it is left out.
nlohmann::json* findMember(nlohmann::json& object, std::string_view name);

// Each moves the value out of `from`, or throws bad-request.
void take(nlohmann::json& from, const Place& place, std::string& to);
void take(nlohmann::json& from, const Place& place, bool& to);
void take(nlohmann::json& from, const Place& place, std::uint32_t& to);
void take(nlohmann::json& from, const Place& place, std::uint64_t& to);
void take(nlohmann::json& from, const Place& place, Bytes& to);
void take(nlohmann::json& from, const Place& place, RequestId& to);

template <class Enum>
requires std::is_enum_v<Enum>
void take(nlohmann::json& from, const Place& place, Enum& to) {
    std::string name;
    take(from, place, name);
    const std::optional<Enum> value = kChoiceFrom<Enum>(name);
    if (!value) refuseValue(place, "is none of the values that it may have");
    to = *value;
}

template <HasFields Struct>
void take(nlohmann::json& from, const Place& place, Struct& to);

template <class Item>
void take(nlohmann::json& from, const Place& place, std::vector<Item>& to) {
    if (!from.is_array()) refuseValue(place, "is no list");
    to.reserve(from.size());
    for (auto& item : from) {
        const Place here{.outer = &place, .member = {}, .item = to.size()};
        take(item, here, to.emplace_back());
    }
}

/// A member that may be left out.
template <class Value>
void takeMember(nlohmann::json* from, const Place& place, std::optional<Value>& to) {
    if (from) take(*from, place, to.emplace());
}

template <class Value>
void takeMember(nlohmann::json* from, const Place& place, Value& to) {
    if (!from) refuseValue(place, "is missing");
    take(*from, place, to);
}

template <HasFields Struct>
void take(nlohmann::json& from, const Place& place, Struct& to) {
    if (!from.is_object()) refuseValue(place, "is no object");
    forEachField<Struct>([&](const auto& field) {
        const Place here{.outer = &place, .member = field.name, .item = {}};
        takeMember(findMember(from, field.name), here, to.*field.member);
    });
}

/// Throws bad-request, with the member's name, for what does not fit.
template <HasFields Params>
Params readParams(nlohmann::json from) {
    Params params;
    take(from, Place{}, params);
    return params;
}

}  // namespace ukey::api
