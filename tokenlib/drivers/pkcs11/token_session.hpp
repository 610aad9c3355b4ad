// One plugged-in token: its session, who is logged in, and what is known of its keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tokenlib/base/secret.hpp"
#include "tokenlib/drivers/pkcs11/key_table.hpp"
#include "tokenlib/drivers/pkcs11/module.hpp"
#include "tokenlib/drivers/pkcs11/signing.hpp"
#include "tokenlib/token/driver.hpp"

namespace ukey::pkcs11 {

class TokenSession {
  public:
    /// `serial` as of serialKey(); `connection` as of token::TokenInfo. Opens nothing yet.
    TokenSession(const Module& module, const Sm2Mechanisms* sm2, CK_SLOT_ID slot, std::string serial,
                 std::uint64_t connection);
    ~TokenSession();
    TokenSession(const TokenSession&) = delete;
    TokenSession& operator=(const TokenSession&) = delete;

    const Module& module() const noexcept { return module_; }
    const Sm2Mechanisms* sm2() const noexcept { return sm2_; }
    const Mechanisms& mechanisms() const noexcept { return mechanisms_; }
    CK_SLOT_ID slot() const noexcept { return slot_; }
    std::string id() const { return std::to_string(slot_) + "-" + serial_; }

    std::uint64_t connection() const noexcept { return connection_; }

    /// Read anew. Throws token-removed when another token is in the slot.
    CK_TOKEN_INFO info() const;
    /// Whether the token is still in its slot and the session (if one was opened) still stands. The list of
    /// slots is asked first: asked about a session whose card is gone, modules hang.
    bool isAlive() const;
    bool isPresent() const;
    /// The token went: nothing of it is asked or given back any more.
    void abandon() noexcept;
    /// Whether it was initialised, by its flags or, where they deny it, by what is on it.
    bool isInUse(const CK_TOKEN_INFO& info);

    /// Whether certificates may be private objects: until a login shows that none is.
    bool hidesCertificates(const CK_TOKEN_INFO& info) const noexcept {
        return (info.flags & CKF_LOGIN_REQUIRED) != 0 && hasPrivateCertificates_;
    }

    /// The session, opened at the first call: for writing where the token allows it. Throws token-blank.
    CK_SESSION_HANDLE session();
    /// Exchanges the session for a new one, without losing the login: the only way to end an operation that
    /// was begun and cannot be completed.
    void renewSession();

    /// The objects, read when they are not known yet.
    KeyTable& keys();
    /// After this they are read anew.
    void forgetKeys() noexcept { keys_.reset(); }
    /// The pair with a private key that can be used now. Throws pin-required, certificate-not-found.
    StoredKey& privateKey(const token::KeyRef& ref);
    /// The one to sign with at this attempt (token::Sign). Throws as privateKey, and unsupported.
    StoredKey& signingKey(const token::KeyRef& ref, unsigned attempt);
    /// Throws pin-required unless the user is logged in (or need not be).
    void requireLogin();

    /// See token::Driver.
    void login(token::PinRole role, const Secret& pin);
    void logout();
    token::PinState administratorPin();
    void changePin(token::PinRole role, const Secret& oldPin, const Secret& newPin);
    void unlockPin(const Secret& administratorPin, const Secret& newPin);

    /// The module said that nobody is logged in (any more).
    void noteLoggedOut() noexcept;
    /// The PIN of the login, kept for the first use of a key; empty when there is none. Gives it away.
    Secret takePin() noexcept { return std::move(keptPin_); }
    /// Logs in for the operation just begun with an always-authenticate key. Throws pin-required,
    /// pin-incorrect, ….
    void authenticateUse(const Secret& pin);

  private:
    enum class LoggedIn : std::uint8_t { nobody, user, administrator };

    CK_SESSION_HANDLE open() const;
    void close() noexcept;
    void closeAll() noexcept;
    bool loginIsNeeded() const;
    void tryLogin(CK_USER_TYPE user, const Secret& pin);
    /// Logs in afresh, so that the PIN is really checked.
    void loginAfresh(token::PinRole role, const Secret& pin);
    void logoutQuietly() noexcept;
    [[noreturn]] void throwPinError(const char* function, CK_RV value, token::PinRole role) const;

    const Module& module_;
    const Sm2Mechanisms* sm2_;
    CK_SLOT_ID slot_;
    std::string serial_;
    std::uint64_t connection_;
    Mechanisms mechanisms_;
    CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
    LoggedIn loggedIn_ = LoggedIn::nobody;
    std::optional<KeyTable> keys_;
    /// A login worked, or objects were seen: flags to the contrary are wrong.
    bool isInUse_ = false;
    bool hasPrivateCertificates_ = true;  ///< As far as is known.
    Secret keptPin_;
};

}  // namespace ukey::pkcs11
