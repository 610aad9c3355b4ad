#include "tokenlib/token/types.hpp"

#include <array>
#include <cstddef>

#include "tokenlib/token/driver_kind.hpp"

namespace ukey::token {
namespace {

// Indexed by the enumerators' values.
constexpr std::array<std::string_view, 6> kKeyAlgorithms{"sm2",     "rsa2048", "rsa3072",
                                                         "rsa4096", "p256",    "p384"};
constexpr std::array<std::string_view, 2> kDriverKinds{"skf", "pkcs11"};
constexpr std::array<std::string_view, 2> kKeyUsages{"sign", "encrypt"};
constexpr std::array<std::string_view, 4> kDigestAlgorithms{"sm3", "sha256", "sha384", "sha512"};
constexpr std::array<std::string_view, 4> kKeyDigests{"sha1", "sha256", "sha384", "sha512"};
constexpr std::array<std::string_view, 5> kPinStatuses{"ok", "low", "final", "locked", "default"};
constexpr std::array<std::string_view, 4> kTokenStates{"blank", "ready", "locked", "unusable"};
constexpr std::array<std::string_view, 2> kKeyDeliveries{"enveloped-sm2", "wrapped"};

template <class Enum, std::size_t n>
std::optional<Enum> find(const std::array<std::string_view, n>& names, std::string_view name) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
        if (names[i] == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

std::size_t digestLength(DigestAlgorithm algorithm) noexcept {
    switch (algorithm) {
        case DigestAlgorithm::sm3:
        case DigestAlgorithm::sha256:
            return 32;
        case DigestAlgorithm::sha384:
            return 48;
        case DigestAlgorithm::sha512:
            return 64;
    }
    return 0;
}

bool isRsa(KeyAlgorithm algorithm) noexcept {
    return algorithm == KeyAlgorithm::rsa2048 || algorithm == KeyAlgorithm::rsa3072 ||
           algorithm == KeyAlgorithm::rsa4096;
}

bool isNistCurve(KeyAlgorithm algorithm) noexcept {
    return algorithm == KeyAlgorithm::p256 || algorithm == KeyAlgorithm::p384;
}

std::size_t coordinateLength(KeyAlgorithm algorithm) noexcept {
    switch (algorithm) {
        case KeyAlgorithm::sm2:
        case KeyAlgorithm::p256:
            return 32;
        case KeyAlgorithm::p384:
            return 48;
        default:
            return 0;
    }
}

std::size_t modulusLength(KeyAlgorithm algorithm) noexcept {
    switch (algorithm) {
        case KeyAlgorithm::rsa2048:
            return 256;
        case KeyAlgorithm::rsa3072:
            return 384;
        case KeyAlgorithm::rsa4096:
            return 512;
        default:
            return 0;
    }
}

std::size_t signatureLength(KeyAlgorithm algorithm) noexcept {
    return isRsa(algorithm) ? modulusLength(algorithm) : 2 * coordinateLength(algorithm);
}

std::optional<KeyAlgorithm> rsaOfLength(std::size_t octets) noexcept {
    for (const auto algorithm : {KeyAlgorithm::rsa2048, KeyAlgorithm::rsa3072, KeyAlgorithm::rsa4096}) {
        if (modulusLength(algorithm) == octets) return algorithm;
    }
    return std::nullopt;
}

std::string_view toString(KeyAlgorithm a) noexcept { return kKeyAlgorithms[static_cast<std::size_t>(a)]; }
std::string_view toString(DriverKind k) noexcept { return kDriverKinds[static_cast<std::size_t>(k)]; }
std::string_view toString(KeyUsage u) noexcept { return kKeyUsages[static_cast<std::size_t>(u)]; }
std::string_view toString(DigestAlgorithm a) noexcept {
    return kDigestAlgorithms[static_cast<std::size_t>(a)];
}
std::string_view toString(KeyDigest d) noexcept { return kKeyDigests[static_cast<std::size_t>(d)]; }
bool isSameConnection(const TokenInfo& one, const TokenInfo& other) noexcept {
    const bool sameSerial = one.serial.empty() || other.serial.empty() || one.serial == other.serial;
    const bool sameNumber =
        one.connection == 0 || other.connection == 0 || one.connection == other.connection;
    return one.id == other.id && sameSerial && sameNumber;
}

std::string_view toString(PinStatus s) noexcept { return kPinStatuses[static_cast<std::size_t>(s)]; }
std::string_view toString(KeyDelivery d) noexcept { return kKeyDeliveries[static_cast<std::size_t>(d)]; }
std::string_view toString(TokenState s) noexcept { return kTokenStates[static_cast<std::size_t>(s)]; }

std::optional<KeyAlgorithm> keyAlgorithmFrom(std::string_view n) noexcept {
    return find<KeyAlgorithm>(kKeyAlgorithms, n);
}
std::optional<DriverKind> driverKindFrom(std::string_view n) noexcept {
    return find<DriverKind>(kDriverKinds, n);
}
std::optional<KeyUsage> keyUsageFrom(std::string_view n) noexcept { return find<KeyUsage>(kKeyUsages, n); }
std::optional<DigestAlgorithm> digestAlgorithmFrom(std::string_view n) noexcept {
    return find<DigestAlgorithm>(kDigestAlgorithms, n);
}
std::optional<KeyDigest> keyDigestFrom(std::string_view n) noexcept {
    return find<KeyDigest>(kKeyDigests, n);
}
std::optional<KeyDelivery> keyDeliveryFrom(std::string_view n) noexcept {
    return find<KeyDelivery>(kKeyDeliveries, n);
}
std::optional<PinStatus> pinStatusFrom(std::string_view n) noexcept {
    return find<PinStatus>(kPinStatuses, n);
}
std::optional<TokenState> tokenStateFrom(std::string_view n) noexcept {
    return find<TokenState>(kTokenStates, n);
}

}  // namespace ukey::token
