// The names that the description has for values of enumerations.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/policy/scopes.hpp"
#include "tokenlib/enrolment/record.hpp"
#include "tokenlib/message/family.hpp"
#include "tokenlib/pki/auth_token.hpp"
#include "tokenlib/pki/content_cipher.hpp"
#include "tokenlib/pki/ra_answer.hpp"
#include "tokenlib/token/types.hpp"

namespace ukey::api {

/// What a signature is part of: nothing, a message of PKCS#7 or GB/T 35275, one of CAdES.
enum class SignatureFormat : std::uint8_t { raw, pkcs7, cms };

/// Who has the right to unlock a PIN: the administrator who sits here, or an RA.
enum class UnlockMethod : std::uint8_t { local, remote };

/// How a result's octets come, if not within it.
enum class Output : std::uint8_t { stream };

template <class Enum>
struct Named {
    std::string_view name;
    Enum value;
};
template <class Enum>
Named(std::string_view, Enum) -> Named<Enum>;

// Of enumerations that have no names but the protocol's.
inline constexpr std::array kSignatureFormats{Named{"raw", SignatureFormat::raw},
                                              Named{"pkcs7", SignatureFormat::pkcs7},
                                              Named{"cms", SignatureFormat::cms}};
inline constexpr std::array kUnlockMethods{Named{"local", UnlockMethod::local},
                                           Named{"remote", UnlockMethod::remote}};
inline constexpr std::array kOutputs{Named{"stream", Output::stream}};
inline constexpr std::array kFamilies{Named{"gm", cms::Family::gm}, Named{"cms", cms::Family::cms}};
inline constexpr std::array kContentCiphers{
    Named{"sm4-cbc", pki::ContentCipher::sm4Cbc}, Named{"sm4-gcm", pki::ContentCipher::sm4Gcm},
    Named{"aes256-cbc", pki::ContentCipher::aes256Cbc}, Named{"aes256-gcm", pki::ContentCipher::aes256Gcm}};
inline constexpr std::array kEnrolmentKeys{Named{"new", enrolment::Keys::fresh},
                                           Named{"keep", enrolment::Keys::kept}};

/// The name of a value that has one.
template <class Enum, std::size_t count>
constexpr std::string_view nameIn(const std::array<Named<Enum>, count>& names, Enum value) {
    for (const auto& entry : names) {
        if (entry.value == value) return entry.name;
    }
    return {};
}

template <const auto& names>
constexpr auto valueIn(std::string_view name) {
    std::optional<decltype(names[0].value)> found;
    for (const auto& entry : names) {
        if (entry.name == name) found = entry.value;
    }
    return found;
}

/// Of an enumeration that params hold: std::optional<Enum>(std::string_view).
template <class Enum>
inline constexpr auto kChoiceFrom = nullptr;
template <>
inline constexpr auto kChoiceFrom<token::KeyAlgorithm> = token::keyAlgorithmFrom;
template <>
inline constexpr auto kChoiceFrom<token::KeyUsage> = token::keyUsageFrom;
template <>
inline constexpr auto kChoiceFrom<token::DigestAlgorithm> = token::digestAlgorithmFrom;
template <>
inline constexpr auto kChoiceFrom<policy::Scope> = policy::scopeFrom;
template <>
inline constexpr auto kChoiceFrom<pki::AuthFormat> = pki::authFormatFrom;
template <>
inline constexpr auto kChoiceFrom<pki::EncryptionKeyFormat> = pki::encryptionKeyFormatFrom;
template <>
inline constexpr auto kChoiceFrom<enrolment::Kind> = enrolment::kindFrom;
template <>
inline constexpr auto kChoiceFrom<enrolment::Keys> = valueIn<kEnrolmentKeys>;
template <>
inline constexpr auto kChoiceFrom<SignatureFormat> = valueIn<kSignatureFormats>;
template <>
inline constexpr auto kChoiceFrom<UnlockMethod> = valueIn<kUnlockMethods>;
template <>
inline constexpr auto kChoiceFrom<Output> = valueIn<kOutputs>;
template <>
inline constexpr auto kChoiceFrom<cms::Family> = valueIn<kFamilies>;
template <>
inline constexpr auto kChoiceFrom<pki::ContentCipher> = valueIn<kContentCiphers>;

}  // namespace ukey::api
