// How a struct of params names its members. A member that a page may leave out is an std::optional; the rest
// must be there. `tests/daemon/api/params_test.cpp` holds every struct against the description.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

namespace ukey::api {

/// A member by its name in the description.
template <class Struct, class Value>
struct Field {
    std::string_view name;
    Value Struct::*member;
};
template <class Struct, class Value>
Field(std::string_view, Value Struct::*) -> Field<Struct, Value>;

/// A struct with a static `fields()`: a tuple of all its members' Field.
template <class T>
concept HasFields = requires {
    T::fields();
};

/// Calls `visit` with each Field.
template <HasFields Struct, class Visit>
constexpr void forEachField(const Visit& visit) {
    std::apply([&](const auto&... field) { (visit(field), ...); }, Struct::fields());
}

/// The id of a JSON-RPC request, as params name one.
using RequestId = std::variant<std::uint64_t, std::string>;

/// Of methods that take none.
struct NoParams {
    static constexpr auto fields() { return std::tuple(); }
};

}  // namespace ukey::api
