// What bridge.* takes.
#pragma once

#include <optional>
#include <vector>

#include "daemon/api/params/field.hpp"
#include "daemon/policy/scopes.hpp"
#include "tokenlib/base/bytes.hpp"

namespace ukey::api {

/// The program that calls.
struct ClientInfo {
    std::string name;
    std::string version;

    static constexpr auto fields() {
        return std::tuple(Field{"name", &ClientInfo::name}, Field{"version", &ClientInfo::version});
    }
};

struct BridgeHelloParams {
    ClientInfo client;
    std::optional<std::string> locale;
    std::optional<std::string> resume;
    std::optional<Bytes> nonce;

    static constexpr auto fields() {
        return std::tuple(
            Field{"client", &BridgeHelloParams::client}, Field{"locale", &BridgeHelloParams::locale},
            Field{"resume", &BridgeHelloParams::resume}, Field{"nonce", &BridgeHelloParams::nonce});
    }
};

struct BridgeResumeParams {
    std::string resume;

    static constexpr auto fields() { return std::tuple(Field{"resume", &BridgeResumeParams::resume}); }
};

struct BridgeConfirmIdentityParams {
    Bytes nonce;

    static constexpr auto fields() { return std::tuple(Field{"nonce", &BridgeConfirmIdentityParams::nonce}); }
};

struct BridgeRequestAccessParams {
    std::vector<policy::Scope> scopes;

    static constexpr auto fields() { return std::tuple(Field{"scopes", &BridgeRequestAccessParams::scopes}); }
};

struct BridgeCancelParams {
    RequestId request;

    static constexpr auto fields() { return std::tuple(Field{"request", &BridgeCancelParams::request}); }
};

}  // namespace ukey::api
