// What is on the fake library's tokens, how it was told to misbehave, and what its functions share.
#pragma once

#include <openssl/evp.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fake_structures.hpp"

namespace fake {

/// Another token with the same serial number ("twin").
inline constexpr const char* kTwin = "Fake Device 2";
/// Another application with a container and a PIN of its own: "secondApplication" 1: behind the other, with a
/// certificate; 2: before it, without one, as makers have it. Closing an application ends its login then.
inline constexpr const char* kSecondApplication = "SECOND-APP";
inline constexpr const char* kSecondContainer = "other";

struct Pair {
    bool there = false;
    BYTE seed = 0;  // Coordinates are made of it.
    Bytes x, y;
    Bytes certificate;
};

struct Container {
    bool isRsa = false;
    Pair pairs[2];  // 1: signing, 0: encryption, as bSignFlag.
};

struct Session {
    BLOCKCIPHERPARAM start{};
    ULONG algorithm = 0;
    Bytes previous;
    Bytes held;
};

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

struct Library {
    std::map<std::string, long long> settings;
    std::map<std::string, std::string> texts;
    std::map<std::string, long long> calls;
    std::string device = "Fake Device 1";
    std::string application = "FAKE-APP";
    std::map<std::string, Container> containers;
    std::string userPin = "111111", adminPin = "admin";
    std::string secondPin = "222222";
    long long userTries = 6, adminTries = 6, secondTries = 6;
    bool loggedIn = false;
    std::map<HANDLE, std::pair<char, std::string>> handles;  // Kind: d, a, c, s.
    std::map<HANDLE, std::string> deviceOf;                  // Of an application.
    std::map<HANDLE, Session> sessions;
    std::uintptr_t lastHandle = 0x1000;
    BLOCKCIPHERPARAM lastParameters{};
    Bytes lastSigned;
    Bytes lastImport;
};

Library& state();
/// 2048 bits, made with the first state.
EVP_PKEY* rsaKey();

/// What a test said through fakeSet.
long long setting(const std::string& name, long long otherwise = 0);

/// The code to answer at once, when the function was told to fail.
std::optional<ULONG> entered(const char* function);

HANDLE newHandle(char kind, const std::string& name);
bool isHandle(HANDLE handle, char kind);
Container* containerOf(HANDLE handle);
bool isInSecond(HANDLE application);
ULONG closeHandle(HANDLE handle, char kind);

/// An output of variable length, in the library's own understanding of two calls.
ULONG give(const char* function, const Bytes& data, void* out, ULONG* length);
ULONG giveNames(const char* function, const std::vector<std::string>& names, char* out, ULONG* length);

/// A number in a field of 64 octets, on the side where this library has it.
void place(const Bytes& number, BYTE* field);
bool isPlaced(const BYTE* field, BYTE first);

Pair newPair(BYTE seed);
Bytes eccBlob(const Pair& pair);
Bytes rsaBlob();

}  // namespace fake
