// One loaded Cryptoki module: started once, ended once, every call through one door.
#pragma once

#include <string>

#include "tokenlib/drivers/loader/shared_library.hpp"
#include "tokenlib/drivers/pkcs11/cryptoki.hpp"
#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"
#include "tokenlib/drivers/pkcs11/return_values.hpp"

namespace ukey::pkcs11 {

/// More than any machine has; a module that claims more is not believed.
inline constexpr CK_ULONG kMaxSlots = 1024;

/// A function of the list with its name for the log.
template <class F>
struct Function {
    F CK_FUNCTION_LIST::*member;
    const char* name;
};
template <class F>
Function(F CK_FUNCTION_LIST::*, const char*) -> Function<F>;

namespace fn {
// NOLINTBEGIN(readability-identifier-naming)
#define UKEY_CRYPTOKI_FUNCTION(variable, function) \
    inline constexpr Function variable { &CK_FUNCTION_LIST::function, #function }
UKEY_CRYPTOKI_FUNCTION(initialize, C_Initialize);
UKEY_CRYPTOKI_FUNCTION(finalize, C_Finalize);
UKEY_CRYPTOKI_FUNCTION(getSlotList, C_GetSlotList);
UKEY_CRYPTOKI_FUNCTION(getSlotInfo, C_GetSlotInfo);
UKEY_CRYPTOKI_FUNCTION(getTokenInfo, C_GetTokenInfo);
UKEY_CRYPTOKI_FUNCTION(getMechanismList, C_GetMechanismList);
UKEY_CRYPTOKI_FUNCTION(getMechanismInfo, C_GetMechanismInfo);
UKEY_CRYPTOKI_FUNCTION(initPin, C_InitPIN);
UKEY_CRYPTOKI_FUNCTION(setPin, C_SetPIN);
UKEY_CRYPTOKI_FUNCTION(openSession, C_OpenSession);
UKEY_CRYPTOKI_FUNCTION(closeSession, C_CloseSession);
UKEY_CRYPTOKI_FUNCTION(closeAllSessions, C_CloseAllSessions);
UKEY_CRYPTOKI_FUNCTION(getSessionInfo, C_GetSessionInfo);
UKEY_CRYPTOKI_FUNCTION(login, C_Login);
UKEY_CRYPTOKI_FUNCTION(logout, C_Logout);
UKEY_CRYPTOKI_FUNCTION(createObject, C_CreateObject);
UKEY_CRYPTOKI_FUNCTION(destroyObject, C_DestroyObject);
UKEY_CRYPTOKI_FUNCTION(getAttributeValue, C_GetAttributeValue);
UKEY_CRYPTOKI_FUNCTION(findObjectsInit, C_FindObjectsInit);
UKEY_CRYPTOKI_FUNCTION(findObjects, C_FindObjects);
UKEY_CRYPTOKI_FUNCTION(findObjectsFinal, C_FindObjectsFinal);
UKEY_CRYPTOKI_FUNCTION(decryptInit, C_DecryptInit);
UKEY_CRYPTOKI_FUNCTION(decrypt, C_Decrypt);
UKEY_CRYPTOKI_FUNCTION(signInit, C_SignInit);
UKEY_CRYPTOKI_FUNCTION(sign, C_Sign);
UKEY_CRYPTOKI_FUNCTION(generateKeyPair, C_GenerateKeyPair);
UKEY_CRYPTOKI_FUNCTION(unwrapKey, C_UnwrapKey);
UKEY_CRYPTOKI_FUNCTION(deriveKey, C_DeriveKey);
UKEY_CRYPTOKI_FUNCTION(generateRandom, C_GenerateRandom);
UKEY_CRYPTOKI_FUNCTION(waitForSlotEvent, C_WaitForSlotEvent);
#undef UKEY_CRYPTOKI_FUNCTION
// NOLINTEND(readability-identifier-naming)
}  // namespace fn

class Module {
  public:
    /// Loads the library and starts it: with the system's locks where the module agrees, else for one thread
    /// only. Throws driver-missing, driver-bitness, driver-error (it is no module, or it refused to start).
    explicit Module(const Pkcs11Options& options);
    ~Module();
    Module(const Module&) = delete;
    Module& operator=(const Module&) = delete;

    /// Calls and gives the return value; CKR_FUNCTION_NOT_SUPPORTED where the module's list has no such
    /// function.
    template <class F, class... Arguments>
    CK_RV attempt(const Function<F>& function, Arguments... arguments) const {
        const F pointer = list_->*function.member;
        return pointer != nullptr ? pointer(arguments...) : CKR_FUNCTION_NOT_SUPPORTED;
    }

    /// Calls; throws what a return value other than CKR_OK means.
    template <class F, class... Arguments>
    void call(const Function<F>& function, Arguments... arguments) const {
        const CK_RV value = attempt(function, arguments...);
        if (value != CKR_OK) throw errorOf(function.name, value);
    }

    /// Whether C_WaitForSlotEvent may be called beside other calls.
    bool canWaitBesideCalls() const noexcept { return threadSafe_ && hasSlotEvents_; }

    /// Ends the module (C_Finalize), which also wakes a thread in C_WaitForSlotEvent. Once; later calls do
    /// nothing.
    void finish() noexcept;

  private:
    void start();

    loader::SharedLibrary library_;
    CK_FUNCTION_LIST* list_ = nullptr;
    bool threadSafe_ = false;
    bool hasSlotEvents_ = false;
    bool mustFinish_ = false;
};

}  // namespace ukey::pkcs11
