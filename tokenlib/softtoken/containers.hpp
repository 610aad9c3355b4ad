// Containers and the key pairs in them.
#pragma once

#include "tokenlib/softtoken/handles.hpp"
#include "tokenlib/softtoken/store.hpp"

namespace ukey::softtoken {

/// The draft's container; throws SAR_FILE_NOT_EXIST.
Container& containerIn(State& draft, const ContainerHandle& handle);

/// Puts a pair in the place of the old one, whose certificate goes with it. The user is logged in. Throws
/// SAR_KEYINFOTYPEERR when the container holds keys of the other kind, SAR_NO_ROOM.
void storeKeyPair(Access& access, const ContainerHandle& handle, bool signing, const PrivateKey& key);

/// The private key, of that kind. Throws SAR_KEYINFOTYPEERR.
template <class Key>
std::shared_ptr<const Key> privateKeyOf(Access& access, const ContainerHandle& handle, bool signing) {
    const auto any = access.privateKey(handle, signing);
    const Key* key = std::get_if<Key>(any.get());
    require(key != nullptr, SAR_KEYINFOTYPEERR);
    return {any, key};
}

}  // namespace ukey::softtoken
