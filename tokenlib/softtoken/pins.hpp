// PINs: checking them against their counters, and setting them.
#pragma once

#include "tokenlib/base/secret.hpp"
#include "tokenlib/softtoken/store.hpp"

namespace ukey::softtoken {

/// An application that is new but for its name and rights: identity, master key, both PINs.
struct NewApplication {
    std::string name;
    ULONG createFileRights = SECURE_USER_ACCOUNT;
    ByteView adminPin;
    ULONG adminTries = 0;
    ByteView userPin;
    ULONG userTries = 0;
};
Application makeApplication(const NewApplication& wanted);

/// The factory's last step, on the token's first use.
void personalise(Store& store);

/// The draft's application of that identity; throws SAR_APPLICATION_NOT_EXISTS.
Application& applicationIn(State& draft, const Bytes& id);

/// Checks a PIN and gives the master key. The try is taken off on the disk before the PIN is looked at, and
/// given back after; nothing is won by stopping the token in between. Throws SAR_PIN_INCORRECT, or
/// SAR_PIN_LOCKED when no try is left (now or before); `triesLeft` tells the rest in every case.
Secret checkPin(Change& change, const Bytes& applicationId, ULONG type, ByteView pin, ULONG& triesLeft);

/// Sets a PIN and frees its counter; the caller commits.
void setPin(Application& application, ULONG type, const Secret& masterKey, ByteView pin);

/// K of a remote answer: the first 16 octets of SHA-1 over the administrator PIN, filled with zeros to 16
/// octets.
Secret remoteKey(ByteView adminPin);

/// For SKF_RemoteUnblockPIN: the master key under K, at the cost of an administrator's try as with checkPin.
Secret checkRemoteKey(Change& change, const Bytes& applicationId, const Secret& key, ULONG& triesLeft);

}  // namespace ukey::softtoken
