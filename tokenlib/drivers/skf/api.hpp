// GM/T 0016 with the ABI taken away: lengths are checked, numbers are in place, every failure is a
// ukey::Error that names the function. One implementation for each ABI (binding.hpp).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tokenlib/base/secret.hpp"
#include "tokenlib/drivers/skf/skf_options.hpp"
#include "tokenlib/token/driver.hpp"

namespace ukey::skf {

/// DEVHANDLE, HAPPLICATION, HCONTAINER or the handle of a session key.
using Handle = void*;

struct DeviceInfo {
    std::string manufacturer;
    std::string issuer;
    std::string label;
    std::string serial;
    std::uint32_t asymmetricAlgorithms =
        0;                      ///< Families of GM/T 0006, or'ed; 0 when the device does not tell.
    std::size_t maxBuffer = 0;  ///< Octets that one call may carry; 0 when the device does not tell.
};

struct PinCounters {
    std::optional<unsigned> max;
    std::optional<unsigned> left;
    bool isDefault = false;
};

struct Capabilities {
    bool generateSm2 = false;
    bool generateRsa = false;
    bool importSm2 = false;
    bool importRsa = false;
    bool sessionKeys = false;
    bool decryptSm2 = false;
    bool decryptRsa = false;
    bool remoteUnblock = false;
};

/// How a decryption under a session key starts.
struct CipherStart {
    Bytes iv;
    unsigned feedBits = 0;  ///< OFB and CFB only.
};

class Api {
  public:
    virtual ~Api() = default;

    virtual const Capabilities& capabilities() const noexcept = 0;

    virtual std::vector<std::string> devices() = 0;
    virtual Handle connect(const std::string& device) = 0;
    virtual void disconnect(Handle device) noexcept = 0;
    virtual DeviceInfo deviceInfo(Handle device) = 0;
    virtual Bytes random(Handle device, std::size_t length) = 0;

    virtual std::vector<std::string> applications(Handle device) = 0;
    virtual Handle openApplication(Handle device, const std::string& name) = 0;
    virtual void closeApplication(Handle application) noexcept = 0;

    virtual PinCounters pinCounters(Handle application, token::PinRole role) = 0;
    /// These three set Error::triesLeft where the library told.
    virtual void verifyPin(Handle application, token::PinRole role, const Secret& pin) = 0;
    virtual void changePin(Handle application, token::PinRole role, const Secret& from, const Secret& to) = 0;
    virtual void unblockPin(Handle application, const Secret& administrator, const Secret& to) = 0;
    virtual void clearSecureState(Handle application) = 0;
    virtual Bytes remoteUnblockRequest(Handle application) = 0;
    virtual void remoteUnblock(Handle application, ByteView response) = 0;

    virtual std::vector<std::string> containers(Handle application) = 0;
    virtual Handle createContainer(Handle application, const std::string& name) = 0;
    virtual Handle openContainer(Handle application, const std::string& name) = 0;
    virtual void closeContainer(Handle container) noexcept = 0;
    virtual void deleteContainer(Handle application, const std::string& name) = 0;

    /// As stored, up to 64 KiB; empty when there is none and the library says so by a length of 0.
    virtual Bytes exportCertificate(Handle container, token::KeyUsage usage) = 0;
    virtual void importCertificate(Handle container, token::KeyUsage usage, ByteView certificate) = 0;
    /// Nothing for a key that the bridge does not offer (RSA below 2048 bits).
    virtual std::optional<token::PublicKey> exportPublicKey(Handle container, token::KeyUsage usage) = 0;
    virtual token::PublicKey generateSm2(Handle container) = 0;
    virtual token::PublicKey generateRsa(Handle container, unsigned bits) = 0;
    virtual void importSm2(Handle container, const token::EnvelopedSm2Key& key) = 0;
    virtual void importRsa(Handle container, const token::WrappedKeyPair& key) = 0;

    virtual Bytes signSm2(Handle container, ByteView digest) = 0;
    /// `size`: octets of the modulus, and so of the signature.
    virtual Bytes signRsa(Handle container, ByteView data, std::size_t size) = 0;
    virtual Bytes decryptSm2(Handle container, const token::Sm2Cipher& cipher) = 0;
    virtual Bytes decryptRsa(Handle container, ByteView cipher) = 0;

    virtual Handle importSessionKey(Handle container, std::uint32_t algorithm,
                                    const token::Sm2Cipher& wrapped) = 0;
    virtual Handle importSessionKey(Handle container, std::uint32_t algorithm, ByteView wrapped) = 0;
    virtual void decryptInit(Handle key, const CipherStart& start) = 0;
    /// May hold octets back; decryptFinal gives them and ends what decryptInit began.
    virtual Bytes decryptUpdate(Handle key, ByteView data) = 0;
    virtual Bytes decryptFinal(Handle key) = 0;
    virtual void closeHandle(Handle handle) noexcept = 0;

    /// SKF_WaitForDevEvent, SKF_CancelWaitForDevEvent. The only calls that may come from another thread.
    virtual void waitForEvent() = 0;
    virtual void cancelWait() noexcept = 0;
};

/// Loads the library and binds its functions in the ABI that the options name.
std::unique_ptr<Api> bindLibrary(const SkfOptions& options);

/// A handle that is given back when it goes.
class OwnedHandle {
  public:
    using Close = void (Api::*)(Handle) noexcept;

    OwnedHandle() noexcept = default;
    OwnedHandle(Api& api, Handle handle, Close close) noexcept : api_(&api), handle_(handle), close_(close) {}
    OwnedHandle(OwnedHandle&& other) noexcept
        : api_(other.api_), handle_(std::exchange(other.handle_, nullptr)), close_(other.close_) {}
    OwnedHandle& operator=(OwnedHandle&& other) noexcept {
        if (this != &other) {
            reset();
            api_ = other.api_;
            handle_ = std::exchange(other.handle_, nullptr);
            close_ = other.close_;
        }
        return *this;
    }
    OwnedHandle(const OwnedHandle&) = delete;
    OwnedHandle& operator=(const OwnedHandle&) = delete;
    ~OwnedHandle() { reset(); }

    Handle get() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return handle_ != nullptr; }
    void reset() noexcept {
        if (handle_ != nullptr) (api_->*close_)(std::exchange(handle_, nullptr));
    }

  private:
    Api* api_ = nullptr;
    Handle handle_ = nullptr;
    Close close_ = nullptr;
};

}  // namespace ukey::skf
