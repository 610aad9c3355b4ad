// All that a soft token remembers, as one value that is written as one file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/gmt0016/skf.h"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::softtoken {

/// The application's master key, sealed under a key that is derived from a PIN.
struct PinWrap {
    Bytes salt;
    std::uint32_t iterations = 0;
    Bytes sealed;
};

struct Pin {
    ULONG maxTries = 0;
    ULONG triesLeft = 0;
    bool isDefault = false;
    PinWrap wrap;
};

enum class KeyKind : std::uint8_t { none, rsa, sm2 };

struct KeyPair {
    KeyKind kind = KeyKind::none;
    /// SM2: X || Y, 64 octets. RSA: modulus, 256 octets, then the exponent, 4 octets.
    Bytes publicKey;
    /// SM2: d, 32 octets; RSA: RSAPrivateKey (PKCS#1); sealed under the master key.
    Bytes sealedPrivateKey;
    Bytes certificate;

    bool present() const noexcept { return kind != KeyKind::none; }
};

struct Container {
    Bytes id;
    std::string name;
    KeyPair sign;
    KeyPair encrypt;

    KeyPair& pair(bool signing) noexcept { return signing ? sign : encrypt; }
    const KeyPair& pair(bool signing) const noexcept { return signing ? sign : encrypt; }
    KeyKind kind() const noexcept { return sign.present() ? sign.kind : encrypt.kind; }
};

struct File {
    std::string name;
    ULONG size = 0;
    ULONG readRights = 0;
    ULONG writeRights = 0;
    bool sealed = false;
    /// The content, or the content sealed under the master key.
    Bytes content;
};

/// A question that waits for the administrator's answer (README.md, "Remote unblocking").
struct RemoteRequest {
    Bytes random;
    Bytes privateKey;
};

struct Application {
    Bytes id;
    std::string name;
    ULONG createFileRights = 0;
    Pin admin;
    Pin user;
    /// The master key under the key K that stands for the administrator PIN in a remote answer.
    PinWrap remote;
    std::optional<RemoteRequest> remoteRequest;
    std::vector<Container> containers;
    std::vector<File> files;

    Pin& pin(ULONG type) noexcept { return type == ADMIN_TYPE ? admin : user; }
    const Pin& pin(ULONG type) const noexcept { return type == ADMIN_TYPE ? admin : user; }
};

/// What the library still has to do before the token's first use.
struct Factory {
    std::string application;
    std::string adminPin;
    std::string userPin;
};

struct State {
    std::string serial;
    std::string model;
    std::string label;
    Room room;
    Bytes deviceAuthKey;
    std::optional<Factory> factory;
    std::vector<Application> applications;
};

inline constexpr std::size_t kMaxStateSize = std::size_t{16} << 20;

std::string encodeState(const State& state);
/// Throws Error `driverError` for a text that is no state of a token.
State decodeState(ByteView text);

/// Octets in use, as DEVINFO counts them.
std::uint64_t usedRoom(const State& state) noexcept;

}  // namespace ukey::softtoken
