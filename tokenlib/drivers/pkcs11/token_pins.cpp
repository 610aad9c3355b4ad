// The part of TokenSession that deals with PINs.
#include <utility>

#include "tokenlib/drivers/pkcs11/token_info.hpp"
#include "tokenlib/drivers/pkcs11/token_session.hpp"

namespace ukey::pkcs11 {
namespace {

using token::PinRole;

CK_USER_TYPE userType(PinRole role) { return role == PinRole::user ? CKU_USER : CKU_SO; }

/// As Cryptoki takes a PIN; the module only reads it. Null asks the token's own keypad.
CK_UTF8CHAR* octets(const Secret& pin) {
    return pin.empty()
               ? nullptr
               : const_cast<CK_UTF8CHAR*>(pin.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}
CK_ULONG length(const Secret& pin) { return static_cast<CK_ULONG>(pin.size()); }

bool hasOwnKeypad(const CK_TOKEN_INFO& info) { return (info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0; }

/// Before it costs a try.
void requireLength(const Secret& pin, const CK_TOKEN_INFO& info) {
    if (pin.empty() && hasOwnKeypad(info)) return;
    const token::PinState state = pinStateOf(info);
    if (pin.size() < state.minLength)
        throw Error(ErrorCode::pinTooShort, "the PIN is shorter than the token wants");
}

void requireNewPin(const Secret& pin, const CK_TOKEN_INFO& info) {
    requireLength(pin, info);
    if (pin.size() > pinStateOf(info).maxLength) {
        throw Error(ErrorCode::badRequest, "the new PIN is longer than the token takes");
    }
}

/// What a refused new PIN means: not that anything is incorrect.
Error newPinError(const char* function, CK_RV value) {
    Error error = errorOf(function, value);
    if (value != CKR_PIN_INVALID && value != CKR_PIN_LEN_RANGE) return error;
    Error refused(ErrorCode::pinTooShort, error.what());
    refused.withDriverCode(value);
    return refused;
}

}  // namespace

void TokenSession::throwPinError(const char* function, CK_RV value, PinRole role) const {
    Error error = errorOf(function, value);
    if (error.code() != ErrorCode::pinIncorrect && error.code() != ErrorCode::pinLocked) throw error;
    const bool isUser = role == PinRole::user;
    CK_TOKEN_INFO after{};
    if (module_.attempt(fn::getTokenInfo, slot_, &after) != CKR_OK) after = {};
    const bool locked = error.code() == ErrorCode::pinLocked ||
                        (after.flags & (isUser ? CKF_USER_PIN_LOCKED : CKF_SO_PIN_LOCKED)) != 0;
    const bool lastTry = (after.flags & (isUser ? CKF_USER_PIN_FINAL_TRY : CKF_SO_PIN_FINAL_TRY)) != 0;
    if (locked) {
        Error lockedError(ErrorCode::pinLocked, error.what());
        lockedError.withDriverCode(value).withTriesLeft(0).withAdministratorPin(!isUser);
        throw lockedError;
    }
    if (lastTry) error.withTriesLeft(1);
    throw error.withAdministratorPin(!isUser);
}

void TokenSession::logoutQuietly() noexcept {
    if (session_ != CK_INVALID_HANDLE && loggedIn_ != LoggedIn::nobody)
        (void)module_.attempt(fn::logout, session_);
    noteLoggedOut();
}

void TokenSession::loginAfresh(PinRole role, const Secret& pin) {
    const auto attempt = [&] {
        if (session_ == CK_INVALID_HANDLE) session_ = open();
        return module_.attempt(fn::login, session_, userType(role), octets(pin), length(pin));
    };
    // While someone is logged in, modules take any PIN for right.
    if (session_ != CK_INVALID_HANDLE) (void)module_.attempt(fn::logout, session_);
    noteLoggedOut();
    CK_RV value = attempt();
    if (value == CKR_USER_ALREADY_LOGGED_IN || value == CKR_USER_ANOTHER_ALREADY_LOGGED_IN ||
        value == CKR_SESSION_READ_ONLY_EXISTS) {
        closeAll();
        value = attempt();
    }
    if (value != CKR_OK) throwPinError(fn::login.name, value, role);
    loggedIn_ = role == PinRole::user ? LoggedIn::user : LoggedIn::administrator;
}

void TokenSession::login(PinRole role, const Secret& pin) {
    if ((info().flags & CKF_TOKEN_INITIALIZED) == 0) (void)session();
    // What lengths the token tells decides nothing about a PIN that is in use.
    if (pin.empty() && !hasOwnKeypad(info())) throw Error(ErrorCode::pinTooShort, "no PIN");
    loginAfresh(role, pin);
    isInUse_ = true;
    // For the first use of a key: not every key that wants the PIN for each use says so.
    if (role == PinRole::user && !pin.empty()) keptPin_ = Secret::copyOf(pin.view());
}

void TokenSession::logout() {
    if (session_ == CK_INVALID_HANDLE) return;
    const CK_RV value = module_.attempt(fn::logout, session_);
    noteLoggedOut();
    if (value != CKR_OK && value != CKR_USER_NOT_LOGGED_IN) throw errorOf(fn::logout.name, value);
}

token::PinState TokenSession::administratorPin() { return administratorPinStateOf(info()); }

void TokenSession::changePin(PinRole role, const Secret& oldPin, const Secret& newPin) {
    (void)session();
    const CK_TOKEN_INFO before = info();
    if (oldPin.empty() && !hasOwnKeypad(before)) throw Error(ErrorCode::pinTooShort, "no PIN");
    requireNewPin(newPin, before);
    const bool wasLoggedIn = loggedIn_ == LoggedIn::user && role == PinRole::user;
    // The keypad asks for the old PIN itself; else the login checks it, with its own way to tell of the
    // tries. A PIN that must be changed before it lets anybody in is checked by C_SetPIN.
    if (!oldPin.empty()) {
        try {
            loginAfresh(role, oldPin);
        } catch (const Error& error) {
            if (error.driverCode() != CKR_PIN_EXPIRED) throw;
        }
    } else if (role == PinRole::administrator) {
        loginAfresh(role, oldPin);
    }
    keptPin_ = Secret();
    const CK_RV value = module_.attempt(fn::setPin, session(), octets(oldPin), length(oldPin), octets(newPin),
                                        length(newPin));
    if (!wasLoggedIn) logoutQuietly();
    if (value == CKR_PIN_INCORRECT || value == CKR_PIN_LOCKED) throwPinError(fn::setPin.name, value, role);
    if (value != CKR_OK) throw newPinError(fn::setPin.name, value);
}

void TokenSession::unlockPin(const Secret& administratorPin, const Secret& newPin) {
    const CK_TOKEN_INFO before = info();
    if (administratorPin.empty() && !hasOwnKeypad(before)) {
        throw Error(ErrorCode::pinTooShort, "no administrator PIN");
    }
    requireNewPin(newPin, before);
    // Not session(): a token whose user PIN was never set is blank to everything but this.
    loginAfresh(PinRole::administrator, administratorPin);
    const CK_RV value = module_.attempt(fn::initPin, session_, octets(newPin), length(newPin));
    logoutQuietly();
    if (value != CKR_OK) throw newPinError(fn::initPin.name, value);
}

void TokenSession::authenticateUse(const Secret& pin) {
    const CK_RV value = module_.attempt(fn::login, session(), CKU_CONTEXT_SPECIFIC, octets(pin), length(pin));
    if (value == CKR_OK) return;
    renewSession();
    throwPinError(fn::login.name, value, PinRole::user);
}

}  // namespace ukey::pkcs11
