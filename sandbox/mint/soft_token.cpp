#include "sandbox/mint/minting.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/skf/skf_driver.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::mint {
namespace {

/// Plugs the token in for the work, and leaves it as it was found; a new one stays plugged.
class Plugged {
  public:
    explicit Plugged(const std::string& serial) : serial_(serial) {
        if (!softtoken::exists(serial)) {
            softtoken::TokenSpec spec;
            spec.serial = serial;
            softtoken::createToken(spec);
        } else {
            unplugAfter_ = !softtoken::isPlugged(serial);
        }
        softtoken::plug(serial);
    }
    ~Plugged() {
        if (!unplugAfter_) return;
        try {
            softtoken::unplug(serial_);
        } catch (const Error&) {  // A token that stays plugged in harms nobody.
        }
    }
    Plugged(const Plugged&) = delete;
    Plugged& operator=(const Plugged&) = delete;

  private:
    std::string serial_;
    bool unplugAfter_ = false;
};

}  // namespace

Minted onSoftToken(ca::CertificateCentre& centre, ca::KeyCentre& keys, const std::filesystem::path& library,
                   const std::string& serial, const Order& order) {
    if (order.algorithm != token::KeyAlgorithm::sm2 && order.algorithm != token::KeyAlgorithm::rsa2048) {
        throw Error(ErrorCode::unsupported, "soft tokens take sm2 and rsa2048");
    }
    const Plugged plugged(serial);
    skf::SkfOptions options;
    options.library = std::filesystem::absolute(library).string();
    const auto driver = skf::loadDriver(options);
    Minting minting(*driver, centre,
                    findToken(*driver, [&](const auto& token) { return token.serial == serial; }), order);
    minting.logIn();
    return minting.run(&keys);
}

}  // namespace ukey::mint
