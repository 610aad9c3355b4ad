#include "tokenlib/softtoken/remote.hpp"

#include <algorithm>

#include "tokenlib/softtoken/digest.hpp"
#include "tokenlib/softtoken/pins.hpp"
#include "tokenlib/softtoken/sm2.hpp"
#include "tokenlib/softtoken/sm4.hpp"

namespace ukey::softtoken {
namespace {

constexpr std::size_t kRandomSize = 8;
constexpr std::size_t kMacSize = 4;
constexpr std::size_t kWrappedSize = 64 + 32 + kSm4KeySize;  // C1 || C3 || C2
constexpr std::size_t kMinPin = 6;
constexpr std::size_t kMaxPin = 16;

Sm2Cipher wrappedKey(ByteView octets) {
    Sm2Cipher cipher;
    std::ranges::copy(octets.first(64), cipher.point.begin());
    std::ranges::copy(octets.subspan(64, 32), cipher.hash.begin());
    cipher.cipher.assign(octets.begin() + 96, octets.end());
    return cipher;
}

// Length (2, little-endian) || PIN || 0x80 || zeros.
Secret pinIn(const Secret& plain) {
    const ByteView octets = plain.view();
    const std::size_t size = octets[0] | (octets[1] << 8);
    require(size >= kMinPin && size <= kMaxPin && size + 3 <= octets.size() && octets[2 + size] == 0x80,
            SAR_INDATAERR);
    return Secret::copyOf(octets.subspan(2, size));
}

// The first octets of SM4-CBC-MAC over the PIN with the padding that it is sent with.
bool isGenuine(const Secret& key, ByteView random, const Secret& pin, ByteView mac) {
    Sm4Block iv{};
    std::ranges::copy(random, iv.begin());
    Secret padded(pin.size() + kSm4BlockSize);
    padded.append(pin.view());
    const std::uint8_t mark = 0x80;
    padded.append({&mark, 1});
    padded.resize((padded.size() + kSm4BlockSize - 1) / kSm4BlockSize * kSm4BlockSize);
    Sm4Mac reckoned(key, iv, false);
    reckoned.update(padded.view());
    return equalInConstantTime(ByteView(reckoned.finish()).first(kMacSize), mac);
}

}  // namespace

Bytes newRemoteRequest(Application& application) {
    const Sm2Private key = Sm2Private::generate();
    const Bytes random = randomBytes(kRandomSize);
    application.remoteRequest =
        RemoteRequest{random, Bytes(key.scalar().view().begin(), key.scalar().view().end())};
    Bytes request = random;
    request.insert(request.end(), key.publicKey().begin(), key.publicKey().end());
    return request;
}

void acceptRemoteResponse(Change& change, const Bytes& applicationId, ByteView response, ULONG& triesLeft) {
    Application& application = applicationIn(change.draft(), applicationId);
    triesLeft = application.admin.triesLeft;
    require(application.remoteRequest.has_value(), SAR_NOTINITIALIZEERR);
    require(response.size() > kMacSize + kWrappedSize, SAR_INDATALENERR);
    const ByteView sealedPin = response.first(response.size() - kMacSize - kWrappedSize);
    const ByteView mac = response.subspan(sealedPin.size(), kMacSize);
    require(sealedPin.size() % kSm4BlockSize == 0 && sealedPin.size() <= 2 * kSm4BlockSize, SAR_INDATALENERR);

    const RemoteRequest request = *application.remoteRequest;
    const Secret key =
        Sm2Private::fromScalar(request.privateKey).decrypt(wrappedKey(response.last(kWrappedSize)));
    application.remoteRequest.reset();
    const Secret masterKey = checkRemoteKey(change, applicationId, key, triesLeft);
    const Secret pin = pinIn(sm4Ecb(key, false, sealedPin));
    require(isGenuine(key, request.random, pin, mac), SAR_INDATAERR);
    setPin(applicationIn(change.draft(), applicationId), USER_TYPE, masterKey, pin.view());
    change.commit();
}

}  // namespace ukey::softtoken
