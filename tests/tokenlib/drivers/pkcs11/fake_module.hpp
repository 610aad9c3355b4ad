// A PKCS#11 module for tests, which does real cryptography and can be told to be odd.
//
// In the test's own process fakeState() (exported by the module) gives its state, to be changed between
// calls. In another process the environment says what goes wrong:
//   UKEY_FAKE_PKCS11_FAULT = FUNCTION:ACTION[,FUNCTION:ACTION…]   e.g. C_Sign:hang,C_Login:0x30
//   ACTION = hang | crash | exit | a return value in hexadecimal
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "openssl_helpers.hpp"
#include "tokenlib/drivers/pkcs11/cryptoki.hpp"

namespace ukey::fake {

using namespace ukey::pkcs11;  // NOLINT(google-build-using-namespace): the standard's names

struct Object {
    std::map<CK_ATTRIBUTE_TYPE, Bytes> attributes;
    std::shared_ptr<EVP_PKEY> key;  ///< Of a private key; AES keys are in CKA_VALUE.

    Object& set(CK_ATTRIBUTE_TYPE type, Bytes value);
    Object& set(CK_ATTRIBUTE_TYPE type, const char* text);
    Object& flag(CK_ATTRIBUTE_TYPE type, bool value);
    Object& number(CK_ATTRIBUTE_TYPE type, CK_ULONG value);
    bool isSet(CK_ATTRIBUTE_TYPE type) const;
    CK_ULONG number(CK_ATTRIBUTE_TYPE type) const;
};

enum class Events { unsupported, blocking, spurious };

struct Slot {
    CK_SLOT_ID id = 0;
    bool present = true;
    CK_RV infoResult = CKR_OK;
    CK_TOKEN_INFO info{};
};

struct Operation {
    CK_MECHANISM_TYPE mechanism = 0;
    CK_OBJECT_HANDLE key = 0;
    bool authenticated = false;
};

/// The token is in the first slot.
struct State {
    std::recursive_mutex mutex;

    // Starting.
    CK_RV startWithArguments = CKR_OK;
    CK_RV startWithout = CKR_OK;
    CK_VERSION version{2, 40};
    bool started = false;
    bool emptyList = false;  ///< C_GetFunctionList answers CKR_OK and no list.

    // Slots and events.
    std::vector<Slot> slots;
    CK_ULONG claimedSlots = 0;  ///< What the first C_GetSlotList claims; 0: the truth.
    Events events = Events::unsupported;
    std::condition_variable_any event;
    bool eventPending = false;
    CK_SLOT_ID eventSlot = 0;

    // The token.
    std::vector<CK_MECHANISM_TYPE> mechanisms;
    CK_FLAGS mechanismFlags = ~CK_FLAGS{0};
    bool hidesMechanisms = false;
    std::map<CK_OBJECT_HANDLE, Object> objects;
    CK_OBJECT_HANDLE nextObject = 100;
    std::string userPin = "123456";
    std::string administratorPin = "87654321";
    unsigned maxTries = 6;
    unsigned userTries = 6;
    unsigned administratorTries = 6;
    std::set<CK_SESSION_HANDLE> sessions;
    std::map<CK_SESSION_HANDLE, CK_SLOT_ID> slotOfSession;
    CK_SESSION_HANDLE nextSession = 1;
    CK_STATE login = 2;  ///< Of CKS_: 2 nobody, 3 user, 4 administrator.
    bool keypadAgrees = true;

    // Oddities.
    std::map<std::string, std::deque<CK_RV>>
        returns;                          ///< Next return values of a function, before it does anything.
    std::map<std::string, CK_RV> always;  ///< The same for every call.
    std::map<CK_ATTRIBUTE_TYPE, CK_ULONG> claimedLengths;
    bool growsSecondTime = false;  ///< claimedLengths only in the call with buffers.
    bool stopsAtUnknown = false;   ///< C_GetAttributeValue gives up at the first attribute that is not there.
    bool endlessObjects = false;
    bool derSignatures = false;     ///< ECDSA as SEQUENCE instead of r || s.
    bool stripsZeros = false;       ///< RSA without leading zeros.
    bool keepsLogin = false;        ///< C_Logout does nothing, as long as there are sessions.
    CK_ULONG claimedSignature = 0;  ///< What C_Sign says as length; 0: the truth.
    CK_MECHANISM_TYPE sm2Sign = 0;
    CK_MECHANISM_TYPE sm2Decrypt = 0;

    // What happened.
    std::map<std::string, unsigned> calls;
    std::vector<CK_MECHANISM_TYPE> signedWith;
    std::vector<Bytes> signedInput;

    // Operations begun.
    std::map<CK_SESSION_HANDLE, std::vector<CK_OBJECT_HANDLE>> searches;
    std::map<CK_SESSION_HANDLE, Operation> operations;

    void reset();
    CK_OBJECT_HANDLE add(Object object) {
        const CK_OBJECT_HANDLE handle = nextObject++;
        objects[handle] = std::move(object);
        return handle;
    }
    Slot& slot() { return slots.front(); }
    /// Pulls the token: sessions and login go.
    void pull();
    void plug() { slot().present = true; }
    void raiseEvent();
};

/// Fills a text field of Cryptoki, padded with blanks.
template <std::size_t n>
void fill(CK_BYTE (&field)[n], std::string_view text) {
    for (std::size_t i = 0; i < n; ++i) field[i] = i < text.size() ? static_cast<CK_BYTE>(text[i]) : ' ';
}

Object privateKey(std::shared_ptr<EVP_PKEY> key);
Object publicKey(const token::PublicKey& key);
Object certificate(Bytes der);

}  // namespace ukey::fake

extern "C" ukey::fake::State* fakeState();
