// The Api of api.hpp over the functions of one library, for one ABI.
#pragma once

#include <algorithm>
#include <utility>

#include "tokenlib/base/text.hpp"
#include "tokenlib/drivers/skf/blobs.hpp"
#include "tokenlib/drivers/skf/calls.hpp"
#include "tokenlib/drivers/skf/functions.hpp"

namespace ukey::skf {

/// What no token exceeds, and so no library may claim.
inline constexpr std::size_t kMaxKeyBlob = 4096;
inline constexpr std::size_t kMaxPlaintext = 64 * 1024;
inline constexpr std::size_t kMaxSignature = 512;

template <class Abi>
class Binding final : public Api, private Calls<Abi> {
    using Ulong = typename Abi::Ulong;
    using Bool = typename Abi::Bool;
    using Structures = typename Abi::Structures;
    using EccPublicKey = typename Structures::EccPublicKey;
    using EccCipher = typename Structures::EccCipher;
    using EccSignature = typename Structures::EccSignature;
    using CipherParameters = typename Structures::CipherParameters;
    using Calls<Abi>::bounded;
    using Calls<Abi>::check;
    using Calls<Abi>::checkPin;
    using Calls<Abi>::error;
    using Calls<Abi>::fetch;
    using Calls<Abi>::names;
    using Calls<Abi>::nonNull;
    using Calls<Abi>::opened;
    using Calls<Abi>::release;
    using Calls<Abi>::status;
    using Calls<Abi>::unsupported;

  public:
    Binding(loader::SharedLibrary library, const Quirks& quirks)
        : Calls<Abi>(SarCodes(quirks.codes)),
          functions_(std::move(library)),
          blobs_(quirks.numberAlignment),
          sm2DecryptForm_(quirks.sm2Decrypt),
          rsaDecryptForm_(quirks.rsaDecrypt),
          remoteUnblockForm_(quirks.remoteUnblock) {
        findCapabilities();
    }

    const Capabilities& capabilities() const noexcept override { return capabilities_; }

    // ---- device ----

    std::vector<std::string> devices() override {
        constexpr Bool kPresent = 1;
        return names(functions_.enumDevices.name(), [&](char* list, Ulong* size) {
            return status(functions_.enumDevices, kPresent, list, size);
        });
    }

    Handle connect(const std::string& device) override {
        return opened(functions_.connect,
                      [&](Handle* handle) { check(functions_.connect, text(device), handle); });
    }

    void disconnect(Handle device) noexcept override { release(functions_.disconnect, device); }

    DeviceInfo deviceInfo(Handle device) override {
        // Makers append fields of their own.
        constexpr std::size_t kRoom = 4096;
        Bytes buffer(kRoom);
        check(functions_.getDeviceInfo, device, static_cast<void*>(buffer.data()));
        typename Structures::DeviceInfo raw;
        std::memcpy(&raw, buffer.data(), sizeof raw);
        DeviceInfo info;
        info.manufacturer = shownText(raw.manufacturer);
        info.issuer = shownText(raw.issuer);
        info.label = shownText(raw.label);
        info.serial = fieldText(raw.serialNumber);
        info.asymmetricAlgorithms = static_cast<std::uint32_t>(Ulong(raw.asymmetricAlgorithms));
        info.maxBuffer = static_cast<std::size_t>(Ulong(raw.maxBuffer));
        return info;
    }

    Bytes random(Handle device, std::size_t length) override {
        Bytes buffer(length + kSlack);
        check(functions_.genRandom, device, buffer.data(), static_cast<Ulong>(length));
        buffer.resize(length);
        constexpr std::size_t kTellsZero = 16;
        if (length >= kTellsZero && isZero(buffer)) throw nonsense("SKF_GenRandom wrote nothing");
        return buffer;
    }

    // ---- applications ----

    std::vector<std::string> applications(Handle device) override {
        return names(functions_.enumApplications.name(), [&](char* list, Ulong* size) {
            return status(functions_.enumApplications, device, list, size);
        });
    }

    Handle openApplication(Handle device, const std::string& name) override {
        return opened(functions_.openApplication,
                      [&](Handle* handle) { check(functions_.openApplication, device, text(name), handle); });
    }

    void closeApplication(Handle application) noexcept override {
        release(functions_.closeApplication, application);
    }

    // ---- PIN ----

    PinCounters pinCounters(Handle application, token::PinRole role) override {
        Out<Ulong> max;
        Out<Ulong> left;
        Out<Bool> isDefault;
        check(functions_.getPinInfo, application, pinType(role), max.at(), left.at(), isDefault.at());
        PinCounters counters;
        if (max.value == 0 || max.value > kMaxPinTries) return counters;
        counters.max = static_cast<unsigned>(max.value);
        if (left.value <= max.value) counters.left = static_cast<unsigned>(left.value);
        counters.isDefault = isDefault.value != 0;
        return counters;
    }

    void verifyPin(Handle application, token::PinRole role, const Secret& pin) override {
        Out<Ulong> tries{.value = kUnknownTries};
        checkPin(functions_.verifyPin, tries, application, pinType(role), text(pin), tries.at());
    }

    void changePin(Handle application, token::PinRole role, const Secret& from, const Secret& to) override {
        Out<Ulong> tries{.value = kUnknownTries};
        checkPin(functions_.changePin, tries, application, pinType(role), text(from), text(to), tries.at());
    }

    void unblockPin(Handle application, const Secret& administrator, const Secret& to) override {
        Out<Ulong> tries{.value = kUnknownTries};
        checkPin(functions_.unblockPin, tries, application, text(administrator), text(to), tries.at());
    }

    void clearSecureState(Handle application) override { check(functions_.clearSecureState, application); }

    Bytes remoteUnblockRequest(Handle application) override {
        if (remoteUnblockForm_ == RemoteUnblockForm::lengthInOut) {
            return fetch(functions_.remoteRequest.name(), kMaxKeyBlob, [&](std::uint8_t* out, Ulong* length) {
                return status(functions_.remoteRequest, application, out, length);
            });
        }
        if (remoteUnblockForm_ == RemoteUnblockForm::none) throw unsupported("the remote unlock");
        constexpr std::size_t kRequestSize = 16;
        Bytes buffer(kRequestSize + kSlack);
        check(functions_.remoteRequestFixed, application, buffer.data(), static_cast<Ulong>(kRequestSize));
        buffer.resize(kRequestSize);
        if (isZero(buffer)) throw nonsense("SKF_GenRemoteUnblockRequest wrote nothing");
        return buffer;
    }

    void remoteUnblock(Handle application, ByteView response) override {
        if (remoteUnblockForm_ == RemoteUnblockForm::none) throw unsupported("the remote unlock");
        Out<Ulong> tries{.value = kUnknownTries};
        Bytes copy(response.begin(), response.end());
        checkPin(functions_.remoteUnblock, tries, application, copy.data(), static_cast<Ulong>(copy.size()),
                 tries.at());
    }

    // ---- containers ----

    std::vector<std::string> containers(Handle application) override {
        return names(functions_.enumContainers.name(), [&](char* list, Ulong* size) {
            return status(functions_.enumContainers, application, list, size);
        });
    }

    Handle createContainer(Handle application, const std::string& name) override {
        return opened(functions_.createContainer, [&](Handle* handle) {
            check(functions_.createContainer, application, text(name), handle);
        });
    }

    Handle openContainer(Handle application, const std::string& name) override {
        return opened(functions_.openContainer, [&](Handle* handle) {
            check(functions_.openContainer, application, text(name), handle);
        });
    }

    void closeContainer(Handle container) noexcept override { release(functions_.closeContainer, container); }

    void deleteContainer(Handle application, const std::string& name) override {
        check(functions_.deleteContainer, application, text(name));
    }

    // ---- certificates and keys ----

    Bytes exportCertificate(Handle container, token::KeyUsage usage) override {
        return fetch(
            functions_.exportCertificate.name(), kMaxCertificate, [&](std::uint8_t* out, Ulong* length) {
                return status(functions_.exportCertificate, container, isSigning(usage), out, length);
            });
    }

    void importCertificate(Handle container, token::KeyUsage usage, ByteView certificate) override {
        Bytes copy(certificate.begin(), certificate.end());
        check(functions_.importCertificate, container, isSigning(usage), copy.data(),
              static_cast<Ulong>(copy.size()));
    }

    std::optional<token::PublicKey> exportPublicKey(Handle container, token::KeyUsage usage) override {
        const Bytes blob =
            fetch(functions_.exportPublicKey.name(), kMaxKeyBlob, [&](std::uint8_t* out, Ulong* length) {
                return status(functions_.exportPublicKey, container, isSigning(usage), out, length);
            });
        if (blob.empty()) return std::nullopt;
        if (blob.size() < sizeof(EccPublicKey)) throw nonsense("SKF_ExportPublicKey gave a short key");
        return isEccKey(container, blob) ? blobs_.eccKey(blob) : blobs_.rsaKey(blob);
    }

    token::PublicKey generateSm2(Handle container) override {
        constexpr Ulong kSm2Signature = 0x00020100;
        Bytes blob(sizeof(EccPublicKey) + kSlack);
        check(functions_.genEccKeyPair, container, kSm2Signature, static_cast<void*>(blob.data()));
        return blobs_.eccKey(blob);
    }

    token::PublicKey generateRsa(Handle container, unsigned bits) override {
        Bytes blob(kMaxKeyBlob);
        check(functions_.genRsaKeyPair, container, static_cast<Ulong>(bits), static_cast<void*>(blob.data()));
        const auto key = blobs_.rsaKey(blob);
        if (!key || key->algorithm != token::rsaOfLength(bits / 8)) {
            throw nonsense("SKF_GenRSAKeyPair made a key of another size");
        }
        return *key;
    }

    void importSm2(Handle container, const token::EnvelopedSm2Key& key) override {
        Bytes blob = blobs_.envelope(key);
        check(functions_.importEccKeyPair, container, static_cast<void*>(blob.data()));
    }

    void importRsa(Handle container, const token::WrappedKeyPair& key) override {
        Bytes wrapped = key.wrappedKey;
        Bytes encrypted = key.encryptedPrivateKey;
        check(functions_.importRsaKeyPair, container, static_cast<Ulong>(key.symmetricAlgorithm),
              wrapped.data(), static_cast<Ulong>(wrapped.size()), encrypted.data(),
              static_cast<Ulong>(encrypted.size()));
    }

    Bytes signSm2(Handle container, ByteView digest) override {
        Bytes copy(digest.begin(), digest.end());
        // Zeroed room behind the structure, as everywhere.
        struct {
            EccSignature signature;
            std::uint8_t slack[kSlack];
        } out{};
        check(functions_.eccSign, container, copy.data(), static_cast<Ulong>(copy.size()),
              static_cast<void*>(&out.signature));
        Bytes result = blobs_.number(out.signature.r);
        const Bytes s = blobs_.number(out.signature.s);
        result.insert(result.end(), s.begin(), s.end());
        return result;
    }

    Bytes signRsa(Handle container, ByteView data, std::size_t size) override {
        Bytes copy(data.begin(), data.end());
        Bytes buffer(std::max(size, kMaxSignature) + kSlack);
        Out<Ulong> length{.value = static_cast<Ulong>(size)};
        check(functions_.rsaSign, container, copy.data(), static_cast<Ulong>(copy.size()), buffer.data(),
              length.at());
        if (length.value != size) throw nonsense("SKF_RSASignData gave a signature of a wrong length");
        buffer.resize(size);
        return buffer;
    }

    Bytes decryptSm2(Handle container, const token::Sm2Cipher& cipher) override {
        constexpr Ulong kEncryptionKey = 1;
        Bytes blob = blobs_.cipherBlob(cipher);
        void* const in = blob.data();
        switch (sm2DecryptForm_) {
            case Sm2DecryptForm::blob:
                return fetch(functions_.eccDecrypt.name(), kMaxPlaintext,
                             [&](std::uint8_t* out, Ulong* length) {
                                 return status(functions_.eccDecrypt, container, in, out, length);
                             });
            case Sm2DecryptForm::keySpecBlob:
                return fetch(
                    functions_.eccDecryptSpec.name(), kMaxPlaintext, [&](std::uint8_t* out, Ulong* length) {
                        return status(functions_.eccDecryptSpec, container, kEncryptionKey, in, out, length);
                    });
            case Sm2DecryptForm::raw: {
                Bytes raw = blobs_.concatenated(cipher);
                return fetch(functions_.eccDecryptRaw.name(), kMaxPlaintext,
                             [&](std::uint8_t* out, Ulong* length) {
                                 return status(functions_.eccDecryptRaw, container, raw.data(),
                                               static_cast<Ulong>(raw.size()), out, length);
                             });
            }
            case Sm2DecryptForm::none:
                break;
        }
        throw unsupported("decryption with an SM2 key");
    }

    Bytes decryptRsa(Handle container, ByteView cipher) override {
        constexpr Ulong kEncryptionKey = 1;
        Bytes copy(cipher.begin(), cipher.end());
        const auto size = static_cast<Ulong>(copy.size());
        switch (rsaDecryptForm_) {
            case RsaDecryptForm::plain:
                return fetch(
                    functions_.rsaDecrypt.name(), kMaxPlaintext, [&](std::uint8_t* out, Ulong* length) {
                        return status(functions_.rsaDecrypt, container, copy.data(), size, out, length);
                    });
            case RsaDecryptForm::keySpec:
                return fetch(functions_.rsaDecryptSpec.name(), kMaxPlaintext,
                             [&](std::uint8_t* out, Ulong* length) {
                                 return status(functions_.rsaDecryptSpec, container, kEncryptionKey,
                                               copy.data(), size, out, length);
                             });
            case RsaDecryptForm::none:
                break;
        }
        throw unsupported("decryption with an RSA key");
    }

    // ---- session keys ----

    Handle importSessionKey(Handle container, std::uint32_t algorithm,
                            const token::Sm2Cipher& wrapped) override {
        Bytes blob = blobs_.cipherBlob(wrapped);
        // Callers count the one octet that the structure has for the cipher, do not count it, or stop at the
        // last octet used; libraries insist on one of these. The one that served is tried first.
        const std::size_t length = wrapped.cipher.size();
        const std::array<std::size_t, 3> sizes{sizeof(EccCipher) - 1 + length, sizeof(EccCipher) + length,
                                               offsetof(EccCipher, cipher) + length};
        std::uint32_t first = sar::kOk;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const std::size_t choice = (wrappedSizeChoice_ + i) % sizes.size();
            Handle key = nullptr;
            const std::uint32_t code =
                status(functions_.importSessionKey, container, static_cast<Ulong>(algorithm), blob.data(),
                       static_cast<Ulong>(sizes[choice]), &key);
            if (code == sar::kOk) {
                wrappedSizeChoice_ = choice;
                return nonNull(functions_.importSessionKey, key);
            }
            if (first == sar::kOk) first = code;
            if (!isAboutInput(code)) break;
        }
        throw error(functions_.importSessionKey.name(), first);
    }

    Handle importSessionKey(Handle container, std::uint32_t algorithm, ByteView wrapped) override {
        Bytes copy(wrapped.begin(), wrapped.end());
        return opened(functions_.importSessionKey, [&](Handle* handle) {
            check(functions_.importSessionKey, container, static_cast<Ulong>(algorithm), copy.data(),
                  static_cast<Ulong>(copy.size()), handle);
        });
    }

    void decryptInit(Handle key, const CipherStart& start) override {
        CipherParameters parameters{};
        std::copy_n(start.iv.begin(), std::min(start.iv.size(), sizeof parameters.iv), parameters.iv);
        parameters.ivLength = static_cast<Ulong>(start.iv.size());
        parameters.feedBits = static_cast<Ulong>(start.feedBits);
        check(functions_.decryptInit, key, parameters);
    }

    Bytes decryptUpdate(Handle key, ByteView data) override {
        Bytes copy(data.begin(), data.end());
        return bounded(functions_.decryptUpdate.name(), copy.size() + kBlock,
                       [&](std::uint8_t* out, Ulong* length) {
                           check(functions_.decryptUpdate, key, copy.data(), static_cast<Ulong>(copy.size()),
                                 out, length);
                       });
    }

    Bytes decryptFinal(Handle key) override {
        return bounded(functions_.decryptFinal.name(), 2 * kBlock, [&](std::uint8_t* out, Ulong* length) {
            check(functions_.decryptFinal, key, out, length);
        });
    }

    void closeHandle(Handle handle) noexcept override { release(functions_.closeHandle, handle); }

    // ---- events ----

    void waitForEvent() override {
        std::array<char, kMaxNameLength + kSlack> name{};
        Out<Ulong> length{.value = static_cast<Ulong>(kMaxNameLength)};
        Out<Ulong> event;
        const std::uint32_t code = status(functions_.waitForEvent, name.data(), length.at(), event.at());
        // Nothing happened after all: the caller may look, and comes back.
        if (code == sar::kOk || code == sar::kNotEvent || code == sar::kDeviceRemoved) return;
        throw error(functions_.waitForEvent.name(), code);
    }

    void cancelWait() noexcept override {
        if (functions_.cancelWait) (void)functions_.cancelWait();
    }

  private:
    static constexpr std::size_t kBlock = 16;
    static constexpr Ulong kUnknownTries = 0xFFFF;

    static char* text(const std::string& name) { return const_cast<char*>(name.c_str()); }
    static char* text(const Secret& pin) { return const_cast<char*>(pin.cString()); }
    template <std::size_t n>
    static std::string fieldText(const char (&field)[n]) {
        return printable(fixedField({field, n}), n);
    }
    template <std::size_t n>
    static std::string shownText(const char (&field)[n]) {
        return shownField({field, n}, n);
    }
    static Ulong pinType(token::PinRole role) { return role == token::PinRole::user ? 1 : 0; }
    static Bool isSigning(token::KeyUsage usage) { return usage == token::KeyUsage::sign ? 1 : 0; }
    static bool isAboutInput(std::uint32_t code) noexcept {
        return code == sar::kInputLength || code == sar::kInputData || code == sar::kInvalidParameter ||
               code == sar::kFail;
    }

    // ---- what is there ----

    /// What the octets say; where they are not clear, what the library says.
    bool isEccKey(Handle container, ByteView blob) const {
        constexpr std::size_t kRsaHead = 2 * sizeof(Ulong);
        if (blobs_.fieldAt(blob, 0) == Blobs<Abi>::kSm2Bits || blob.size() < kRsaHead + kRsaField)
            return true;
        if (token::rsaOfLength(blobs_.fieldAt(blob, 1) / 8)) return false;
        constexpr Ulong kEcc = 2;
        Out<Ulong> type;
        return functions_.containerType &&
               status(functions_.containerType, container, type.at()) == sar::kOk && type.value == kEcc;
    }

    void findCapabilities() {
        const bool creates = functions_.createContainer && functions_.deleteContainer;
        capabilities_.generateSm2 = creates && functions_.genEccKeyPair && functions_.eccSign;
        capabilities_.generateRsa = creates && functions_.genRsaKeyPair && functions_.rsaSign;
        capabilities_.importSm2 = static_cast<bool>(functions_.importEccKeyPair);
        capabilities_.importRsa = static_cast<bool>(functions_.importRsaKeyPair);
        capabilities_.sessionKeys = functions_.importSessionKey && functions_.decryptInit &&
                                    functions_.decryptUpdate && functions_.decryptFinal;
        capabilities_.decryptSm2 =
            (sm2DecryptForm_ == Sm2DecryptForm::blob && functions_.eccDecrypt) ||
            (sm2DecryptForm_ == Sm2DecryptForm::keySpecBlob && functions_.eccDecryptSpec) ||
            (sm2DecryptForm_ == Sm2DecryptForm::raw && functions_.eccDecryptRaw);
        capabilities_.decryptRsa = (rsaDecryptForm_ == RsaDecryptForm::plain && functions_.rsaDecrypt) ||
                                   (rsaDecryptForm_ == RsaDecryptForm::keySpec && functions_.rsaDecryptSpec);
        capabilities_.remoteUnblock = remoteUnblockForm_ != RemoteUnblockForm::none &&
                                      functions_.remoteRequest && functions_.remoteUnblock;
    }

    Functions<Abi> functions_;
    Blobs<Abi> blobs_;
    Sm2DecryptForm sm2DecryptForm_;
    RsaDecryptForm rsaDecryptForm_;
    RemoteUnblockForm remoteUnblockForm_;
    Capabilities capabilities_;
    std::size_t wrappedSizeChoice_ = 0;
};

}  // namespace ukey::skf
