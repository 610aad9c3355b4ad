#include "fake_module.hpp"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

using namespace ukey;        // NOLINT(google-build-using-namespace)
using namespace ukey::fake;  // NOLINT(google-build-using-namespace)

namespace {

constexpr CK_STATE kNobody = 2;
constexpr CK_STATE kUser = 3;
constexpr CK_STATE kAdministrator = 4;
constexpr CK_FLAGS kUserPinFlags = CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED;
constexpr CK_FLAGS kAdministratorPinFlags = CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_FINAL_TRY | CKF_SO_PIN_LOCKED;

State& state() {
    static State instance;
    static const bool ready = (instance.reset(), true);
    (void)ready;
    return instance;
}

/// What the environment wants of this function: acts, or gives a return value.
CK_RV environmentFault(std::string_view function) {
    const char* text = std::getenv("UKEY_FAKE_PKCS11_FAULT");
    std::string_view rest = text != nullptr ? text : "";
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        const auto entry = rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        const auto colon = entry.find(':');
        if (colon == std::string_view::npos || entry.substr(0, colon) != function) continue;
        const std::string action(entry.substr(colon + 1));
        if (action == "hang")
            for (;;) ::pause();
        if (action == "crash") std::raise(SIGSEGV);
        if (action == "exit") ::_exit(3);
        return std::strtoul(action.c_str(), nullptr, 16);
    }
    return CKR_OK;
}

CK_RV enter(const char* function) {
    State& s = state();
    ++s.calls[function];
    if (const CK_RV value = environmentFault(function); value != CKR_OK) return value;
    const auto always = s.always.find(function);
    if (always != s.always.end()) return always->second;
    auto& returns = s.returns[function];
    if (!returns.empty()) {
        const CK_RV value = returns.front();
        returns.pop_front();
        if (value != CKR_OK) return value;
    }
    return s.started ? CKR_OK : CKR_CRYPTOKI_NOT_INITIALIZED;
}

#define ENTER(function)                  \
    State& s = state();                  \
    const std::lock_guard lock(s.mutex); \
    if (const CK_RV entered = enter(#function); entered != CKR_OK) return entered

#define NEED_SESSION() \
    if (!s.sessions.contains(session)) return CKR_SESSION_HANDLE_INVALID

Slot* find(CK_SLOT_ID id) {
    for (auto& slot : state().slots) {
        if (slot.id == id) return &slot;
    }
    return nullptr;
}

bool isVisible(const Object& object) { return state().login == kUser || !object.isSet(CKA_PRIVATE); }

Object* findObject(CK_OBJECT_HANDLE handle) {
    const auto found = state().objects.find(handle);
    return found == state().objects.end() || !isVisible(found->second) ? nullptr : &found->second;
}

bool matches(const Object& object, const CK_ATTRIBUTE* attributes, CK_ULONG count) {
    return std::all_of(attributes, attributes + count, [&](const CK_ATTRIBUTE& wanted) {
        const auto found = object.attributes.find(wanted.type);
        return found != object.attributes.end() && found->second.size() == wanted.ulValueLen &&
               std::memcmp(found->second.data(), wanted.pValue, wanted.ulValueLen) == 0;
    });
}

Object fromTemplate(const CK_ATTRIBUTE* attributes, CK_ULONG count) {
    Object object;
    for (CK_ULONG i = 0; i < count; ++i) {
        const auto* octets = static_cast<const std::uint8_t*>(attributes[i].pValue);
        object.set(attributes[i].type, Bytes(octets, octets + attributes[i].ulValueLen));
    }
    return object;
}

bool hasMechanism(CK_MECHANISM_TYPE type) {
    const auto& list = state().mechanisms;
    return std::find(list.begin(), list.end(), type) != list.end();
}

CK_RV give(const Bytes& value, CK_BYTE* out, CK_ULONG* length, CK_ULONG claimed = 0) {
    if (out == nullptr || *length < value.size()) {
        *length = static_cast<CK_ULONG>(value.size());
        return out == nullptr ? CKR_OK : CKR_BUFFER_TOO_SMALL;
    }
    std::copy(value.begin(), value.end(), out);
    *length = claimed != 0 ? claimed : static_cast<CK_ULONG>(value.size());
    return CKR_OK;
}

void updatePinFlags() {
    State& s = state();
    CK_FLAGS& flags = s.slot().info.flags;
    flags &= ~(kUserPinFlags | kAdministratorPinFlags);
    if (s.userTries < s.maxTries) flags |= CKF_USER_PIN_COUNT_LOW;
    if (s.userTries == 1) flags |= CKF_USER_PIN_FINAL_TRY;
    if (s.userTries == 0) flags |= CKF_USER_PIN_LOCKED;
    if (s.administratorTries < s.maxTries) flags |= CKF_SO_PIN_COUNT_LOW;
    if (s.administratorTries == 1) flags |= CKF_SO_PIN_FINAL_TRY;
    if (s.administratorTries == 0) flags |= CKF_SO_PIN_LOCKED;
}

CK_RV checkPin(bool user, const CK_UTF8CHAR* pin, CK_ULONG length) {
    State& s = state();
    unsigned& tries = user ? s.userTries : s.administratorTries;
    if (tries == 0) return CKR_PIN_LOCKED;
    if (pin == nullptr) {
        if ((s.slot().info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) == 0) return CKR_ARGUMENTS_BAD;
        return s.keypadAgrees ? CKR_OK : CKR_FUNCTION_CANCELED;
    }
    const std::string& right = user ? s.userPin : s.administratorPin;
    const bool isRight = asText({pin, length}) == right;
    tries = isRight ? s.maxTries : tries - 1;
    updatePinFlags();
    return isRight ? CKR_OK : CKR_PIN_INCORRECT;
}

Bytes evpSign(EVP_PKEY* key, const Bytes& input, int padding, const EVP_MD* digest) {
    const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(EVP_PKEY_CTX_new(key, nullptr),
                                                                         EVP_PKEY_CTX_free);
    EVP_PKEY_sign_init(context.get());
    if (padding != 0) EVP_PKEY_CTX_set_rsa_padding(context.get(), padding);
    if (digest != nullptr) EVP_PKEY_CTX_set_signature_md(context.get(), digest);
    Bytes out(1024);
    std::size_t length = out.size();
    if (EVP_PKEY_sign(context.get(), out.data(), &length, input.data(), input.size()) <= 0) return {};
    out.resize(length);
    return out;
}

Bytes signature(const Object& key, CK_MECHANISM_TYPE mechanism, const Bytes& input) {
    using token::DigestAlgorithm;
    const auto ecdsa = [&](const Bytes& digest) {
        const Bytes der = evpSign(key.key.get(), digest, 0, nullptr);
        const std::size_t size = EVP_PKEY_get_bits(key.key.get()) == 384 ? 48 : 32;
        return state().derSignatures || der.empty() ? der : test::rawFromDer(der, size);
    };
    switch (mechanism) {
        case CKM_RSA_PKCS:
            return evpSign(key.key.get(), input, RSA_PKCS1_PADDING, nullptr);
        case CKM_SHA256_RSA_PKCS:
            return evpSign(key.key.get(), test::digestOf(DigestAlgorithm::sha256, input), RSA_PKCS1_PADDING,
                           EVP_sha256());
        case CKM_RSA_X_509:
            return evpSign(key.key.get(), input, RSA_NO_PADDING, nullptr);
        case CKM_ECDSA_SHA256:
            return ecdsa(test::digestOf(DigestAlgorithm::sha256, input));
        default:
            return ecdsa(input);
    }
}

Bytes decrypted(const Object& key, int padding, const Bytes& input) {
    const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(
        EVP_PKEY_CTX_new(key.key.get(), nullptr), EVP_PKEY_CTX_free);
    EVP_PKEY_decrypt_init(context.get());
    if (padding != 0) EVP_PKEY_CTX_set_rsa_padding(context.get(), padding);
    Bytes out(1024);
    std::size_t length = out.size();
    if (EVP_PKEY_decrypt(context.get(), out.data(), &length, input.data(), input.size()) <= 0) return {};
    out.resize(length);
    return out;
}

Bytes aesDecrypted(const Bytes& key, const Bytes& iv, const Bytes& input) {
    const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(),
                                                                             EVP_CIPHER_CTX_free);
    EVP_DecryptInit_ex(context.get(), key.size() == 32 ? EVP_aes_256_cbc() : EVP_aes_128_cbc(), nullptr,
                       key.data(), iv.data());
    Bytes out(input.size() + 16);
    int first = 0;
    int last = 0;
    EVP_DecryptUpdate(context.get(), out.data(), &first, input.data(), static_cast<int>(input.size()));
    if (EVP_DecryptFinal_ex(context.get(), out.data() + first, &last) <= 0) return {};
    out.resize(static_cast<std::size_t>(first + last));
    return out;
}

CK_RV begin(CK_SESSION_HANDLE session, const CK_MECHANISM* mechanism, CK_OBJECT_HANDLE handle,
            CK_ATTRIBUTE_TYPE permission) {
    State& s = state();
    if (s.operations.contains(session)) return CKR_OPERATION_ACTIVE;
    if (!hasMechanism(mechanism->mechanism)) return CKR_MECHANISM_INVALID;
    const Object* key = findObject(handle);
    if (key == nullptr) return CKR_KEY_HANDLE_INVALID;
    if (!key->isSet(permission)) return CKR_KEY_FUNCTION_NOT_PERMITTED;
    s.operations[session] = {mechanism->mechanism, handle, false};
    return CKR_OK;
}

/// The operation begun, ended by this.
CK_RV end(CK_SESSION_HANDLE session, Operation& operation, const Object*& key) {
    State& s = state();
    const auto found = s.operations.find(session);
    if (found == s.operations.end()) return CKR_OPERATION_NOT_INITIALIZED;
    operation = found->second;
    key = findObject(operation.key);
    if (key == nullptr) return CKR_KEY_HANDLE_INVALID;
    if (key->isSet(CKA_ALWAYS_AUTHENTICATE) && !operation.authenticated) return CKR_USER_NOT_LOGGED_IN;
    s.operations.erase(found);
    return CKR_OK;
}

CK_RV initialize(void* arguments) {
    State& s = state();
    const std::lock_guard lock(s.mutex);
    ++s.calls["C_Initialize"];
    if (const CK_RV value = environmentFault("C_Initialize"); value != CKR_OK) return value;
    const CK_RV value = arguments != nullptr ? s.startWithArguments : s.startWithout;
    s.started = value == CKR_OK || value == CKR_CRYPTOKI_ALREADY_INITIALIZED;
    return value;
}

CK_RV finalize(void*) {
    State& s = state();
    {
        const std::lock_guard lock(s.mutex);
        ++s.calls["C_Finalize"];
        if (!s.started) return CKR_CRYPTOKI_NOT_INITIALIZED;
        s.started = false;
        s.sessions.clear();
        s.login = kNobody;
    }
    s.event.notify_all();
    return CKR_OK;
}

CK_RV getSlotList(CK_BBOOL tokenPresent, CK_SLOT_ID* slots, CK_ULONG* count) {
    ENTER(C_GetSlotList);
    std::vector<CK_SLOT_ID> list;
    for (const auto& slot : s.slots) {
        if (tokenPresent == CK_FALSE || slot.present) list.push_back(slot.id);
    }
    if (slots == nullptr) {
        *count = s.claimedSlots != 0 ? s.claimedSlots : static_cast<CK_ULONG>(list.size());
        return CKR_OK;
    }
    const CK_ULONG room = *count;
    *count = static_cast<CK_ULONG>(list.size());
    if (room < list.size()) return CKR_BUFFER_TOO_SMALL;
    std::copy(list.begin(), list.end(), slots);
    return CKR_OK;
}

CK_RV getSlotInfo(CK_SLOT_ID id, CK_SLOT_INFO* info) {
    ENTER(C_GetSlotInfo);
    const Slot* slot = find(id);
    if (slot == nullptr) return CKR_SLOT_ID_INVALID;
    *info = {};
    fill(info->slotDescription, "Fake slot");
    fill(info->manufacturerID, "Ukey tests");
    info->flags = slot->present ? CKF_TOKEN_PRESENT : 0;
    return CKR_OK;
}

CK_RV getTokenInfo(CK_SLOT_ID id, CK_TOKEN_INFO* info) {
    ENTER(C_GetTokenInfo);
    const Slot* slot = find(id);
    if (slot == nullptr) return CKR_SLOT_ID_INVALID;
    if (!slot->present) return CKR_TOKEN_NOT_PRESENT;
    if (slot->infoResult != CKR_OK) return slot->infoResult;
    *info = slot->info;
    return CKR_OK;
}

CK_RV getMechanismList(CK_SLOT_ID, CK_MECHANISM_TYPE* list, CK_ULONG* count) {
    ENTER(C_GetMechanismList);
    if (s.hidesMechanisms) return CKR_FUNCTION_NOT_SUPPORTED;
    if (list != nullptr) std::copy(s.mechanisms.begin(), s.mechanisms.end(), list);
    *count = static_cast<CK_ULONG>(s.mechanisms.size());
    return CKR_OK;
}

CK_RV getMechanismInfo(CK_SLOT_ID, CK_MECHANISM_TYPE, CK_MECHANISM_INFO* info) {
    ENTER(C_GetMechanismInfo);
    *info = {0, 0, s.mechanismFlags};
    return CKR_OK;
}

CK_RV initPin(CK_SESSION_HANDLE session, CK_UTF8CHAR* pin, CK_ULONG length) {
    ENTER(C_InitPIN);
    NEED_SESSION();
    if (s.login != kAdministrator) return CKR_USER_NOT_LOGGED_IN;
    if (length < s.slot().info.ulMinPinLen) return CKR_PIN_LEN_RANGE;
    s.userPin = asText({pin, length});
    s.userTries = s.maxTries;
    s.slot().info.flags |= CKF_USER_PIN_INITIALIZED;
    updatePinFlags();
    return CKR_OK;
}

CK_RV setPin(CK_SESSION_HANDLE session, CK_UTF8CHAR* oldPin, CK_ULONG oldLength, CK_UTF8CHAR* newPin,
             CK_ULONG newLength) {
    ENTER(C_SetPIN);
    NEED_SESSION();
    const bool user = s.login != kAdministrator;
    if (const CK_RV value = checkPin(user, oldPin, oldLength); value != CKR_OK) return value;
    if (newPin != nullptr) (user ? s.userPin : s.administratorPin) = asText({newPin, newLength});
    s.slot().info.flags &= ~CKF_USER_PIN_TO_BE_CHANGED;
    return CKR_OK;
}

CK_RV openSession(CK_SLOT_ID id, CK_FLAGS flags, void*, CK_NOTIFY, CK_SESSION_HANDLE* session) {
    ENTER(C_OpenSession);
    const Slot* slot = find(id);
    if (slot == nullptr || !slot->present) return CKR_TOKEN_NOT_PRESENT;
    const bool writeProtected = (slot->info.flags & CKF_WRITE_PROTECTED) != 0;
    if (writeProtected && (flags & CKF_RW_SESSION) != 0) return CKR_TOKEN_WRITE_PROTECTED;
    *session = s.nextSession++;
    s.sessions.insert(*session);
    s.slotOfSession[*session] = id;
    return CKR_OK;
}

CK_RV closeSession(CK_SESSION_HANDLE session) {
    ENTER(C_CloseSession);
    NEED_SESSION();
    s.sessions.erase(session);
    s.operations.erase(session);
    if (s.sessions.empty()) s.login = kNobody;
    return CKR_OK;
}

CK_RV closeAllSessions(CK_SLOT_ID) {
    ENTER(C_CloseAllSessions);
    s.sessions.clear();
    s.operations.clear();
    s.login = kNobody;
    return CKR_OK;
}

CK_RV getSessionInfo(CK_SESSION_HANDLE session, CK_SESSION_INFO* info) {
    ENTER(C_GetSessionInfo);
    NEED_SESSION();
    *info = {s.slot().id, s.login, CKF_SERIAL_SESSION | CKF_RW_SESSION, 0};
    return CKR_OK;
}

CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR* pin, CK_ULONG length) {
    ENTER(C_Login);
    NEED_SESSION();
    if (user == CKU_CONTEXT_SPECIFIC) {
        const auto operation = s.operations.find(session);
        if (operation == s.operations.end()) return CKR_OPERATION_NOT_INITIALIZED;
        const CK_RV value = checkPin(true, pin, length);
        operation->second.authenticated = value == CKR_OK;
        return value;
    }
    if (s.login != kNobody) {
        const bool same = s.login == (user == CKU_USER ? kUser : kAdministrator);
        return same ? CKR_USER_ALREADY_LOGGED_IN : CKR_USER_ANOTHER_ALREADY_LOGGED_IN;
    }
    const CK_RV value = checkPin(user == CKU_USER, pin, length);
    if (value == CKR_OK) s.login = user == CKU_USER ? kUser : kAdministrator;
    return value;
}

CK_RV logout(CK_SESSION_HANDLE session) {
    ENTER(C_Logout);
    NEED_SESSION();
    if (s.keepsLogin) return CKR_OK;
    if (s.login == kNobody) return CKR_USER_NOT_LOGGED_IN;
    s.login = kNobody;
    s.operations.clear();
    return CKR_OK;
}

CK_RV createObject(CK_SESSION_HANDLE session, CK_ATTRIBUTE* attributes, CK_ULONG count,
                   CK_OBJECT_HANDLE* object) {
    ENTER(C_CreateObject);
    NEED_SESSION();
    *object = s.add(fromTemplate(attributes, count));
    return CKR_OK;
}

CK_RV destroyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
    ENTER(C_DestroyObject);
    NEED_SESSION();
    return s.objects.erase(object) != 0 ? CKR_OK : CKR_OBJECT_HANDLE_INVALID;
}

CK_RV readAttribute(const Object& object, CK_ATTRIBUTE& attribute) {
    const State& s = state();
    const auto found = object.attributes.find(attribute.type);
    if (found == object.attributes.end()) {
        attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
        return CKR_ATTRIBUTE_TYPE_INVALID;
    }
    const auto claimed = s.claimedLengths.find(attribute.type);
    const bool lies =
        claimed != s.claimedLengths.end() && (!s.growsSecondTime || attribute.pValue != nullptr);
    const auto size = static_cast<CK_ULONG>(found->second.size());
    if (attribute.pValue != nullptr && !lies) {
        if (attribute.ulValueLen < size) {
            attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
            return CKR_BUFFER_TOO_SMALL;
        }
        std::copy(found->second.begin(), found->second.end(), static_cast<std::uint8_t*>(attribute.pValue));
    }
    attribute.ulValueLen = lies ? claimed->second : size;
    return CKR_OK;
}

CK_RV getAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle, CK_ATTRIBUTE* attributes,
                        CK_ULONG count) {
    ENTER(C_GetAttributeValue);
    NEED_SESSION();
    const Object* object = findObject(handle);
    if (object == nullptr) return CKR_OBJECT_HANDLE_INVALID;
    CK_RV result = CKR_OK;
    for (CK_ULONG i = 0; i < count; ++i) {
        const CK_RV value = readAttribute(*object, attributes[i]);
        if (value == CKR_OK) continue;
        result = value;
        if (s.stopsAtUnknown) return result;
    }
    return result;
}

CK_RV findObjectsInit(CK_SESSION_HANDLE session, CK_ATTRIBUTE* attributes, CK_ULONG count) {
    ENTER(C_FindObjectsInit);
    NEED_SESSION();
    if (s.searches.contains(session)) return CKR_OPERATION_ACTIVE;
    auto& found = s.searches[session];
    if (s.slotOfSession[session] != s.slot().id) return CKR_OK;
    for (const auto& [handle, object] : s.objects) {
        if (isVisible(object) && matches(object, attributes, count)) found.push_back(handle);
    }
    return CKR_OK;
}

CK_RV findObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* objects, CK_ULONG room, CK_ULONG* count) {
    ENTER(C_FindObjects);
    NEED_SESSION();
    const auto search = s.searches.find(session);
    if (search == s.searches.end()) return CKR_OPERATION_NOT_INITIALIZED;
    auto& rest = search->second;
    const std::size_t some = std::min<std::size_t>(room, rest.size());
    std::copy_n(rest.begin(), some, objects);
    *count = static_cast<CK_ULONG>(some);
    if (!s.endlessObjects) rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(some));
    return CKR_OK;
}

CK_RV findObjectsFinal(CK_SESSION_HANDLE session) {
    ENTER(C_FindObjectsFinal);
    NEED_SESSION();
    s.searches.erase(session);
    return CKR_OK;
}

CK_RV decryptInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
    ENTER(C_DecryptInit);
    NEED_SESSION();
    return begin(session, mechanism, key, CKA_DECRYPT);
}

CK_RV decrypt(CK_SESSION_HANDLE session, CK_BYTE* cipher, CK_ULONG cipherLength, CK_BYTE* data,
              CK_ULONG* length) {
    ENTER(C_Decrypt);
    NEED_SESSION();
    Operation operation;
    const Object* key = nullptr;
    if (const CK_RV value = end(session, operation, key); value != CKR_OK) return value;
    const int padding = operation.mechanism == CKM_RSA_PKCS    ? RSA_PKCS1_PADDING
                        : operation.mechanism == CKM_RSA_X_509 ? RSA_NO_PADDING
                                                               : 0;
    Bytes plain = decrypted(*key, padding, Bytes(cipher, cipher + cipherLength));
    if (plain.empty()) return CKR_ENCRYPTED_DATA_INVALID;
    if (s.stripsZeros)
        plain.erase(plain.begin(), std::find_if(plain.begin(), plain.end(), [](auto o) { return o; }));
    return give(plain, data, length);
}

CK_RV signInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
    ENTER(C_SignInit);
    NEED_SESSION();
    return begin(session, mechanism, key, CKA_SIGN);
}

CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG dataLength, CK_BYTE* out, CK_ULONG* length) {
    ENTER(C_Sign);
    NEED_SESSION();
    Operation operation;
    const Object* key = nullptr;
    if (const CK_RV value = end(session, operation, key); value != CKR_OK) return value;
    const Bytes input(data, data + dataLength);
    s.signedWith.push_back(operation.mechanism);
    s.signedInput.push_back(input);
    Bytes made = signature(*key, operation.mechanism, input);
    if (made.empty()) return CKR_DATA_LEN_RANGE;
    if (s.stripsZeros)
        made.erase(made.begin(), std::find_if(made.begin(), made.end(), [](auto o) { return o; }));
    return give(made, out, length, s.claimedSignature);
}

CK_RV generateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_ATTRIBUTE* publicAttributes,
                      CK_ULONG publicCount, CK_ATTRIBUTE* privateAttributes, CK_ULONG privateCount,
                      CK_OBJECT_HANDLE* publicHandle, CK_OBJECT_HANDLE* privateHandle) {
    ENTER(C_GenerateKeyPair);
    NEED_SESSION();
    if (!hasMechanism(mechanism->mechanism)) return CKR_MECHANISM_INVALID;
    const bool rsa = mechanism->mechanism == CKM_RSA_PKCS_KEY_PAIR_GEN;
    const bool p256 = mechanism->mechanism == CKM_EC_KEY_PAIR_GEN;
    const std::shared_ptr<EVP_PKEY> key = test::newKey(rsa    ? token::KeyAlgorithm::rsa2048
                                                       : p256 ? token::KeyAlgorithm::p256
                                                              : token::KeyAlgorithm::sm2);
    Object secret = privateKey(key);
    Object open = publicKey(test::publicKeyOf(key.get()));
    for (auto& [type, value] : fromTemplate(privateAttributes, privateCount).attributes)
        secret.set(type, value);
    for (auto& [type, value] : fromTemplate(publicAttributes, publicCount).attributes) open.set(type, value);
    *publicHandle = s.add(std::move(open));
    *privateHandle = s.add(std::move(secret));
    return CKR_OK;
}

CK_RV unwrapKey(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE handle, CK_BYTE* wrapped,
                CK_ULONG wrappedLength, CK_ATTRIBUTE* attributes, CK_ULONG count, CK_OBJECT_HANDLE* out) {
    ENTER(C_UnwrapKey);
    NEED_SESSION();
    const Object* key = findObject(handle);
    if (key == nullptr) return CKR_UNWRAPPING_KEY_HANDLE_INVALID;
    const Bytes input(wrapped, wrapped + wrappedLength);
    Object made = fromTemplate(attributes, count);
    if (mechanism->mechanism == CKM_RSA_PKCS) {
        made.set(CKA_VALUE, decrypted(*key, RSA_PKCS1_PADDING, input));
        *out = s.add(std::move(made));
        return CKR_OK;
    }
    const auto* iv = static_cast<const std::uint8_t*>(mechanism->pParameter);
    if (mechanism->mechanism != CKM_AES_CBC_PAD || mechanism->ulParameterLen != 16)
        return CKR_MECHANISM_INVALID;
    const Bytes plain = aesDecrypted(key->attributes.at(CKA_VALUE), Bytes(iv, iv + 16), input);
    const unsigned char* start = plain.data();
    const std::shared_ptr<EVP_PKEY> pair(d2i_AutoPrivateKey(nullptr, &start, static_cast<long>(plain.size())),
                                         EVP_PKEY_free);
    if (pair == nullptr) return CKR_WRAPPED_KEY_INVALID;
    Object complete = privateKey(pair);
    for (auto& [type, value] : made.attributes) complete.set(type, value);
    *out = s.add(std::move(complete));
    return CKR_OK;
}

CK_RV generateRandom(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG length) {
    ENTER(C_GenerateRandom);
    NEED_SESSION();
    std::fill(data, data + length, CK_BYTE{4});
    return CKR_OK;
}

CK_RV waitForSlotEvent(CK_FLAGS, CK_SLOT_ID* slot, void*) {
    State& s = state();
    std::unique_lock lock(s.mutex);
    if (const CK_RV value = enter("C_WaitForSlotEvent"); value != CKR_OK) return value;
    if (s.events == Events::unsupported) return CKR_FUNCTION_NOT_SUPPORTED;
    if (s.events == Events::blocking) {
        s.event.wait(lock, [&] { return s.eventPending || !s.started; });
        if (!s.started) return CKR_CRYPTOKI_NOT_INITIALIZED;
        s.eventPending = false;
    }
    *slot = s.eventSlot;
    return CKR_OK;
}

CK_FUNCTION_LIST functionList() {
    CK_FUNCTION_LIST list{};
    list.C_Initialize = initialize;
    list.C_Finalize = finalize;
    list.C_GetSlotList = getSlotList;
    list.C_GetSlotInfo = getSlotInfo;
    list.C_GetTokenInfo = getTokenInfo;
    list.C_GetMechanismList = getMechanismList;
    list.C_GetMechanismInfo = getMechanismInfo;
    list.C_InitPIN = initPin;
    list.C_SetPIN = setPin;
    list.C_OpenSession = openSession;
    list.C_CloseSession = closeSession;
    list.C_CloseAllSessions = closeAllSessions;
    list.C_GetSessionInfo = getSessionInfo;
    list.C_Login = login;
    list.C_Logout = logout;
    list.C_CreateObject = createObject;
    list.C_DestroyObject = destroyObject;
    list.C_GetAttributeValue = getAttributeValue;
    list.C_FindObjectsInit = findObjectsInit;
    list.C_FindObjects = findObjects;
    list.C_FindObjectsFinal = findObjectsFinal;
    list.C_DecryptInit = decryptInit;
    list.C_Decrypt = decrypt;
    list.C_SignInit = signInit;
    list.C_Sign = sign;
    list.C_GenerateKeyPair = generateKeyPair;
    list.C_UnwrapKey = unwrapKey;
    list.C_GenerateRandom = generateRandom;
    list.C_WaitForSlotEvent = waitForSlotEvent;
    return list;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) State* fakeState() { return &state(); }

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
    static CK_FUNCTION_LIST functions = functionList();
    functions.version = state().version;
    *list = state().emptyList ? nullptr : &functions;
    return CKR_OK;
}
}
