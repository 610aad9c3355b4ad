#include "tokenlib/drivers/pkcs11/token_info.hpp"

#include <algorithm>
#include <string_view>

#include "tokenlib/base/text.hpp"

namespace ukey::pkcs11 {
namespace {

using token::KeyAlgorithm;
using token::PinStatus;
using token::TokenState;

constexpr std::size_t kMaxText = 64;
constexpr unsigned kMaxPin = 255;

template <std::size_t n>
std::string field(const CK_BYTE (&octets)[n]) {
    return fixedField(asText({octets, n}));
}

/// For people.
template <std::size_t n>
std::string shown(const CK_UTF8CHAR (&octets)[n]) {
    return shownField(asText({octets, n}), kMaxText);
}

PinStatus pinStatusOf(CK_FLAGS flags) {
    if ((flags & CKF_USER_PIN_LOCKED) != 0) return PinStatus::locked;
    if ((flags & CKF_USER_PIN_FINAL_TRY) != 0) return PinStatus::finalTry;
    if ((flags & CKF_USER_PIN_COUNT_LOW) != 0) return PinStatus::low;
    if ((flags & CKF_USER_PIN_TO_BE_CHANGED) != 0) return PinStatus::defaultPin;
    return PinStatus::ok;
}

std::vector<KeyAlgorithm> generated(const Mechanisms& mechanisms, const Sm2Mechanisms* sm2) {
    std::vector<KeyAlgorithm> algorithms;
    if (!mechanisms.known()) return algorithms;
    const auto offer = [&](KeyAlgorithm algorithm, CK_MECHANISM_TYPE type, CK_ULONG bits) {
        if (mechanisms.hasForSize(type, CKF_GENERATE_KEY_PAIR, bits)) algorithms.push_back(algorithm);
    };
    if (sm2 != nullptr && sm2->generate != 0 && sm2->sign != 0) {
        offer(KeyAlgorithm::sm2, static_cast<CK_MECHANISM_TYPE>(sm2->generate), 256);
    }
    offer(KeyAlgorithm::rsa2048, CKM_RSA_PKCS_KEY_PAIR_GEN, 2048);
    offer(KeyAlgorithm::rsa3072, CKM_RSA_PKCS_KEY_PAIR_GEN, 3072);
    offer(KeyAlgorithm::rsa4096, CKM_RSA_PKCS_KEY_PAIR_GEN, 4096);
    offer(KeyAlgorithm::p256, CKM_EC_KEY_PAIR_GEN, 256);
    offer(KeyAlgorithm::p384, CKM_EC_KEY_PAIR_GEN, 384);
    return algorithms;
}

/// C_UnwrapKey: a symmetric key under an RSA signing key, and a private key under that.
std::vector<token::KeyDelivery> delivered(const Mechanisms& mechanisms) {
    const bool unwraps =
        mechanisms.has(CKM_RSA_PKCS, CKF_UNWRAP) &&
        mechanisms.hasForSize(CKM_RSA_PKCS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR, 2048) &&
        (mechanisms.has(CKM_AES_CBC_PAD, CKF_UNWRAP) || mechanisms.has(CKM_AES_KEY_WRAP_PAD, CKF_UNWRAP));
    if (!mechanisms.known() || !unwraps) return {};
    return {token::KeyDelivery::wrapped};
}

}  // namespace

std::vector<CK_SLOT_ID> slotsWithToken(const Module& module) {
    // The number may grow between the two calls.
    for (int round = 0; round < 3; ++round) {
        CK_ULONG count = 0;
        module.call(fn::getSlotList, CK_TRUE, static_cast<CK_SLOT_ID*>(nullptr), &count);
        if (count == 0) return {};
        if (count > kMaxSlots) {
            throw Error(ErrorCode::driverError, "C_GetSlotList claims " + std::to_string(count) + " slots");
        }
        std::vector<CK_SLOT_ID> slots(count);
        const CK_RV value = module.attempt(fn::getSlotList, CK_TRUE, slots.data(), &count);
        if (value == CKR_BUFFER_TOO_SMALL) continue;
        if (value != CKR_OK) throw errorOf(fn::getSlotList.name, value);
        slots.resize(std::min<std::size_t>(count, slots.size()));
        return slots;
    }
    throw errorOf(fn::getSlotList.name, CKR_BUFFER_TOO_SMALL);
}

std::string serialKey(const CK_TOKEN_INFO& info) {
    std::string serial = field(info.serialNumber);
    const bool plain = std::all_of(serial.begin(), serial.end(), [](char c) { return c > ' ' && c < 0x7f; });
    return plain ? serial : toHex(asBytes(serial));
}

bool isInitialised(const CK_TOKEN_INFO& info) noexcept {
    if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) return false;
    return (info.flags & CKF_LOGIN_REQUIRED) == 0 || (info.flags & CKF_USER_PIN_INITIALIZED) != 0;
}

token::PinState pinStateOf(const CK_TOKEN_INFO& info) noexcept {
    token::PinState state;
    state.status = pinStatusOf(info.flags);
    if (state.status == PinStatus::finalTry) state.triesLeft = 1;
    if (state.status == PinStatus::locked) state.triesLeft = 0;
    state.isDefault = (info.flags & CKF_USER_PIN_TO_BE_CHANGED) != 0;
    // Where the module says nothing sensible, no length is ruled out beforehand: the token decides.
    const bool sensible =
        info.ulMinPinLen <= info.ulMaxPinLen && info.ulMaxPinLen != 0 && info.ulMinPinLen <= kMaxPin;
    state.minLength = sensible ? std::max(1U, static_cast<unsigned>(info.ulMinPinLen)) : 1;
    state.maxLength =
        sensible ? static_cast<unsigned>(std::min<CK_ULONG>(info.ulMaxPinLen, kMaxPin)) : kMaxPin;
    return state;
}

token::PinState administratorPinStateOf(const CK_TOKEN_INFO& info) noexcept {
    token::PinState state = pinStateOf(info);
    state.status = PinStatus::ok;
    state.triesLeft.reset();
    state.minLength = 1;
    state.isDefault = false;
    if ((info.flags & CKF_SO_PIN_COUNT_LOW) != 0) state.status = PinStatus::low;
    if ((info.flags & CKF_SO_PIN_FINAL_TRY) != 0) {
        state.status = PinStatus::finalTry;
        state.triesLeft = 1;
    }
    if ((info.flags & CKF_SO_PIN_LOCKED) != 0) {
        state.status = PinStatus::locked;
        state.triesLeft = 0;
    }
    return state;
}

std::string slotName(const Module& module, CK_SLOT_ID slot) {
    CK_SLOT_INFO info{};
    if (module.attempt(fn::getSlotInfo, slot, &info) != CKR_OK) return {};
    return shown(info.slotDescription);
}

token::TokenInfo tokenInfoOf(const std::string& id, const CK_TOKEN_INFO& info, bool inUse,
                             const Mechanisms& mechanisms, const Sm2Mechanisms* sm2) {
    token::TokenInfo token;
    token.id = id;
    token.model = shown(info.model);
    token.label = shown(info.label);
    token.serial = printable(field(info.serialNumber), kMaxText);
    token.manufacturer = shown(info.manufacturerID);
    token.pin = pinStateOf(info);
    if (!inUse)
        token.state = TokenState::blank;
    else if (token.pin.status == PinStatus::locked)
        token.state = TokenState::locked;
    if ((info.flags & CKF_WRITE_PROTECTED) == 0) {
        token.algorithms = generated(mechanisms, sm2);
        token.deliveries = delivered(mechanisms);
    }
    token.protectedAuthenticationPath = (info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
    return token;
}

token::TokenInfo unusableToken(const Module& module, CK_SLOT_ID slot) {
    token::TokenInfo token;
    token.id = std::to_string(slot) + "-";
    token.state = TokenState::unusable;
    CK_SLOT_INFO info{};
    if (module.attempt(fn::getSlotInfo, slot, &info) == CKR_OK) {
        token.label = shown(info.slotDescription);
        token.manufacturer = shown(info.manufacturerID);
    }
    return token;
}

}  // namespace ukey::pkcs11
