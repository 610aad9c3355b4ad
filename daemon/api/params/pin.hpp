// What pin.* takes.
#pragma once

#include <optional>

#include "daemon/api/params/choices.hpp"
#include "daemon/api/params/field.hpp"

namespace ukey::api {

struct PinVerifyParams {
    std::string token;
    std::optional<bool> changeInitial;

    static constexpr auto fields() {
        return std::tuple(Field{"token", &PinVerifyParams::token},
                          Field{"changeInitial", &PinVerifyParams::changeInitial});
    }
};

struct PinLogoutParams {
    std::string token;

    static constexpr auto fields() { return std::tuple(Field{"token", &PinLogoutParams::token}); }
};

struct PinChangeParams {
    std::string token;

    static constexpr auto fields() { return std::tuple(Field{"token", &PinChangeParams::token}); }
};

struct PinUnlockParams {
    std::string token;
    UnlockMethod method{};
    std::optional<std::string> response;

    static constexpr auto fields() {
        return std::tuple(Field{"token", &PinUnlockParams::token}, Field{"method", &PinUnlockParams::method},
                          Field{"response", &PinUnlockParams::response});
    }
};

}  // namespace ukey::api
