// What a driver is: GM/T 0016 and PKCS#11 are two of them, a third is one more folder.
#pragma once

#include <string>

#include "tokenlib/base/secret.hpp"
#include "tokenlib/token/operations.hpp"

namespace ukey::token {

/// Whose PIN: GM/T 0016 USER_TYPE and ADMIN_TYPE, PKCS#11 CKU_USER and CKU_SO.
enum class PinRole : std::uint8_t { user, administrator };

/// One loaded vendor library. Calls come from one thread, one at a time, but for waitForChange and
/// stopWaiting. Nothing that the library returns is trusted; what is returned from here is checked. All
/// failures are ukey::Error.
class Driver {
  public:
    virtual ~Driver() = default;

    virtual ListTokens::Result listTokens(const ListTokens&) = 0;
    virtual DescribeToken::Result describeToken(const DescribeToken&) = 0;
    virtual ListKeys::Result listKeys(const ListKeys&) = 0;

    /// Verifies the PIN and logs in, also when already logged in: the PIN is always really checked. An empty
    /// PIN with a protected authentication path lets the token ask. Answers pin-incorrect (with tries left),
    /// pin-locked, pin-too-short.
    virtual void login(const std::string& token, PinRole role, const Secret& pin) = 0;
    virtual Nothing logout(const Logout&) = 0;

    virtual Sign::Result sign(const Sign&) = 0;
    virtual GenerateKeyPair::Result generateKeyPair(const GenerateKeyPair&) = 0;
    virtual Nothing importKeyPair(const ImportKeyPair&) = 0;
    virtual Nothing writeCertificate(const WriteCertificate&) = 0;
    virtual Nothing deleteContainer(const DeleteContainer&) = 0;
    virtual Decrypt::Result decrypt(const Decrypt&) = 0;
    virtual OpenSession::Result openSession(const OpenSession&) = 0;
    virtual SessionDecrypt::Result sessionDecrypt(const SessionDecrypt&) = 0;
    virtual Nothing closeSession(const CloseSession&) = 0;
    virtual Random::Result random(const Random&) = 0;

    /// The administrator's PIN, as far as the library can tell without trying it; `ok` where it cannot.
    virtual PinState administratorPin(const std::string& token) = 0;

    /// SKF_ChangePIN, C_SetPIN.
    virtual void changePin(const std::string& token, PinRole role, const Secret& oldPin,
                           const Secret& newPin) = 0;
    /// SKF_UnblockPIN, C_Login(CKU_SO) with C_InitPIN. pin-incorrect and pin-locked speak of the
    /// administrator's PIN, and say so.
    virtual void unlockPin(const std::string& token, const Secret& administratorPin,
                           const Secret& newPin) = 0;
    virtual UnlockChallenge::Result unlockChallenge(const UnlockChallenge&) = 0;
    /// As unlockPin, with the maker's response to the last challenge.
    virtual void unlockResponse(const std::string& token, ByteView response) = 0;

    /// Blocks until a token may have come or gone (may also return for no reason), or stopWaiting was called.
    /// Throws `unsupported` at once when the library has no working event: the caller then watches the USB
    /// bus itself. May run on another thread, beside one of the calls above.
    virtual void waitForChange() = 0;
    virtual void stopWaiting() noexcept = 0;
};

}  // namespace ukey::token
