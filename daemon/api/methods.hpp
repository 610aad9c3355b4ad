// Every method of the protocol: what it needs and who handles it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "daemon/policy/scopes.hpp"

namespace ukey::api {

class Call;
struct Page;

/// A handler with its params.
class Task {
  public:
    Task() = default;
    virtual ~Task() = default;
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

    /// Once. The result, or a ukey::Error, is the answer. The call outlives it.
    virtual boost::asio::awaitable<nlohmann::json> run(Call& call) = 0;
};

struct Method {
    std::string_view name;
    /// One of these must be granted; none: nothing is needed beyond bridge.hello.
    policy::Scopes anyOf;
    /// The name of the part of the protocol to which it belongs, in `features` of bridge.hello; empty: every
    /// bridge has it.
    std::string_view feature;
    /// All of these must be granted as well.
    policy::Scopes allOf;
    /// Reads params that fit the description. On any thread. Throws bad-request for what is no base64url.
    std::unique_ptr<Task> (*prepare)(nlohmann::json params);
};

std::span<const Method> allMethods() noexcept;
const Method* findMethod(std::string_view name) noexcept;

/// The parts of the protocol that have a name.
std::vector<std::string_view> features();

/// The gate that every call passes before its handler sees it: hello first, then the scopes. Throws
/// hello-required, scope-denied.
void admit(const Method& method, const Page& page);

inline constexpr std::string_view kHello = "bridge.hello";

}  // namespace ukey::api
