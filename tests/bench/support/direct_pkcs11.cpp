#include <dlfcn.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/support/direct_tokens.hpp"
#include "tokenlib/drivers/pkcs11/cryptoki.hpp"

namespace ukey::bench {
namespace {

using namespace ukey::pkcs11;

// DigestInfo of SHA-256 (RFC 8017 section 9.2) and the digest itself.
constexpr std::array<CK_BYTE, 19> kSha256Prefix{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                                0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
constexpr std::size_t kDigestLength = 32;

void check(CK_RV rv, const char* what) {
    if (rv != 0) throw std::runtime_error(std::string(what) + " failed: " + std::to_string(rv));
}

class DirectPkcs11 : public DirectToken {
  public:
    DirectPkcs11(const std::string& module, const std::string& label, const std::string& pin, Pkcs11Key key)
        : functions_(functionsOf(module)) {
        // The library may be initialised already, by the token before this one.
        functions_->C_Initialize(nullptr);
        check(functions_->C_OpenSession(slotWith(label), 4 /* CKF_SERIAL_SESSION */, nullptr, nullptr,
                                        &session_),
              "C_OpenSession");
        std::vector<CK_BYTE> text(pin.begin(), pin.end());
        const CK_RV login = functions_->C_Login(session_, CKU_USER, text.data(), text.size());
        // A login is one of the whole process.
        if (login != CKR_USER_ALREADY_LOGGED_IN) check(login, "C_Login");
        key_ = firstPrivateKey();
        mechanism_.mechanism = key == Pkcs11Key::rsa2048 ? CKM_RSA_PKCS : CKM_ECDSA;
        if (key == Pkcs11Key::rsa2048) input_.assign(kSha256Prefix.begin(), kSha256Prefix.end());
        input_.resize(input_.size() + kDigestLength, 0x5a);
    }

    void sign() override {
        std::array<CK_BYTE, 512> signature;
        CK_ULONG length = signature.size();
        check(functions_->C_SignInit(session_, &mechanism_, key_), "C_SignInit");
        check(functions_->C_Sign(session_, input_.data(), input_.size(), signature.data(), &length),
              "C_Sign");
    }

  private:
    static CK_FUNCTION_LIST* functionsOf(const std::string& module) {
        void* library = ::dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) throw std::runtime_error(::dlerror());
        auto getList = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
        CK_FUNCTION_LIST* list = nullptr;
        check(getList(&list), "C_GetFunctionList");
        return list;
    }

    CK_SLOT_ID slotWith(const std::string& label) {
        std::array<CK_SLOT_ID, 64> slots{};
        CK_ULONG count = slots.size();
        check(functions_->C_GetSlotList(1, slots.data(), &count), "C_GetSlotList");
        for (CK_ULONG i = 0; i < count; ++i) {
            CK_TOKEN_INFO info{};
            check(functions_->C_GetTokenInfo(slots[i], &info), "C_GetTokenInfo");
            const std::string_view name(reinterpret_cast<const char*>(info.label), sizeof info.label);
            if (name.starts_with(label)) return slots[i];
        }
        throw std::runtime_error("no token " + label);
    }

    CK_OBJECT_HANDLE firstPrivateKey() {
        CK_OBJECT_CLASS privateKey = CKO_PRIVATE_KEY;
        CK_ATTRIBUTE wanted{CKA_CLASS, &privateKey, sizeof privateKey};
        check(functions_->C_FindObjectsInit(session_, &wanted, 1), "C_FindObjectsInit");
        CK_OBJECT_HANDLE key = 0;
        CK_ULONG count = 0;
        check(functions_->C_FindObjects(session_, &key, 1, &count), "C_FindObjects");
        check(functions_->C_FindObjectsFinal(session_), "C_FindObjectsFinal");
        if (count == 0) throw std::runtime_error("no private key");
        return key;
    }

    CK_FUNCTION_LIST* functions_;
    CK_SESSION_HANDLE session_ = 0;
    CK_OBJECT_HANDLE key_ = 0;
    CK_MECHANISM mechanism_{};
    std::vector<CK_BYTE> input_;
};

}  // namespace

std::unique_ptr<DirectToken> openDirectPkcs11(const std::string& module, const std::string& label,
                                              const std::string& pin, Pkcs11Key key) {
    return std::make_unique<DirectPkcs11>(module, label, pin, key);
}

}  // namespace ukey::bench
