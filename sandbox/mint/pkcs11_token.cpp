#include "sandbox/mint/minting.hpp"
#include "tokenlib/drivers/pkcs11/pkcs11_driver.hpp"

namespace ukey::mint {

Minted onPkcs11Token(ca::CertificateCentre& centre, const std::filesystem::path& module,
                     const std::string& label, const Order& order) {
    pkcs11::Pkcs11Options options;
    options.library = std::filesystem::absolute(module);
    const auto driver = pkcs11::loadDriver(options);
    Minting minting(*driver, centre,
                    findToken(*driver, [&](const auto& token) { return token.label == label; }), order);
    minting.logIn();
    return minting.run(nullptr);
}

}  // namespace ukey::mint
