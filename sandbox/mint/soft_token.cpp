#include "sandbox/mint/minting.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/drivers/skf/skf_driver.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::mint {
namespace {

/// Plugs the token in for the work, and leaves it as it was found. A new one stays, plugged in, if all went
/// well.
class Plugged {
  public:
    explicit Plugged(const std::string& serial) : serial_(serial), isNew_(!softtoken::exists(serial)) {
        if (isNew_) {
            softtoken::TokenSpec spec;
            spec.serial = serial;
            softtoken::createToken(spec);
        }
        wasPlugged_ = softtoken::isPlugged(serial);
        softtoken::plug(serial);
    }
    ~Plugged() {
        try {
            if (isNew_ && !good_) {
                softtoken::remove(serial_);
            } else if (!isNew_ && !wasPlugged_) {
                softtoken::unplug(serial_);
            }
        } catch (const Error&) {  // NOLINT(bugprone-empty-catch): a token that stays plugged in harms nobody.
        }
    }
    Plugged(const Plugged&) = delete;
    Plugged& operator=(const Plugged&) = delete;

    void allWentWell() { good_ = true; }

  private:
    std::string serial_;
    bool isNew_;
    bool wasPlugged_ = false;
    bool good_ = false;
};

}  // namespace

Minted onSoftToken(ca::CertificateCentre& centre, ca::KeyCentre& keys, const std::filesystem::path& library,
                   const std::string& serial, const Order& order) {
    if (order.algorithm != token::KeyAlgorithm::sm2 && order.algorithm != token::KeyAlgorithm::rsa2048) {
        throw Error(ErrorCode::unsupported, "soft tokens take sm2 and rsa2048");
    }
    Plugged plugged(serial);
    skf::SkfOptions options;
    options.library = std::filesystem::absolute(library).string();
    const auto driver = skf::loadDriver(options);
    Minting minting(*driver, centre,
                    findToken(*driver, [&](const auto& token) { return token.serial == serial; }), order);
    minting.logIn();
    auto minted = minting.run(&keys);
    plugged.allWentWell();
    return minted;
}

}  // namespace ukey::mint
