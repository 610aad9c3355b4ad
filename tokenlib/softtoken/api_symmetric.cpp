// GM/T 0016 clause 7.6, session keys and SM4.
#include <algorithm>
#include <utility>

#include "tokenlib/softtoken/blobs.hpp"
#include "tokenlib/softtoken/call.hpp"
#include "tokenlib/softtoken/containers.hpp"
#include "tokenlib/softtoken/digest.hpp"
#include "tokenlib/softtoken/limits.hpp"
#include "tokenlib/softtoken/session.hpp"

using namespace ukey;
using namespace ukey::softtoken;

namespace ukey::softtoken {

std::optional<Sm4Mode> modeOf(ULONG algorithm) {
    switch (algorithm) {
        case SGD_SM4_ECB:
            return Sm4Mode::ecb;
        case SGD_SM4_CBC:
            return Sm4Mode::cbc;
        case SGD_SM4_CFB:
            return Sm4Mode::cfb;
        case SGD_SM4_OFB:
            return Sm4Mode::ofb;
        case SGD_SM4_MAC:
            return std::nullopt;
        default:
            throw SarError(SAR_NOTSUPPORTYETERR);
    }
}

Secret newSessionKey() {
    Secret key(kSm4KeySize);
    key.resize(kSm4KeySize);
    fillRandom({key.data(), key.size()});
    return key;
}

HANDLE addSessionKey(const std::shared_ptr<DeviceHandle>& device, Secret key, ULONG algorithm) {
    return handles().add(std::make_shared<KeyHandle>(device, std::move(key), algorithm));
}

}  // namespace ukey::softtoken

namespace {

Sm4Stream::Parameters parametersFrom(const BLOCKCIPHERPARAM& given, ULONG algorithm, bool encrypt) {
    const auto mode = modeOf(algorithm);
    require(mode.has_value(), SAR_KEYUSAGEERR);
    const bool blockwise = *mode == Sm4Mode::ecb || *mode == Sm4Mode::cbc;
    require(given.PaddingType == SKF_PADDING_NONE || (given.PaddingType == SKF_PADDING_PKCS5 && blockwise),
            SAR_INVALIDPARAMERR);
    require(blockwise || given.FeedBitLen == 0 || given.FeedBitLen == kSm4BlockSize * 8,
            SAR_NOTSUPPORTYETERR);
    Sm4Stream::Parameters parameters{
        .mode = *mode, .encrypt = encrypt, .padding = given.PaddingType == SKF_PADDING_PKCS5};
    if (*mode != Sm4Mode::ecb) {
        require(given.IVLen == kSm4BlockSize, SAR_INVALIDPARAMERR);
        std::copy_n(given.IV, kSm4BlockSize, parameters.iv.begin());
    }
    return parameters;
}

using StreamSlot = std::unique_ptr<Sm4Stream> KeyHandle::*;

ULONG initialise(const char* function, HANDLE hKey, const BLOCKCIPHERPARAM& parameters, StreamSlot slot) {
    return exported(function, on(hKey), [&] {
        const auto key = handles().get<KeyHandle>(hKey);
        const Access access(*key->device);
        (*key).*slot = std::make_unique<Sm4Stream>(
            key->key, parametersFrom(parameters, key->algorithm, slot == &KeyHandle::encrypting));
    });
}

Sm4Stream& streamOf(KeyHandle& key, StreamSlot slot) {
    require((key.*slot) != nullptr, SAR_NOTINITIALIZEERR);
    return *(key.*slot);
}

ULONG update(const char* function, HANDLE hKey, const BYTE* data, ULONG size, BYTE* out, ULONG* outSize,
             StreamSlot slot) {
    return exported(function, on(hKey), sized(out, outSize), [&] {
        const auto key = handles().get<KeyHandle>(hKey);
        const Access access(*key->device);
        requirePointers(outSize);
        const ByteView octets = input(data, size);
        require(size <= kMaxBuffer, SAR_INDATALENERR);
        Sm4Stream& stream = streamOf(*key, slot);
        if (offer(stream.updateSize(size), out, outSize))
            std::ranges::copy(stream.update(octets).view(), out);
    });
}

ULONG finish(const char* function, HANDLE hKey, BYTE* out, ULONG* outSize, StreamSlot slot) {
    return exported(function, on(hKey), sized(out, outSize), [&] {
        const auto key = handles().get<KeyHandle>(hKey);
        const Access access(*key->device);
        requirePointers(outSize);
        const Sm4Stream& before = streamOf(*key, slot);
        // Nothing comes out without padding, and then there need be no buffer.
        if (before.finishSize() > 0 && out == nullptr) {
            *outSize = static_cast<ULONG>(before.finishSize());
            return;
        }
        const ULONG capacity = *outSize;
        // The message is over, however it ends; but not because a buffer was too small.
        const bool encrypting = slot == &KeyHandle::encrypting;
        require(!encrypting || capacity >= before.finishSize(), SAR_BUFFER_TOO_SMALL);
        const auto stream = std::exchange((*key).*slot, nullptr);
        const Secret rest = stream->finish();
        *outSize = static_cast<ULONG>(rest.size());
        require(capacity >= rest.size(), SAR_BUFFER_TOO_SMALL);
        std::ranges::copy(rest.view(), out);
    });
}

// A whole message in one call: update and final together.
ULONG whole(const char* function, HANDLE hKey, const BYTE* data, ULONG size, BYTE* out, ULONG* outSize,
            StreamSlot slot) {
    return exported(function, on(hKey), sized(out, outSize), [&] {
        const auto key = handles().get<KeyHandle>(hKey);
        const Access access(*key->device);
        requirePointers(outSize);
        const ByteView octets = input(data, size);
        require(size <= kMaxBuffer, SAR_INDATALENERR);
        const std::size_t most = streamOf(*key, slot).updateSize(size) + streamOf(*key, slot).finishSize();
        if (out == nullptr) {
            *outSize = static_cast<ULONG>(most);
            return;
        }
        const bool encrypting = slot == &KeyHandle::encrypting;
        if (encrypting && *outSize < most) {
            *outSize = static_cast<ULONG>(most);
            throw SarError(SAR_BUFFER_TOO_SMALL);
        }
        const auto stream = std::exchange((*key).*slot, nullptr);
        const Secret first = stream->update(octets);
        const Secret rest = stream->finish();
        const ULONG capacity = std::exchange(*outSize, static_cast<ULONG>(first.size() + rest.size()));
        require(capacity >= *outSize, SAR_BUFFER_TOO_SMALL);
        std::ranges::copy(first.view(), out);
        std::ranges::copy(rest.view(), out + first.size());
    });
}

// The key inside what was wrapped for the container's encryption pair.
Secret unwrapSessionKey(Access& access, const ContainerHandle& handle, const BYTE* wrapped, ULONG size) {
    const auto key = access.privateKey(handle, false);
    if (const auto* rsa = std::get_if<RsaPrivate>(key.get())) return rsa->decrypt({wrapped, size});
    require(size >= sizeof(ECCCIPHERBLOB) - 1 + kSm4KeySize, SAR_INDATALENERR);
    return std::get<Sm2Private>(*key).decrypt(
        cipherFrom(reinterpret_cast<const ECCCIPHERBLOB*>(wrapped), size));
}

}  // namespace

ULONG DEVAPI SKF_ImportSessionKey(HCONTAINER hContainer, ULONG ulAlgId, BYTE* pbWrappedData,
                                  ULONG ulWrapedLen, HANDLE* phKey) {
    return exported("ImportSessionKey", on(hContainer), [&] {
        const auto handle = handles().get<ContainerHandle>(hContainer);
        Access access(*handle);
        requirePointers(pbWrappedData);
        requirePointers(phKey);
        requireSessionAlgorithm(ulAlgId);
        Secret key = unwrapSessionKey(access, *handle, pbWrappedData, ulWrapedLen);
        require(key.size() == kSm4KeySize, SAR_INDATAERR);
        *phKey = addSessionKey(handle->device, std::move(key), ulAlgId);
    });
}

ULONG DEVAPI SKF_SetSymmKey(DEVHANDLE hDev, BYTE* pbKey, ULONG ulAlgID, HANDLE* phKey) {
    return exported("SetSymmKey", on(hDev), [&] {
        const auto device = handles().get<DeviceHandle>(hDev);
        const Access access(*device);
        requirePointers(pbKey);
        requirePointers(phKey);
        requireSessionAlgorithm(ulAlgID);
        *phKey = addSessionKey(device, Secret::copyOf(ByteView(pbKey, kSm4KeySize)), ulAlgID);
    });
}

ULONG DEVAPI SKF_EncryptInit(HANDLE hKey, BLOCKCIPHERPARAM EncryptParam) {
    return initialise("EncryptInit", hKey, EncryptParam, &KeyHandle::encrypting);
}

ULONG DEVAPI SKF_Encrypt(HANDLE hKey, BYTE* pbData, ULONG ulDataLen, BYTE* pbEncryptedData,
                         ULONG* pulEncryptedLen) {
    return whole("Encrypt", hKey, pbData, ulDataLen, pbEncryptedData, pulEncryptedLen,
                 &KeyHandle::encrypting);
}

ULONG DEVAPI SKF_EncryptUpdate(HANDLE hKey, BYTE* pbData, ULONG ulDataLen, BYTE* pbEncryptedData,
                               ULONG* pulEncryptedLen) {
    return update("EncryptUpdate", hKey, pbData, ulDataLen, pbEncryptedData, pulEncryptedLen,
                  &KeyHandle::encrypting);
}

ULONG DEVAPI SKF_EncryptFinal(HANDLE hKey, BYTE* pbEncryptedData, ULONG* pulEncryptedDataLen) {
    return finish("EncryptFinal", hKey, pbEncryptedData, pulEncryptedDataLen, &KeyHandle::encrypting);
}

ULONG DEVAPI SKF_DecryptInit(HANDLE hKey, BLOCKCIPHERPARAM DecryptParam) {
    return initialise("DecryptInit", hKey, DecryptParam, &KeyHandle::decrypting);
}

ULONG DEVAPI SKF_Decrypt(HANDLE hKey, BYTE* pbEncryptedData, ULONG ulEncryptedLen, BYTE* pbData,
                         ULONG* pulDataLen) {
    return whole("Decrypt", hKey, pbEncryptedData, ulEncryptedLen, pbData, pulDataLen,
                 &KeyHandle::decrypting);
}

ULONG DEVAPI SKF_DecryptUpdate(HANDLE hKey, BYTE* pbEncryptedData, ULONG ulEncryptedLen, BYTE* pbData,
                               ULONG* pulDataLen) {
    return update("DecryptUpdate", hKey, pbEncryptedData, ulEncryptedLen, pbData, pulDataLen,
                  &KeyHandle::decrypting);
}

ULONG DEVAPI SKF_DecryptFinal(HANDLE hKey, BYTE* pbDecryptedData, ULONG* pulDecryptedDataLen) {
    return finish("DecryptFinal", hKey, pbDecryptedData, pulDecryptedDataLen, &KeyHandle::decrypting);
}

ULONG DEVAPI SKF_CloseHandle(HANDLE hHandle) {
    return exported("CloseHandle", on(hHandle), [&] {
        const auto object = handles().find(hHandle);
        const bool closable = std::dynamic_pointer_cast<KeyHandle>(object) ||
                              std::dynamic_pointer_cast<HashHandle>(object) ||
                              std::dynamic_pointer_cast<MacHandle>(object) ||
                              std::dynamic_pointer_cast<AgreementHandle>(object);
        require(closable, SAR_INVALIDHANDLEERR);
        handles().remove(hHandle);
    });
}
