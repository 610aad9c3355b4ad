// The Api of api.hpp over the functions of one library, for one ABI. Every call goes through `status` and
// `check`; every length that comes back through `fetch` or `bounded`.
#pragma once

#include <algorithm>
#include <utility>

#include "tokenlib/base/text.hpp"
#include "tokenlib/drivers/skf/abi.hpp"
#include "tokenlib/drivers/skf/api.hpp"
#include "tokenlib/drivers/skf/fields.hpp"
#include "tokenlib/drivers/skf/sar.hpp"

namespace ukey::skf {

/// What no token exceeds, and so no library may claim.
inline constexpr std::size_t kMaxKeyBlob = 4096;
inline constexpr std::size_t kMaxPlaintext = 64 * 1024;
inline constexpr std::size_t kMaxSignature = 512;
inline constexpr unsigned kMaxPinTries = 255;
/// Behind every buffer, for libraries that write a terminator or whole blocks past its end.
inline constexpr std::size_t kSlack = 256;

template <class Abi>
class Binding final : public Api {
    using Ulong = typename Abi::Ulong;
    using Bool = typename Abi::Bool;
    using Structures = typename Abi::Structures;
    using EccPublicKey = typename Structures::EccPublicKey;
    using EccCipher = typename Structures::EccCipher;
    using EccSignature = typename Structures::EccSignature;
    using EnvelopedKey = typename Structures::EnvelopedKey;
    using CipherParameters = typename Structures::CipherParameters;
    template <class... Args>
    using Function = Entry<Abi, Args...>;

  public:
    Binding(loader::SharedLibrary library, const Quirks& quirks)
        : library_(std::move(library)),
          codes_(quirks.codes),
          sm2DecryptForm_(quirks.sm2Decrypt),
          rsaDecryptForm_(quirks.rsaDecrypt),
          remoteUnblockForm_(quirks.remoteUnblock),
          learnsPlacement_(quirks.numberAlignment == NumberAlignment::automatic),
          placement_(quirks.numberAlignment == NumberAlignment::left ? Placement::left : Placement::right) {
        requireExports();
        findCapabilities();
    }

    const Capabilities& capabilities() const noexcept override { return capabilities_; }

    // ---- device ----

    std::vector<std::string> devices() override {
        constexpr Bool kPresent = 1;
        return names(enumDevices_.name(),
                     [&](char* list, Ulong* size) { return status(enumDevices_, kPresent, list, size); });
    }

    Handle connect(const std::string& device) override {
        return opened(connect_, [&](Handle* handle) { check(connect_, text(device), handle); });
    }

    void disconnect(Handle device) noexcept override { release(disconnect_, device); }

    DeviceInfo deviceInfo(Handle device) override {
        // Makers append fields of their own.
        constexpr std::size_t kRoom = 4096;
        Bytes buffer(kRoom);
        check(getDeviceInfo_, device, static_cast<void*>(buffer.data()));
        typename Structures::DeviceInfo raw;
        std::memcpy(&raw, buffer.data(), sizeof raw);
        DeviceInfo info;
        info.manufacturer = fieldText(raw.manufacturer);
        info.label = fieldText(raw.label);
        info.serial = fieldText(raw.serialNumber);
        info.asymmetricAlgorithms = static_cast<std::uint32_t>(Ulong(raw.asymmetricAlgorithms));
        info.maxBuffer = static_cast<std::size_t>(Ulong(raw.maxBuffer));
        return info;
    }

    Bytes random(Handle device, std::size_t length) override {
        Bytes buffer(length + kSlack);
        check(genRandom_, device, buffer.data(), static_cast<Ulong>(length));
        buffer.resize(length);
        constexpr std::size_t kTellsZero = 16;
        if (length >= kTellsZero && isZero(buffer)) throw nonsense("SKF_GenRandom wrote nothing");
        return buffer;
    }

    // ---- applications ----

    std::vector<std::string> applications(Handle device) override {
        return names(enumApplications_.name(),
                     [&](char* list, Ulong* size) { return status(enumApplications_, device, list, size); });
    }

    Handle openApplication(Handle device, const std::string& name) override {
        return opened(openApplication_,
                      [&](Handle* handle) { check(openApplication_, device, text(name), handle); });
    }

    void closeApplication(Handle application) noexcept override { release(closeApplication_, application); }

    // ---- PIN ----

    PinCounters pinCounters(Handle application, token::PinRole role) override {
        Out<Ulong> max;
        Out<Ulong> left;
        Out<Bool> isDefault;
        check(getPinInfo_, application, pinType(role), max.at(), left.at(), isDefault.at());
        PinCounters counters;
        if (max.value == 0 || max.value > kMaxPinTries) return counters;
        counters.max = static_cast<unsigned>(max.value);
        if (left.value <= max.value) counters.left = static_cast<unsigned>(left.value);
        counters.isDefault = isDefault.value != 0;
        return counters;
    }

    void verifyPin(Handle application, token::PinRole role, const Secret& pin) override {
        Out<Ulong> tries{.value = kUnknownTries};
        checkPin(verifyPin_, tries, application, pinType(role), text(pin), tries.at());
    }

    void changePin(Handle application, token::PinRole role, const Secret& from, const Secret& to) override {
        Out<Ulong> tries{.value = kUnknownTries};
        checkPin(changePin_, tries, application, pinType(role), text(from), text(to), tries.at());
    }

    void unblockPin(Handle application, const Secret& administrator, const Secret& to) override {
        Out<Ulong> tries{.value = kUnknownTries};
        checkPin(unblockPin_, tries, application, text(administrator), text(to), tries.at());
    }

    void clearSecureState(Handle application) override { check(clearSecureState_, application); }

    Bytes remoteUnblockRequest(Handle application) override {
        if (remoteUnblockForm_ == RemoteUnblockForm::lengthInOut) {
            return fetch(remoteRequest_.name(), kMaxKeyBlob, [&](std::uint8_t* out, Ulong* length) {
                return status(remoteRequest_, application, out, length);
            });
        }
        if (remoteUnblockForm_ == RemoteUnblockForm::none) throw unsupported("the remote unlock");
        constexpr std::size_t kRequestSize = 16;
        Bytes buffer(kRequestSize + kSlack);
        check(remoteRequestFixed_, application, buffer.data(), static_cast<Ulong>(kRequestSize));
        buffer.resize(kRequestSize);
        if (isZero(buffer)) throw nonsense("SKF_GenRemoteUnblockRequest wrote nothing");
        return buffer;
    }

    void remoteUnblock(Handle application, ByteView response) override {
        if (remoteUnblockForm_ == RemoteUnblockForm::none) throw unsupported("the remote unlock");
        Out<Ulong> tries{.value = kUnknownTries};
        Bytes copy(response.begin(), response.end());
        checkPin(remoteUnblock_, tries, application, copy.data(), static_cast<Ulong>(copy.size()),
                 tries.at());
    }

    // ---- containers ----

    std::vector<std::string> containers(Handle application) override {
        return names(enumContainers_.name(), [&](char* list, Ulong* size) {
            return status(enumContainers_, application, list, size);
        });
    }

    Handle createContainer(Handle application, const std::string& name) override {
        return opened(createContainer_,
                      [&](Handle* handle) { check(createContainer_, application, text(name), handle); });
    }

    Handle openContainer(Handle application, const std::string& name) override {
        return opened(openContainer_,
                      [&](Handle* handle) { check(openContainer_, application, text(name), handle); });
    }

    void closeContainer(Handle container) noexcept override { release(closeContainer_, container); }

    void deleteContainer(Handle application, const std::string& name) override {
        check(deleteContainer_, application, text(name));
    }

    // ---- certificates and keys ----

    Bytes exportCertificate(Handle container, token::KeyUsage usage) override {
        return fetch(exportCertificate_.name(), kMaxCertificate, [&](std::uint8_t* out, Ulong* length) {
            return status(exportCertificate_, container, isSigning(usage), out, length);
        });
    }

    void importCertificate(Handle container, token::KeyUsage usage, ByteView certificate) override {
        Bytes copy(certificate.begin(), certificate.end());
        check(importCertificate_, container, isSigning(usage), copy.data(), static_cast<Ulong>(copy.size()));
    }

    std::optional<token::PublicKey> exportPublicKey(Handle container, token::KeyUsage usage) override {
        const Bytes blob = fetch(exportPublicKey_.name(), kMaxKeyBlob, [&](std::uint8_t* out, Ulong* length) {
            return status(exportPublicKey_, container, isSigning(usage), out, length);
        });
        if (blob.empty()) return std::nullopt;
        if (blob.size() < sizeof(EccPublicKey)) throw nonsense("SKF_ExportPublicKey gave a short key");
        return isEccKey(container, blob) ? eccKey(blob) : rsaKey(blob);
    }

    token::PublicKey generateSm2(Handle container) override {
        constexpr Ulong kSm2Signature = 0x00020100;
        Bytes blob(sizeof(EccPublicKey) + kSlack);
        check(genEccKeyPair_, container, kSm2Signature, static_cast<void*>(blob.data()));
        return eccKey(blob);
    }

    token::PublicKey generateRsa(Handle container, unsigned bits) override {
        Bytes blob(kMaxKeyBlob);
        check(genRsaKeyPair_, container, static_cast<Ulong>(bits), static_cast<void*>(blob.data()));
        const auto key = rsaKey(blob);
        if (!key || key->algorithm != rsaAlgorithm(bits)) {
            throw nonsense("SKF_GenRSAKeyPair made a key of another size");
        }
        return *key;
    }

    void importSm2(Handle container, const token::EnvelopedSm2Key& key) override {
        constexpr std::size_t kCipherAt = offsetof(EnvelopedKey, wrappedKey) + offsetof(EccCipher, cipher);
        const ByteView point(key.publicKey);
        EnvelopedKey blob{};
        blob.version = 1;
        blob.symmetricAlgorithm = static_cast<Ulong>(key.symmetricAlgorithm);
        blob.bits = static_cast<Ulong>(kSm2Bits);
        std::copy(key.encryptedPrivateKey.begin(), key.encryptedPrivateKey.end(), blob.encryptedPrivateKey);
        if (placement_ == Placement::left) {
            // The number's half first; in ECB mode each half is for itself.
            std::rotate(std::begin(blob.encryptedPrivateKey),
                        std::begin(blob.encryptedPrivateKey) + kSm2Octets,
                        std::end(blob.encryptedPrivateKey));
        }
        blob.publicKey.bitLength = static_cast<Ulong>(kSm2Bits);
        placeNumber(point.subspan(1, kSm2Octets), placement_, blob.publicKey.x);
        placeNumber(point.subspan(1 + kSm2Octets), placement_, blob.publicKey.y);
        fillCipher(key.wrappedKey, blob.wrappedKey);
        Bytes buffer(kCipherAt + key.wrappedKey.cipher.size() + kSlack);
        std::memcpy(buffer.data(), &blob, kCipherAt);
        std::copy(key.wrappedKey.cipher.begin(), key.wrappedKey.cipher.end(), buffer.data() + kCipherAt);
        check(importEccKeyPair_, container, static_cast<void*>(buffer.data()));
    }

    void importRsa(Handle container, const token::WrappedKeyPair& key) override {
        Bytes wrapped = key.wrappedKey;
        Bytes encrypted = key.encryptedPrivateKey;
        check(importRsaKeyPair_, container, static_cast<Ulong>(key.symmetricAlgorithm), wrapped.data(),
              static_cast<Ulong>(wrapped.size()), encrypted.data(), static_cast<Ulong>(encrypted.size()));
    }

    Bytes signSm2(Handle container, ByteView digest) override {
        Bytes copy(digest.begin(), digest.end());
        // Zeroed room behind the structure, as everywhere.
        struct {
            EccSignature signature;
            std::uint8_t slack[kSlack];
        } out{};
        check(eccSign_, container, copy.data(), static_cast<Ulong>(copy.size()),
              static_cast<void*>(&out.signature));
        Bytes result = number(out.signature.r);
        const Bytes s = number(out.signature.s);
        result.insert(result.end(), s.begin(), s.end());
        return result;
    }

    Bytes signRsa(Handle container, ByteView data, std::size_t size) override {
        Bytes copy(data.begin(), data.end());
        Bytes buffer(std::max(size, kMaxSignature) + kSlack);
        Out<Ulong> length{.value = static_cast<Ulong>(size)};
        check(rsaSign_, container, copy.data(), static_cast<Ulong>(copy.size()), buffer.data(), length.at());
        if (length.value != size) throw nonsense("SKF_RSASignData gave a signature of a wrong length");
        buffer.resize(size);
        return buffer;
    }

    Bytes decryptSm2(Handle container, const token::Sm2Cipher& cipher) override {
        constexpr Ulong kEncryptionKey = 1;
        Bytes blob = cipherBlob(cipher);
        void* const in = blob.data();
        switch (sm2DecryptForm_) {
            case Sm2DecryptForm::blob:
                return fetch(eccDecrypt_.name(), kMaxPlaintext, [&](std::uint8_t* out, Ulong* length) {
                    return status(eccDecrypt_, container, in, out, length);
                });
            case Sm2DecryptForm::keySpecBlob:
                return fetch(eccDecryptSpec_.name(), kMaxPlaintext, [&](std::uint8_t* out, Ulong* length) {
                    return status(eccDecryptSpec_, container, kEncryptionKey, in, out, length);
                });
            case Sm2DecryptForm::raw: {
                Bytes raw = concatenated(cipher);
                return fetch(eccDecryptRaw_.name(), kMaxPlaintext, [&](std::uint8_t* out, Ulong* length) {
                    return status(eccDecryptRaw_, container, raw.data(), static_cast<Ulong>(raw.size()), out,
                                  length);
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
                return fetch(rsaDecrypt_.name(), kMaxPlaintext, [&](std::uint8_t* out, Ulong* length) {
                    return status(rsaDecrypt_, container, copy.data(), size, out, length);
                });
            case RsaDecryptForm::keySpec:
                return fetch(rsaDecryptSpec_.name(), kMaxPlaintext, [&](std::uint8_t* out, Ulong* length) {
                    return status(rsaDecryptSpec_, container, kEncryptionKey, copy.data(), size, out, length);
                });
            case RsaDecryptForm::none:
                break;
        }
        throw unsupported("decryption with an RSA key");
    }

    // ---- session keys ----

    Handle importSessionKey(Handle container, std::uint32_t algorithm,
                            const token::Sm2Cipher& wrapped) override {
        Bytes blob = cipherBlob(wrapped);
        // Callers count the one octet that the structure has for the cipher, do not count it, or stop at the
        // last octet used; libraries insist on one of these. The one that served is tried first.
        const std::size_t length = wrapped.cipher.size();
        const std::array<std::size_t, 3> sizes{sizeof(EccCipher) - 1 + length, sizeof(EccCipher) + length,
                                               offsetof(EccCipher, cipher) + length};
        std::uint32_t first = sar::kOk;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const std::size_t choice = (wrappedSizeChoice_ + i) % sizes.size();
            Handle key = nullptr;
            const std::uint32_t code = status(importSessionKey_, container, static_cast<Ulong>(algorithm),
                                              blob.data(), static_cast<Ulong>(sizes[choice]), &key);
            if (code == sar::kOk) {
                wrappedSizeChoice_ = choice;
                return nonNull(importSessionKey_, key);
            }
            if (first == sar::kOk) first = code;
            if (!isAboutInput(code)) break;
        }
        throw codes_.error(importSessionKey_.name(), first);
    }

    Handle importSessionKey(Handle container, std::uint32_t algorithm, ByteView wrapped) override {
        Bytes copy(wrapped.begin(), wrapped.end());
        return opened(importSessionKey_, [&](Handle* handle) {
            check(importSessionKey_, container, static_cast<Ulong>(algorithm), copy.data(),
                  static_cast<Ulong>(copy.size()), handle);
        });
    }

    void decryptInit(Handle key, const CipherStart& start) override {
        CipherParameters parameters{};
        std::copy_n(start.iv.begin(), std::min(start.iv.size(), sizeof parameters.iv), parameters.iv);
        parameters.ivLength = static_cast<Ulong>(start.iv.size());
        parameters.feedBits = static_cast<Ulong>(start.feedBits);
        check(decryptInit_, key, parameters);
    }

    Bytes decryptUpdate(Handle key, ByteView data) override {
        Bytes copy(data.begin(), data.end());
        return bounded(decryptUpdate_.name(), copy.size() + kBlock, [&](std::uint8_t* out, Ulong* length) {
            check(decryptUpdate_, key, copy.data(), static_cast<Ulong>(copy.size()), out, length);
        });
    }

    Bytes decryptFinal(Handle key) override {
        return bounded(decryptFinal_.name(), 2 * kBlock,
                       [&](std::uint8_t* out, Ulong* length) { check(decryptFinal_, key, out, length); });
    }

    void closeHandle(Handle handle) noexcept override { release(closeHandle_, handle); }

    // ---- events ----

    void waitForEvent() override {
        std::array<char, kMaxNameLength + kSlack> name{};
        Out<Ulong> length{.value = static_cast<Ulong>(kMaxNameLength)};
        Out<Ulong> event;
        const std::uint32_t code = status(waitForEvent_, name.data(), length.at(), event.at());
        // Nothing happened after all: the caller may look, and comes back.
        if (code == sar::kOk || code == sar::kNotEvent || code == sar::kDeviceRemoved) return;
        throw codes_.error(waitForEvent_.name(), code);
    }

    void cancelWait() noexcept override {
        if (cancelWait_) (void)cancelWait_();
    }

  private:
    static constexpr std::size_t kSm2Octets = 32;
    static constexpr std::size_t kSm2Bits = 256;
    static constexpr std::size_t kBlock = 16;
    static constexpr Ulong kUnknownTries = 0xFFFF;

    static Error unsupported(const std::string& what) {
        return {ErrorCode::unsupported, what + " is not in this library"};
    }
    static char* text(const std::string& name) { return const_cast<char*>(name.c_str()); }
    static char* text(const Secret& pin) { return const_cast<char*>(pin.cString()); }
    template <std::size_t n>
    static std::string fieldText(const char (&field)[n]) {
        return printable(fixedField({field, n}), n);
    }
    static Ulong pinType(token::PinRole role) { return role == token::PinRole::user ? 1 : 0; }
    static Bool isSigning(token::KeyUsage usage) { return usage == token::KeyUsage::sign ? 1 : 0; }
    static bool isAboutInput(std::uint32_t code) noexcept {
        return code == sar::kInputLength || code == sar::kInputData || code == sar::kInvalidParameter ||
               code == sar::kFail;
    }

    // ---- the one way into the library ----

    template <class... Params, class... Args>
    std::uint32_t status(const Function<Params...>& function, Args... args) const {
        if (!function) throw unsupported(function.name());
        return codes_.standard(function(args...));
    }

    template <class... Params, class... Args>
    void check(const Function<Params...>& function, Args... args) const {
        if (!function) throw unsupported(function.name());
        const std::uint32_t code = function(args...);
        if (code != sar::kOk) throw codes_.error(function.name(), code);
    }

    template <class... Params, class... Args>
    void checkPin(const Function<Params...>& function, const Out<Ulong>& tries, Args... args) const {
        try {
            check(function, args...);
        } catch (Error& error) {
            const bool isKnown = tries.value <= kMaxPinTries;
            if (isKnown) error.withTriesLeft(static_cast<unsigned>(tries.value));
            throw;
        }
    }

    template <class Function>
    static void release(const Function& function, Handle handle) noexcept {
        if (function) (void)function(handle);
    }

    template <class Function>
    static Handle nonNull(const Function& function, Handle handle) {
        if (handle == nullptr) throw nonsense(std::string(function.name()) + " gave no handle");
        return handle;
    }

    template <class Function, class Open>
    static Handle opened(const Function& function, Open open) {
        Handle handle = nullptr;
        open(&handle);
        return nonNull(function, handle);
    }

    /// The two calls of the standard: the length first, then the octets; in all the ways in which libraries
    /// understand them. `invoke(buffer, length)` gives the code.
    template <class Invoke>
    Bytes fetch(const char* name, std::size_t limit, Invoke invoke) const {
        Out<Ulong> asked;
        const std::uint32_t code = invoke(nullptr, asked.at());
        auto wanted = static_cast<std::size_t>(asked.value);
        if (code == sar::kOk && wanted == 0) return {};
        if (code == sar::kInvalidParameter || (code == sar::kBufferTooSmall && wanted == 0)) {
            wanted = limit;  // It does not know the first call, or does not answer it.
        } else if (code != sar::kOk && code != sar::kBufferTooSmall) {
            throw codes_.error(name, code);
        }
        constexpr int kAttempts = 3;
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            if (wanted > limit) break;
            Bytes buffer(wanted + kSlack);
            Out<Ulong> length{.value = static_cast<Ulong>(wanted)};
            const std::uint32_t answer = invoke(buffer.data(), length.at());
            const auto got = static_cast<std::size_t>(length.value);
            const bool wasShort = answer == sar::kBufferTooSmall || (answer == sar::kOk && got > wanted);
            if (!wasShort && answer != sar::kOk) throw codes_.error(name, answer);
            buffer.resize(std::min(got, wanted));
            // Some say OK and write nothing when the buffer is short.
            const bool wroteNothing = attempt == 0 && got > 0 && isZero(buffer);
            if (!wasShort && !wroteNothing) return buffer;
            if (!wasShort && wanted == limit) return buffer;
            wanted = got > wanted ? got : std::min(limit, 2 * wanted + kSlack);
        }
        throw nonsense(std::string(name) + " claims a length that cannot be");
    }

    /// One call with a buffer of a known size.
    template <class Invoke>
    static Bytes bounded(const char* name, std::size_t capacity, Invoke invoke) {
        Bytes buffer(capacity + kSlack);
        Out<Ulong> length{.value = static_cast<Ulong>(capacity)};
        invoke(buffer.data(), length.at());
        if (length.value > capacity) throw nonsense(std::string(name) + " claims a length that cannot be");
        buffer.resize(static_cast<std::size_t>(length.value));
        return buffer;
    }

    template <class Invoke>
    std::vector<std::string> names(const char* name, Invoke invoke) const {
        return parseNames(fetch(name, kMaxNameList, [&](std::uint8_t* out, Ulong* length) {
            return invoke(reinterpret_cast<char*>(out), length);
        }));
    }

    // ---- structures ----

    static std::size_t fieldAt(ByteView blob, std::size_t index) {
        Ulong value = 0;
        std::memcpy(&value, blob.data() + index * sizeof(Ulong), sizeof value);
        return static_cast<std::size_t>(value);
    }

    Bytes number(ByteView field) {
        PlacedNumber placed = placedNumber(field, kSm2Octets);
        if (learnsPlacement_) placement_ = placed.placement;
        return std::move(placed.value);
    }

    /// What the octets say; where they are not clear, what the library says.
    bool isEccKey(Handle container, ByteView blob) const {
        constexpr std::size_t kRsaHead = 2 * sizeof(Ulong);
        if (fieldAt(blob, 0) == kSm2Bits || blob.size() < kRsaHead + kRsaField) return true;
        if (rsaAlgorithm(fieldAt(blob, 1))) return false;
        constexpr Ulong kEcc = 2;
        Out<Ulong> type;
        return containerType_ && status(containerType_, container, type.at()) == sar::kOk &&
               type.value == kEcc;
    }

    token::PublicKey eccKey(ByteView blob) {
        EccPublicKey raw;
        std::memcpy(&raw, blob.data(), sizeof raw);
        if (Ulong(raw.bitLength) != kSm2Bits) throw nonsense("an SM2 key has not 256 bits");
        token::PublicKey key;
        key.algorithm = token::KeyAlgorithm::sm2;
        key.point = {0x04};
        for (const auto& field : {ByteView(raw.x), ByteView(raw.y)}) {
            const Bytes coordinate = number(field);
            key.point.insert(key.point.end(), coordinate.begin(), coordinate.end());
        }
        return key;
    }

    static std::optional<token::PublicKey> rsaKey(ByteView blob) {
        constexpr std::size_t kHead = 2 * sizeof(Ulong);
        constexpr std::size_t kMinBits = 512;
        constexpr std::size_t kMaxBits = 8 * kBigRsaField;
        const std::size_t bits = fieldAt(blob, 1);
        if (bits < kMinBits || bits > kMaxBits || bits % 8 != 0)
            throw nonsense("an RSA key has a size that cannot be");
        const std::size_t field = bits <= 8 * kRsaField ? kRsaField : kBigRsaField;
        if (blob.size() < kHead + field + kExponentField)
            throw nonsense("SKF_ExportPublicKey gave a short key");
        const auto algorithm = rsaAlgorithm(bits);
        if (!algorithm) return std::nullopt;
        token::PublicKey key;
        key.algorithm = *algorithm;
        key.modulus = placedNumber(blob.subspan(kHead, field), bits / 8).value;
        key.exponent = exponentOf(blob.subspan(kHead + field, kExponentField));
        if (key.modulus.front() < 0x80 || key.modulus.back() % 2 == 0)
            throw nonsense("an RSA key is no RSA key");
        return key;
    }

    void fillCipher(const token::Sm2Cipher& cipher, EccCipher& blob) const {
        placeNumber(cipher.x, placement_, blob.x);
        placeNumber(cipher.y, placement_, blob.y);
        std::copy(cipher.hash.begin(), cipher.hash.end(), blob.hash);
        blob.cipherLength = static_cast<Ulong>(cipher.cipher.size());
    }

    Bytes cipherBlob(const token::Sm2Cipher& cipher) const {
        constexpr std::size_t kCipherAt = offsetof(EccCipher, cipher);
        EccCipher head{};
        fillCipher(cipher, head);
        Bytes blob(kCipherAt + cipher.cipher.size() + kSlack);
        std::memcpy(blob.data(), &head, kCipherAt);
        std::copy(cipher.cipher.begin(), cipher.cipher.end(), blob.data() + kCipherAt);
        return blob;
    }

    static Bytes concatenated(const token::Sm2Cipher& cipher) {
        Bytes all;
        for (const Bytes* part : {&cipher.x, &cipher.y, &cipher.hash, &cipher.cipher}) {
            all.insert(all.end(), part->begin(), part->end());
        }
        return all;
    }

    // ---- what is there ----

    void requireExports() const {
        const auto require = [](const auto& function) {
            if (function) return;
            throw nonsense(std::string("not a GM/T 0016 library: it has no ") + function.name());
        };
        require(enumDevices_);
        require(connect_);
        require(disconnect_);
        require(getDeviceInfo_);
        require(enumApplications_);
        require(openApplication_);
        require(closeApplication_);
        require(verifyPin_);
        require(enumContainers_);
        require(openContainer_);
        require(closeContainer_);
        require(exportPublicKey_);
        require(exportCertificate_);
    }

    void findCapabilities() {
        const bool creates = createContainer_ && deleteContainer_;
        capabilities_.generateSm2 = creates && genEccKeyPair_ && eccSign_;
        capabilities_.generateRsa = creates && genRsaKeyPair_ && rsaSign_;
        capabilities_.sessionKeys = importSessionKey_ && decryptInit_ && decryptUpdate_ && decryptFinal_;
        capabilities_.decryptSm2 = (sm2DecryptForm_ == Sm2DecryptForm::blob && eccDecrypt_) ||
                                   (sm2DecryptForm_ == Sm2DecryptForm::keySpecBlob && eccDecryptSpec_) ||
                                   (sm2DecryptForm_ == Sm2DecryptForm::raw && eccDecryptRaw_);
        capabilities_.decryptRsa = (rsaDecryptForm_ == RsaDecryptForm::plain && rsaDecrypt_) ||
                                   (rsaDecryptForm_ == RsaDecryptForm::keySpec && rsaDecryptSpec_);
        capabilities_.remoteUnblock =
            remoteUnblockForm_ != RemoteUnblockForm::none && remoteRequest_ && remoteUnblock_;
    }

    loader::SharedLibrary library_;
    SarCodes codes_;
    Sm2DecryptForm sm2DecryptForm_;
    RsaDecryptForm rsaDecryptForm_;
    RemoteUnblockForm remoteUnblockForm_;
    Capabilities capabilities_;
    bool learnsPlacement_;
    Placement placement_;
    std::size_t wrappedSizeChoice_ = 0;

    using Octets = std::uint8_t*;
    Function<char*, Ulong*, Ulong*> waitForEvent_{library_, {"SKF_WaitForDevEvent"}};
    Function<> cancelWait_{library_, {"SKF_CancelWaitForDevEvent"}};
    Function<Bool, char*, Ulong*> enumDevices_{library_, {"SKF_EnumDev"}};
    Function<char*, Handle*> connect_{library_, {"SKF_ConnectDev"}};
    Function<Handle> disconnect_{library_, {"SKF_DisConnectDev", "SKF_DisconnectDev"}};
    Function<Handle, void*> getDeviceInfo_{library_, {"SKF_GetDevInfo"}};
    Function<Handle, Octets, Ulong> genRandom_{library_, {"SKF_GenRandom"}};

    Function<Handle, char*, Ulong*> enumApplications_{library_, {"SKF_EnumApplication"}};
    Function<Handle, char*, Handle*> openApplication_{library_, {"SKF_OpenApplication"}};
    Function<Handle> closeApplication_{library_, {"SKF_CloseApplication"}};
    Function<Handle, Ulong, Ulong*, Ulong*, Bool*> getPinInfo_{library_, {"SKF_GetPINInfo"}};
    Function<Handle, Ulong, char*, Ulong*> verifyPin_{library_, {"SKF_VerifyPIN"}};
    Function<Handle, Ulong, char*, char*, Ulong*> changePin_{library_, {"SKF_ChangePIN"}};
    Function<Handle, char*, char*, Ulong*> unblockPin_{library_, {"SKF_UnblockPIN"}};
    Function<Handle> clearSecureState_{library_, {"SKF_ClearSecureState"}};
    Function<Handle, Octets, Ulong*> remoteRequest_{library_, {"SKF_GenRemoteUnblockRequest"}};
    Function<Handle, Octets, Ulong> remoteRequestFixed_{library_, {"SKF_GenRemoteUnblockRequest"}};
    Function<Handle, Octets, Ulong, Ulong*> remoteUnblock_{library_, {"SKF_RemoteUnblockPIN"}};

    Function<Handle, char*, Ulong*> enumContainers_{library_, {"SKF_EnumContainer"}};
    Function<Handle, char*, Handle*> createContainer_{library_, {"SKF_CreateContainer"}};
    Function<Handle, char*, Handle*> openContainer_{library_, {"SKF_OpenContainer"}};
    Function<Handle> closeContainer_{library_, {"SKF_CloseContainer"}};
    Function<Handle, char*> deleteContainer_{library_, {"SKF_DeleteContainer"}};
    Function<Handle, Ulong*> containerType_{
        library_,
        {"SKF_GetContainerType", "SKF_GetContianerType", "SKF_GetContainerProperty", "SKF_GetConProperty"}};
    Function<Handle, Bool, Octets, Ulong> importCertificate_{library_, {"SKF_ImportCertificate"}};
    Function<Handle, Bool, Octets, Ulong*> exportCertificate_{library_, {"SKF_ExportCertificate"}};
    Function<Handle, Bool, Octets, Ulong*> exportPublicKey_{library_, {"SKF_ExportPublicKey"}};

    Function<Handle, Ulong, void*> genEccKeyPair_{library_, {"SKF_GenECCKeyPair"}};
    Function<Handle, void*> importEccKeyPair_{library_, {"SKF_ImportECCKeyPair"}};
    Function<Handle, Octets, Ulong, void*> eccSign_{library_, {"SKF_ECCSignData"}};
    Function<Handle, Ulong, void*> genRsaKeyPair_{library_, {"SKF_GenRSAKeyPair"}};
    Function<Handle, Ulong, Octets, Ulong, Octets, Ulong> importRsaKeyPair_{library_,
                                                                            {"SKF_ImportRSAKeyPair"}};
    Function<Handle, Octets, Ulong, Octets, Ulong*> rsaSign_{library_, {"SKF_RSASignData"}};

    Function<Handle, Ulong, Octets, Ulong, Handle*> importSessionKey_{library_, {"SKF_ImportSessionKey"}};
    Function<Handle, CipherParameters> decryptInit_{library_, {"SKF_DecryptInit"}};
    Function<Handle, Octets, Ulong, Octets, Ulong*> decryptUpdate_{library_, {"SKF_DecryptUpdate"}};
    Function<Handle, Octets, Ulong*> decryptFinal_{library_, {"SKF_DecryptFinal"}};
    Function<Handle> closeHandle_{library_, {"SKF_CloseHandle"}};

    Function<Handle, void*, Octets, Ulong*> eccDecrypt_{
        library_, {"SKF_ECCDecrypt", "SKF_ECCPrvKeyDecrypt", "SKF_PrvKeyDecrypt"}};
    Function<Handle, Ulong, void*, Octets, Ulong*> eccDecryptSpec_{
        library_, {"SKF_PrvKeyDecrypt", "SKF_ECCDecrypt", "SKF_ECCPrvKeyDecrypt"}};
    Function<Handle, Octets, Ulong, Octets, Ulong*> eccDecryptRaw_{
        library_, {"SKF_ECCDecrypt", "SKF_ECCPrvKeyDecrypt", "SKF_PrvKeyDecrypt"}};
    Function<Handle, Octets, Ulong, Octets, Ulong*> rsaDecrypt_{library_,
                                                                {"SKF_RSADecrypt", "SKF_RSAPrvKeyDecrypt"}};
    Function<Handle, Ulong, Octets, Ulong, Octets, Ulong*> rsaDecryptSpec_{
        library_, {"SKF_RSADecrypt", "SKF_RSAPrvKeyDecrypt"}};
};

}  // namespace ukey::skf
