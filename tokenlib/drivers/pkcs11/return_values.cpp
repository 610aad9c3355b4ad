#include "tokenlib/drivers/pkcs11/return_values.hpp"

#include <algorithm>
#include <array>

namespace ukey::pkcs11 {
namespace {

struct Meaning {
    CK_RV value;
    const char* name;
    ErrorCode code;
};

constexpr std::array kMeanings{
    Meaning{CKR_OK, "CKR_OK", ErrorCode::internal},
    Meaning{CKR_CANCEL, "CKR_CANCEL", ErrorCode::userCancelled},
    Meaning{CKR_HOST_MEMORY, "CKR_HOST_MEMORY", ErrorCode::driverError},
    Meaning{CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID", ErrorCode::tokenRemoved},
    Meaning{CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR", ErrorCode::driverError},
    Meaning{CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED", ErrorCode::driverError},
    Meaning{CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD", ErrorCode::driverError},
    Meaning{CKR_NO_EVENT, "CKR_NO_EVENT", ErrorCode::driverError},
    Meaning{CKR_NEED_TO_CREATE_THREADS, "CKR_NEED_TO_CREATE_THREADS", ErrorCode::driverError},
    Meaning{CKR_CANT_LOCK, "CKR_CANT_LOCK", ErrorCode::driverError},
    Meaning{CKR_ATTRIBUTE_READ_ONLY, "CKR_ATTRIBUTE_READ_ONLY", ErrorCode::driverError},
    Meaning{CKR_ATTRIBUTE_SENSITIVE, "CKR_ATTRIBUTE_SENSITIVE", ErrorCode::driverError},
    Meaning{CKR_ATTRIBUTE_TYPE_INVALID, "CKR_ATTRIBUTE_TYPE_INVALID", ErrorCode::driverError},
    Meaning{CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID", ErrorCode::driverError},
    Meaning{CKR_ACTION_PROHIBITED, "CKR_ACTION_PROHIBITED", ErrorCode::unsupported},
    Meaning{CKR_DATA_INVALID, "CKR_DATA_INVALID", ErrorCode::driverError},
    Meaning{CKR_DATA_LEN_RANGE, "CKR_DATA_LEN_RANGE", ErrorCode::driverError},
    Meaning{CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", ErrorCode::driverError},
    Meaning{CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY", ErrorCode::tokenFull},
    Meaning{CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", ErrorCode::tokenRemoved},
    Meaning{CKR_ENCRYPTED_DATA_INVALID, "CKR_ENCRYPTED_DATA_INVALID", ErrorCode::driverError},
    Meaning{CKR_ENCRYPTED_DATA_LEN_RANGE, "CKR_ENCRYPTED_DATA_LEN_RANGE", ErrorCode::driverError},
    Meaning{CKR_FUNCTION_CANCELED, "CKR_FUNCTION_CANCELED", ErrorCode::userCancelled},
    Meaning{CKR_FUNCTION_NOT_PARALLEL, "CKR_FUNCTION_NOT_PARALLEL", ErrorCode::unsupported},
    Meaning{CKR_FUNCTION_NOT_SUPPORTED, "CKR_FUNCTION_NOT_SUPPORTED", ErrorCode::unsupported},
    Meaning{CKR_KEY_HANDLE_INVALID, "CKR_KEY_HANDLE_INVALID", ErrorCode::driverError},
    Meaning{CKR_KEY_SIZE_RANGE, "CKR_KEY_SIZE_RANGE", ErrorCode::unsupported},
    Meaning{CKR_KEY_TYPE_INCONSISTENT, "CKR_KEY_TYPE_INCONSISTENT", ErrorCode::unsupported},
    Meaning{CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED", ErrorCode::unsupported},
    Meaning{CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID", ErrorCode::unsupported},
    Meaning{CKR_MECHANISM_PARAM_INVALID, "CKR_MECHANISM_PARAM_INVALID", ErrorCode::unsupported},
    Meaning{CKR_OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID", ErrorCode::driverError},
    Meaning{CKR_OPERATION_ACTIVE, "CKR_OPERATION_ACTIVE", ErrorCode::driverError},
    Meaning{CKR_OPERATION_NOT_INITIALIZED, "CKR_OPERATION_NOT_INITIALIZED", ErrorCode::driverError},
    Meaning{CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT", ErrorCode::pinIncorrect},
    Meaning{CKR_PIN_INVALID, "CKR_PIN_INVALID", ErrorCode::pinIncorrect},
    Meaning{CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE", ErrorCode::pinTooShort},
    Meaning{CKR_PIN_EXPIRED, "CKR_PIN_EXPIRED", ErrorCode::driverError},
    Meaning{CKR_PIN_LOCKED, "CKR_PIN_LOCKED", ErrorCode::pinLocked},
    Meaning{CKR_SESSION_CLOSED, "CKR_SESSION_CLOSED", ErrorCode::tokenRemoved},
    Meaning{CKR_SESSION_COUNT, "CKR_SESSION_COUNT", ErrorCode::busy},
    Meaning{CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID", ErrorCode::tokenRemoved},
    Meaning{CKR_SESSION_READ_ONLY, "CKR_SESSION_READ_ONLY", ErrorCode::unsupported},
    Meaning{CKR_SESSION_EXISTS, "CKR_SESSION_EXISTS", ErrorCode::busy},
    Meaning{CKR_SESSION_READ_ONLY_EXISTS, "CKR_SESSION_READ_ONLY_EXISTS", ErrorCode::busy},
    Meaning{CKR_SESSION_READ_WRITE_SO_EXISTS, "CKR_SESSION_READ_WRITE_SO_EXISTS", ErrorCode::busy},
    Meaning{CKR_SIGNATURE_LEN_RANGE, "CKR_SIGNATURE_LEN_RANGE", ErrorCode::driverError},
    Meaning{CKR_TEMPLATE_INCOMPLETE, "CKR_TEMPLATE_INCOMPLETE", ErrorCode::driverError},
    Meaning{CKR_TEMPLATE_INCONSISTENT, "CKR_TEMPLATE_INCONSISTENT", ErrorCode::driverError},
    Meaning{CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT", ErrorCode::tokenRemoved},
    Meaning{CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", ErrorCode::driverError},
    Meaning{CKR_TOKEN_WRITE_PROTECTED, "CKR_TOKEN_WRITE_PROTECTED", ErrorCode::unsupported},
    Meaning{CKR_UNWRAPPING_KEY_HANDLE_INVALID, "CKR_UNWRAPPING_KEY_HANDLE_INVALID", ErrorCode::driverError},
    Meaning{CKR_UNWRAPPING_KEY_SIZE_RANGE, "CKR_UNWRAPPING_KEY_SIZE_RANGE", ErrorCode::unsupported},
    Meaning{CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT, "CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT",
            ErrorCode::unsupported},
    Meaning{CKR_USER_ALREADY_LOGGED_IN, "CKR_USER_ALREADY_LOGGED_IN", ErrorCode::driverError},
    Meaning{CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN", ErrorCode::pinRequired},
    Meaning{CKR_USER_PIN_NOT_INITIALIZED, "CKR_USER_PIN_NOT_INITIALIZED", ErrorCode::tokenBlank},
    Meaning{CKR_USER_TYPE_INVALID, "CKR_USER_TYPE_INVALID", ErrorCode::unsupported},
    Meaning{CKR_USER_ANOTHER_ALREADY_LOGGED_IN, "CKR_USER_ANOTHER_ALREADY_LOGGED_IN", ErrorCode::busy},
    Meaning{CKR_USER_TOO_MANY_TYPES, "CKR_USER_TOO_MANY_TYPES", ErrorCode::busy},
    Meaning{CKR_WRAPPED_KEY_INVALID, "CKR_WRAPPED_KEY_INVALID", ErrorCode::certificateMismatch},
    Meaning{CKR_WRAPPED_KEY_LEN_RANGE, "CKR_WRAPPED_KEY_LEN_RANGE", ErrorCode::certificateMismatch},
    Meaning{CKR_RANDOM_SEED_NOT_SUPPORTED, "CKR_RANDOM_SEED_NOT_SUPPORTED", ErrorCode::unsupported},
    Meaning{CKR_RANDOM_NO_RNG, "CKR_RANDOM_NO_RNG", ErrorCode::unsupported},
    Meaning{CKR_DOMAIN_PARAMS_INVALID, "CKR_DOMAIN_PARAMS_INVALID", ErrorCode::unsupported},
    Meaning{CKR_CURVE_NOT_SUPPORTED, "CKR_CURVE_NOT_SUPPORTED", ErrorCode::unsupported},
    Meaning{CKR_BUFFER_TOO_SMALL, "CKR_BUFFER_TOO_SMALL", ErrorCode::driverError},
    Meaning{CKR_CRYPTOKI_NOT_INITIALIZED, "CKR_CRYPTOKI_NOT_INITIALIZED", ErrorCode::driverError},
    Meaning{CKR_CRYPTOKI_ALREADY_INITIALIZED, "CKR_CRYPTOKI_ALREADY_INITIALIZED", ErrorCode::driverError},
    Meaning{CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED", ErrorCode::userCancelled},
};

const Meaning* find(CK_RV value) {
    const auto* found = std::find_if(kMeanings.begin(), kMeanings.end(),
                                     [&](const Meaning& meaning) { return meaning.value == value; });
    return found == kMeanings.end() ? nullptr : found;
}

std::string hexNumber(CK_RV value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    do {
        text.insert(text.begin(), kDigits[value & 0xfU]);
        value >>= 4U;
    } while (value != 0);
    return "0x" + text;
}

}  // namespace

std::string nameOf(CK_RV value) {
    const Meaning* meaning = find(value);
    return meaning != nullptr ? meaning->name : hexNumber(value);
}

Error errorOf(const char* function, CK_RV value) {
    const Meaning* meaning = find(value);
    Error error(meaning != nullptr ? meaning->code : ErrorCode::driverError,
                std::string(function) + " returned " + nameOf(value));
    error.withDriverCode(value);
    return error;
}

bool meansOtherMechanism(CK_RV value) noexcept {
    return value == CKR_MECHANISM_INVALID || value == CKR_MECHANISM_PARAM_INVALID ||
           value == CKR_FUNCTION_NOT_SUPPORTED || value == CKR_KEY_FUNCTION_NOT_PERMITTED ||
           value == CKR_KEY_TYPE_INCONSISTENT || value == CKR_KEY_SIZE_RANGE;
}

bool meansStaleHandle(CK_RV value) noexcept {
    return value == CKR_KEY_HANDLE_INVALID || value == CKR_OBJECT_HANDLE_INVALID ||
           value == CKR_UNWRAPPING_KEY_HANDLE_INVALID;
}

}  // namespace ukey::pkcs11
