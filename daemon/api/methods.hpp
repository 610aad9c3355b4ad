// Every method of the protocol: what it needs and who handles it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "daemon/policy/scopes.hpp"

namespace ukey::api {

struct Page;

/// `params` fit the description and outlive the call. The result, or a ukey::Error, is the answer.
using Handler = boost::asio::awaitable<nlohmann::json> (*)(Page& page, const nlohmann::json& params);

struct Method {
    std::string_view name;
    /// One of these must be granted; none: nothing is needed beyond bridge.hello.
    policy::Scopes anyOf;
    /// Null: described, but not in this version.
    Handler handler = nullptr;
    /// The name of the part of the protocol to which it belongs, in `features` of bridge.hello; empty: every
    /// bridge has it.
    std::string_view feature = {};
    /// All of these must be granted as well.
    policy::Scopes allOf = {};
};

std::span<const Method> allMethods() noexcept;
const Method* findMethod(std::string_view name) noexcept;

/// The parts that have all their methods.
std::vector<std::string_view> features();

/// The gate that every call passes before its handler sees it: hello first, then a scope, then a handler.
/// Throws hello-required, scope-denied, unsupported.
void admit(const Method& method, const Page& page);

inline constexpr std::string_view kHello = "bridge.hello";

}  // namespace ukey::api
