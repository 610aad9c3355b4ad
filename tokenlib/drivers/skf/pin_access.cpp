#include "tokenlib/drivers/skf/pin_access.hpp"

#include "tokenlib/drivers/skf/sar.hpp"

namespace ukey::skf {
namespace {

constexpr unsigned kFewTries = 2;

token::PinStatus statusOf(const PinCounters& counters) {
    if (counters.left == 0U) return token::PinStatus::locked;
    if (counters.left == 1U) return token::PinStatus::finalTry;
    if (counters.left && *counters.left <= kFewTries) return token::PinStatus::low;
    return counters.isDefault ? token::PinStatus::defaultPin : token::PinStatus::ok;
}

Error locked(token::PinRole role, const std::string& what, std::uint64_t code) {
    return Error(ErrorCode::pinLocked, what)
        .withTriesLeft(0U)
        .withDriverCode(code)
        .withAdministratorPin(role == token::PinRole::administrator);
}

}  // namespace

token::PinState PinAccess::userState() { return stateOf(token::PinRole::user); }

token::PinState PinAccess::administratorState() {
    token::PinState state = stateOf(token::PinRole::administrator);
    state.minLength = 1;
    return state;
}

token::PinState PinAccess::stateOf(token::PinRole role) {
    token::PinState state;
    state.minLength = options_->pinMinLength;
    state.maxLength = options_->pinMaxLength;
    if (const auto known = counters(role)) {
        state.status = statusOf(*known);
        state.triesLeft = known->left;
        state.maxTries = known->max;
        state.isDefault = known->isDefault;
    }
    return state;
}

std::optional<PinCounters> PinAccess::counters(token::PinRole role) {
    try {
        return api_->pinCounters(token_->application(), role);
    } catch (const Error& error) {
        if (isLost(error)) throw;
        return std::nullopt;
    }
}

void PinAccess::requireUsable(const Secret& pin) {
    if (pin.text().find('\0') != std::string_view::npos) {
        throw Error(ErrorCode::badRequest, "a PIN with a NUL in it");
    }
    // How long PINs are said to be decides nothing about one that is in use.
    if (pin.empty()) throw Error(ErrorCode::pinTooShort, "no PIN");
}

void PinAccess::requireFit(const Secret& newPin) const {
    requireUsable(newPin);
    if (newPin.size() < options_->pinMinLength) {
        throw Error(ErrorCode::pinTooShort, "shorter than this token's PINs are");
    }
    if (newPin.size() > options_->pinMaxLength) {
        throw Error(ErrorCode::badRequest, "longer than this token's PINs are");
    }
}

void PinAccess::requireUnlocked(token::PinRole role) {
    if (const auto known = counters(role); known && known->left == 0U)
        throw locked(role, "the PIN is locked", 0);
}

void PinAccess::login(token::PinRole role, const Secret& pin) {
    requireUsable(pin);
    requireUnlocked(role);
    const auto verify = [&] { api_->verifyPin(token_->application(), role, pin); };
    try {
        try {
            verify();
        } catch (const Error& error) {
            if (error.driverCode() != sar::kAlreadyLoggedIn) throw;
            // It did not look at the PIN. It has to.
            api_->clearSecureState(token_->application());
            verify();
        }
    } catch (const Error& error) {
        throw explained(role, error);
    }
    if (role == token::PinRole::user) token_->noteLogin(true);
}

void PinAccess::change(token::PinRole role, const Secret& from, const Secret& to) {
    requireUsable(from);
    requireFit(to);
    requireUnlocked(role);
    try {
        api_->changePin(token_->application(), role, from, to);
    } catch (const Error& error) {
        if (error.driverCode() == sar::kPinInvalid) {
            throw Error(ErrorCode::pinTooShort, error.what()).withDriverCode(error.driverCode());
        }
        throw explained(role, error);
    }
}

void PinAccess::unblock(const Secret& administrator, const Secret& to) {
    requireUsable(administrator);
    requireFit(to);
    requireUnlocked(token::PinRole::administrator);
    try {
        api_->unblockPin(token_->application(), administrator, to);
    } catch (const Error& error) {
        throw explained(token::PinRole::administrator, error);
    }
}

void PinAccess::remoteUnblock(ByteView response) {
    try {
        api_->remoteUnblock(token_->application(), response);
    } catch (const Error& error) {
        throw explained(token::PinRole::administrator, error);
    }
}

Error PinAccess::explained(token::PinRole role, const Error& error) {
    if (error.code() == ErrorCode::tokenRemoved || error.code() == ErrorCode::unsupported ||
        error.code() == ErrorCode::pinTooShort) {
        return error;
    }
    std::optional<PinCounters> known;
    try {
        known = counters(role);
    } catch (const Error&) {
        return error;  // The token went away: the caller of the caller finds that out.
    }
    const auto left = known ? known->left : std::nullopt;
    if (left == 0U) return locked(role, error.what(), error.driverCode());
    if (error.code() != ErrorCode::pinIncorrect) return error;
    // A count that the library wrote beside the code is right unless SKF_GetPINInfo knows better.
    const auto tries = left ? left : error.triesLeft();
    if (tries == 0U) return locked(role, error.what(), error.driverCode());
    return Error(error).withTriesLeft(tries).withAdministratorPin(role == token::PinRole::administrator);
}

}  // namespace ukey::skf
