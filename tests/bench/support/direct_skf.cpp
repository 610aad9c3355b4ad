#include <dlfcn.h>

#include <array>
#include <stdexcept>
#include <string>

#include "tests/bench/support/direct_tokens.hpp"
#include "tokenlib/gmt0016/skf.h"

namespace ukey::bench {
namespace {

class DirectSkf : public DirectToken {
  public:
    DirectSkf(const std::string& library, const std::string& serial, std::string pin)
        : library_(::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL)) {
        if (library_ == nullptr) throw std::runtime_error(::dlerror());
        check(function<SKF_ConnectDev_fn>("SKF_ConnectDev")(text(deviceWith(serial)), &device_),
              "SKF_ConnectDev");
        std::string name = firstName([&](LPSTR out, ULONG* size) {
            return function<SKF_EnumApplication_fn>("SKF_EnumApplication")(device_, out, size);
        });
        check(function<SKF_OpenApplication_fn>("SKF_OpenApplication")(device_, text(name), &application_),
              "SKF_OpenApplication");
        ULONG tries = 0;
        check(function<SKF_VerifyPIN_fn>("SKF_VerifyPIN")(application_, USER_TYPE, text(pin), &tries),
              "SKF_VerifyPIN");
        name = firstName([&](LPSTR out, ULONG* size) {
            return function<SKF_EnumContainer_fn>("SKF_EnumContainer")(application_, out, size);
        });
        check(function<SKF_OpenContainer_fn>("SKF_OpenContainer")(application_, text(name), &container_),
              "SKF_OpenContainer");
        sign_ = function<SKF_ECCSignData_fn>("SKF_ECCSignData");
        digest_.fill(0x5a);
    }

    void sign() override {
        ECCSIGNATUREBLOB signature;
        check(sign_(container_, digest_.data(), static_cast<ULONG>(digest_.size()), &signature),
              "SKF_ECCSignData");
    }

  private:
    static LPSTR text(std::string& s) { return reinterpret_cast<LPSTR>(s.data()); }

    static void check(ULONG code, const char* what) {
        if (code != SAR_OK) throw std::runtime_error(std::string(what) + " failed: " + std::to_string(code));
    }

    template <class Function>
    Function function(const char* name) const {
        auto f = reinterpret_cast<Function>(::dlsym(library_, name));
        if (f == nullptr) throw std::runtime_error(name);
        return f;
    }

    template <class List>
    static std::string firstName(List list) {
        std::array<char, 4096> names{};
        auto size = static_cast<ULONG>(names.size());
        check(list(reinterpret_cast<LPSTR>(names.data()), &size), "enumeration");
        return names.data();
    }

    std::string& deviceWith(const std::string& serial) {
        std::array<char, 4096> names{};
        auto size = static_cast<ULONG>(names.size());
        check(function<SKF_EnumDev_fn>("SKF_EnumDev")(TRUE, reinterpret_cast<LPSTR>(names.data()), &size),
              "SKF_EnumDev");
        for (const char* name = names.data(); *name != '\0'; name += std::string(name).size() + 1) {
            name_ = name;
            if (name_.find(serial) != std::string::npos) return name_;
        }
        throw std::runtime_error("no device " + serial);
    }

    void* library_;
    std::string name_;
    DEVHANDLE device_ = nullptr;
    HAPPLICATION application_ = nullptr;
    HCONTAINER container_ = nullptr;
    SKF_ECCSignData_fn sign_ = nullptr;
    std::array<BYTE, 32> digest_{};
};

}  // namespace

std::unique_ptr<DirectToken> openDirectSkf(const std::string& library, const std::string& serial,
                                           const std::string& pin) {
    return std::make_unique<DirectSkf>(library, serial, pin);
}

}  // namespace ukey::bench
