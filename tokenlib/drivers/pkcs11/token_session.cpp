#include "tokenlib/drivers/pkcs11/token_session.hpp"

#include <algorithm>
#include <utility>

#include "tokenlib/drivers/pkcs11/attributes.hpp"
#include "tokenlib/drivers/pkcs11/token_info.hpp"

namespace ukey::pkcs11 {

TokenSession::TokenSession(const Module& module, const Sm2Mechanisms* sm2, CK_SLOT_ID slot,
                           std::string serial, std::uint64_t connection)
    : module_(module),
      sm2_(sm2),
      slot_(slot),
      serial_(std::move(serial)),
      connection_(connection),
      mechanisms_(Mechanisms::read(module, slot)) {}

TokenSession::~TokenSession() {
    logoutQuietly();
    close();
}

CK_TOKEN_INFO TokenSession::info() const {
    CK_TOKEN_INFO info{};
    module_.call(fn::getTokenInfo, slot_, &info);
    if (serialKey(info) != serial_) throw Error(ErrorCode::tokenRemoved, "another token is in the slot");
    return info;
}

bool TokenSession::isPresent() const {
    try {
        const auto slots = slotsWithToken(module_);
        return std::find(slots.begin(), slots.end(), slot_) != slots.end();
    } catch (const Error&) {
        return true;  // Not known to be gone.
    }
}

void TokenSession::abandon() noexcept {
    session_ = CK_INVALID_HANDLE;
    noteLoggedOut();
}

bool TokenSession::isInUse(const CK_TOKEN_INFO& info) {
    if (isInitialised(info)) return true;
    if (isInUse_) return true;
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    try {
        session = open();
        for (const auto objectClass : {CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_PRIVATE_KEY}) {
            isInUse_ = isInUse_ || !findObjects(module_, session, objectClass).empty();
        }
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): then nothing speaks against the flags.
    }
    if (session != CK_INVALID_HANDLE) (void)module_.attempt(fn::closeSession, session);
    return isInUse_;
}

bool TokenSession::isAlive() const {
    if (!isPresent()) return false;
    CK_TOKEN_INFO info{};
    if (module_.attempt(fn::getTokenInfo, slot_, &info) != CKR_OK || serialKey(info) != serial_) return false;
    CK_SESSION_INFO session{};
    return session_ == CK_INVALID_HANDLE || module_.attempt(fn::getSessionInfo, session_, &session) == CKR_OK;
}

CK_SESSION_HANDLE TokenSession::open() const {
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    const auto openWith = [&](CK_FLAGS flags) {
        return module_.attempt(fn::openSession, slot_, flags, static_cast<void*>(nullptr), CK_NOTIFY{nullptr},
                               &session);
    };
    CK_RV value = openWith(CKF_SERIAL_SESSION | CKF_RW_SESSION);
    if (value == CKR_TOKEN_WRITE_PROTECTED) value = openWith(CKF_SERIAL_SESSION);
    if (value != CKR_OK) throw errorOf(fn::openSession.name, value);
    if (session == CK_INVALID_HANDLE) throw Error(ErrorCode::driverError, "C_OpenSession gave no session");
    return session;
}

CK_SESSION_HANDLE TokenSession::session() {
    if (session_ == CK_INVALID_HANDLE) {
        if (!isInUse(info())) throw Error(ErrorCode::tokenBlank, "the token is not initialised");
        session_ = open();
    }
    return session_;
}

void TokenSession::renewSession() {
    const CK_SESSION_HANDLE fresh = open();
    close();
    session_ = fresh;
}

void TokenSession::close() noexcept {
    const CK_SESSION_HANDLE session = std::exchange(session_, CK_INVALID_HANDLE);
    if (session != CK_INVALID_HANDLE) (void)module_.attempt(fn::closeSession, session);
}

void TokenSession::closeAll() noexcept {
    close();
    (void)module_.attempt(fn::closeAllSessions, slot_);
    noteLoggedOut();
}

bool TokenSession::loginIsNeeded() const { return (info().flags & CKF_LOGIN_REQUIRED) != 0; }

KeyTable& TokenSession::keys() {
    if (!keys_) {
        const CK_SESSION_HANDLE opened = session();
        const bool privateVisible = loggedIn_ == LoggedIn::user || !loginIsNeeded();
        keys_ = readKeyTable(module_, opened, mechanisms_, sm2_, privateVisible);
        if (privateVisible) {
            const auto isPrivate = [](const StoredCertificate& one) { return one.isPrivate; };
            hasPrivateCertificates_ = std::any_of(keys_->begin(), keys_->end(), [&](const StoredKey& pair) {
                return std::any_of(pair.certificates.begin(), pair.certificates.end(), isPrivate);
            });
        }
    }
    return *keys_;
}

StoredKey& TokenSession::privateKey(const token::KeyRef& ref) {
    const auto usable = [&]() -> StoredKey* {
        StoredKey* key = findKey(keys(), ref);
        return key != nullptr && key->privateKey != CK_INVALID_HANDLE ? key : nullptr;
    };
    const bool wasKnown = keys_.has_value();
    if (StoredKey* key = usable()) return *key;
    if (wasKnown) {
        forgetKeys();
        if (StoredKey* key = usable()) return *key;
    }
    requireLogin();
    throw Error(ErrorCode::certificateNotFound, "the token has no private key in container " + ref.container);
}

StoredKey& TokenSession::signingKey(const token::KeyRef& ref, unsigned attempt) {
    StoredKey* key = findKey(keys(), ref);
    const bool isOpen = key != nullptr && !key->mayBe.empty();
    if (attempt >= (isOpen ? key->mayBe.size() : 1))
        throw Error(ErrorCode::unsupported, "there is no other way to sign");
    return isOpen ? key->mayBe[attempt] : privateKey(ref);
}

void TokenSession::requireLogin() {
    if (loggedIn_ == LoggedIn::user) {
        // Tokens log out on their own, e.g. after some time.
        CK_SESSION_INFO state{};
        module_.call(fn::getSessionInfo, session(), &state);
        if (state.state == CKS_RW_USER_FUNCTIONS || state.state == CKS_RO_USER_FUNCTIONS) return;
        noteLoggedOut();
    }
    if (loginIsNeeded()) throw Error(ErrorCode::pinRequired, "nobody is logged in on the token");
}

void TokenSession::noteLoggedOut() noexcept {
    loggedIn_ = LoggedIn::nobody;
    keptPin_ = Secret();
    forgetKeys();
}

}  // namespace ukey::pkcs11
