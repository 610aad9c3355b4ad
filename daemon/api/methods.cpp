#include "daemon/api/methods.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "daemon/api/method_list.hpp"
#include "daemon/api/params/reader.hpp"
#include "daemon/api/services.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::api {
namespace {

template <auto handler>
class TaskOf final : public Task {
  public:
    explicit TaskOf(nlohmann::json params)
        : params_(readParams<typename Row<handler>::Params>(std::move(params))) {}

    boost::asio::awaitable<nlohmann::json> run(Call& call) override {
        return handler(call, std::move(params_));
    }

  private:
    typename Row<handler>::Params params_;
};

template <auto handler>
constexpr Method methodOf(const Row<handler>& row) {
    constexpr auto prepare = [](nlohmann::json params) -> std::unique_ptr<Task> {
        return std::make_unique<TaskOf<handler>>(std::move(params));
    };
    return {row.name, row.anyOf, row.feature, row.allOf, prepare};
}

constexpr auto kMethods =
    std::apply([](const auto&... row) { return std::array{methodOf(row)...}; }, methodList());

}  // namespace

std::span<const Method> allMethods() noexcept { return kMethods; }

const Method* findMethod(std::string_view name) noexcept {
    const auto* method =
        std::find_if(kMethods.begin(), kMethods.end(), [&](const Method& m) { return m.name == name; });
    return method == kMethods.end() ? nullptr : method;
}

std::vector<std::string_view> features() {
    std::vector<std::string_view> parts;
    for (const Method& method : kMethods) {
        const bool counted = std::find(parts.begin(), parts.end(), method.feature) != parts.end();
        if (!method.feature.empty() && !counted) parts.push_back(method.feature);
    }
    return parts;
}

void admit(const Method& method, const Page& page) {
    if (!page.session->greeted && method.name != kHello)
        throw Error(ErrorCode::helloRequired, "bridge.hello must come first");
    if (!method.anyOf.empty() && !page.session->standing.grants.hasAnyOf(method.anyOf))
        throw Error(ErrorCode::scopeDenied, "the origin has none of the method's scopes");
    if (!page.session->standing.grants.hasAllOf(method.allOf))
        throw Error(ErrorCode::scopeDenied, "the origin lacks a scope of the method");
}

}  // namespace ukey::api
