#include "tokenlib/softtoken/containers.hpp"

#include <algorithm>

#include "tokenlib/softtoken/pins.hpp"
#include "tokenlib/softtoken/rights.hpp"
#include "tokenlib/softtoken/seal.hpp"

namespace ukey::softtoken {
namespace {

KeyPair sealedPair(const Secret& masterKey, ByteView context, const PrivateKey& key) {
    KeyPair pair;
    if (const auto* sm2 = std::get_if<Sm2Private>(&key)) {
        pair.kind = KeyKind::sm2;
        pair.publicKey.assign(sm2->publicKey().begin(), sm2->publicKey().end());
        pair.sealedPrivateKey = seal(masterKey, context, sm2->scalar().view());
    } else {
        const auto& rsa = std::get<RsaPrivate>(key);
        const RSAPUBLICKEYBLOB blob = rsa.publicBlob();
        pair.kind = KeyKind::rsa;
        pair.publicKey.assign(blob.Modulus, blob.Modulus + sizeof blob.Modulus);
        pair.publicKey.insert(pair.publicKey.end(), blob.PublicExponent,
                              blob.PublicExponent + sizeof blob.PublicExponent);
        pair.sealedPrivateKey = seal(masterKey, context, rsa.toPkcs1().view());
    }
    return pair;
}

}  // namespace

Container& containerIn(State& draft, const ContainerHandle& handle) {
    auto& containers = applicationIn(draft, handle.application->id).containers;
    const auto found = std::find_if(containers.begin(), containers.end(),
                                    [&handle](const Container& one) { return one.id == handle.id; });
    require(found != containers.end(), SAR_FILE_NOT_EXIST);
    return *found;
}

void storeKeyPair(Access& access, const ContainerHandle& handle, bool signing, const PrivateKey& key) {
    const Bytes& application = handle.application->id;
    access.requireUser(application);
    KeyPair pair = sealedPair(access.masterKey(application), keyContext(handle.id, signing), key);
    Change change(access.store());
    Container& container = containerIn(change.draft(), handle);
    // A container is of one kind; a lone signing pair may be replaced by one of the other kind.
    require(!container.pair(!signing).present() || container.pair(!signing).kind == pair.kind,
            SAR_KEYINFOTYPEERR);
    container.pair(signing) = std::move(pair);
    requireRoom(change.draft());
    change.commit();
}

}  // namespace ukey::softtoken
