#include <cstring>

#include "fake_module.hpp"
#include "tokenlib/drivers/pkcs11/cryptoki.hpp"

namespace ukey::fake {
namespace {

const Bytes kP256{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
const Bytes kP384{0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
const Bytes kSm2{0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d};

Bytes curve(token::KeyAlgorithm algorithm) {
    if (algorithm == token::KeyAlgorithm::p256) return kP256;
    return algorithm == token::KeyAlgorithm::p384 ? kP384 : kSm2;
}

Object keyObject(const token::PublicKey& key, CK_OBJECT_CLASS objectClass) {
    Object object;
    const bool rsa = token::isRsa(key.algorithm);
    object.number(CKA_CLASS, objectClass).flag(CKA_TOKEN, true).number(CKA_KEY_TYPE, rsa ? CKK_RSA : CKK_EC);
    object.set(CKA_ID, "key").set(CKA_LABEL, "key");
    if (rsa)
        object.set(CKA_MODULUS, key.modulus).set(CKA_PUBLIC_EXPONENT, key.exponent);
    else
        object.set(CKA_EC_PARAMS, curve(key.algorithm));
    return object;
}

}  // namespace

Object& Object::set(CK_ATTRIBUTE_TYPE type, Bytes value) {
    attributes[type] = std::move(value);
    return *this;
}

Object& Object::set(CK_ATTRIBUTE_TYPE type, const char* text) {
    const ByteView octets = asBytes(text);
    return set(type, Bytes(octets.begin(), octets.end()));
}

Object& Object::flag(CK_ATTRIBUTE_TYPE type, bool value) {
    return set(type, Bytes{value ? CK_TRUE : CK_FALSE});
}

Object& Object::number(CK_ATTRIBUTE_TYPE type, CK_ULONG value) {
    Bytes octets(sizeof(value));
    std::memcpy(octets.data(), &value, sizeof(value));
    return set(type, std::move(octets));
}

bool Object::isSet(CK_ATTRIBUTE_TYPE type) const {
    const auto found = attributes.find(type);
    return found != attributes.end() && found->second == Bytes{CK_TRUE};
}

CK_ULONG Object::number(CK_ATTRIBUTE_TYPE type) const {
    const auto found = attributes.find(type);
    CK_ULONG value = CK_UNAVAILABLE_INFORMATION;
    if (found != attributes.end() && found->second.size() == sizeof(value)) {
        std::memcpy(&value, found->second.data(), sizeof(value));
    }
    return value;
}

Object privateKey(std::shared_ptr<EVP_PKEY> key) {
    Object object = keyObject(test::publicKeyOf(key.get()), CKO_PRIVATE_KEY);
    object.flag(CKA_PRIVATE, true).flag(CKA_SIGN, true).flag(CKA_DECRYPT, true).flag(CKA_UNWRAP, true);
    object.flag(CKA_ALWAYS_AUTHENTICATE, false);
    object.key = std::move(key);
    return object;
}

Object publicKey(const token::PublicKey& key) {
    Object object = keyObject(key, CKO_PUBLIC_KEY);
    object.flag(CKA_PRIVATE, false).flag(CKA_VERIFY, true).flag(CKA_ENCRYPT, true);
    if (!key.point.empty()) {
        Bytes encoded{0x04, static_cast<std::uint8_t>(key.point.size())};
        encoded.insert(encoded.end(), key.point.begin(), key.point.end());
        object.set(CKA_EC_POINT, std::move(encoded));
    }
    return object;
}

Object certificate(Bytes der) {
    Object object;
    object.number(CKA_CLASS, CKO_CERTIFICATE).flag(CKA_TOKEN, true).flag(CKA_PRIVATE, false);
    object.number(CKA_CERTIFICATE_TYPE, CKC_X_509).set(CKA_ID, "key").set(CKA_LABEL, "key");
    object.set(CKA_VALUE, std::move(der));
    return object;
}

void State::reset() {
    startWithArguments = startWithout = CKR_OK;
    version = {2, 40};
    emptyList = false;
    slots.clear();
    claimedSlots = 0;
    events = Events::unsupported;
    eventPending = false;
    mechanisms = {CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS, CKM_EC_KEY_PAIR_GEN, CKM_ECDSA};
    mechanismFlags = ~CK_FLAGS{0};
    hidesMechanisms = false;
    objects.clear();
    userPin = "123456";
    administratorPin = "87654321";
    maxTries = userTries = administratorTries = 6;
    sessions.clear();
    login = 2;
    keypadAgrees = true;
    returns.clear();
    always.clear();
    claimedLengths.clear();
    growsSecondTime = stopsAtUnknown = endlessObjects = derSignatures = stripsZeros = keepsLogin = false;
    claimedSignature = 0;
    sm2Sign = sm2Decrypt = 0;
    calls.clear();
    signedWith.clear();
    signedInput.clear();
    searches.clear();
    operations.clear();

    Slot token;
    token.id = 7;
    fill(token.info.label, "Fake token");
    fill(token.info.manufacturerID, "Ukey tests");
    fill(token.info.model, "Fake");
    fill(token.info.serialNumber, "F0001");
    token.info.flags = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED;
    token.info.ulMinPinLen = 6;
    token.info.ulMaxPinLen = 16;
    slots.push_back(token);
}

void State::pull() {
    slot().present = false;
    sessions.clear();
    searches.clear();
    operations.clear();
    login = 2;
}

void State::raiseEvent() {
    {
        const std::lock_guard lock(mutex);
        eventPending = true;
        eventSlot = slot().id;
    }
    event.notify_all();
}

}  // namespace ukey::fake
