// Tokens as a CA's counter hands them out: with certificates on them and the holder's own PIN.
#pragma once

#include <filesystem>
#include <string>

#include "sandbox/ca/certificate_centre.hpp"
#include "sandbox/ca/key_centre.hpp"
#include "tokenlib/base/secret.hpp"

namespace ukey::mint {

struct Order {
    token::KeyAlgorithm algorithm = token::KeyAlgorithm::sm2;
    ca::Subject subject;
    Secret pin;  ///< The holder's; a token with the PIN that it ships with (111111) is given this one.
};

/// What was put on the token.
struct Minted {
    std::string tokenSerial;
    std::string container;
    std::string signSerial;     ///< Serial number of the certificate.
    std::string encryptSerial;  ///< Empty where there is no encryption pair.
};

/// On the soft token of that serial in $UKEY_SOFTTOKEN_DIR, through its GM/T 0016 library: a signing pair
/// made by the token and an encryption pair from the key centre, SM2 or RSA-2048. A token that is not there
/// is made, and left plugged in; another is left as it was. When this throws, neither a new token nor a new
/// container stays.
Minted onSoftToken(ca::CertificateCentre& centre, ca::KeyCentre& keys, const std::filesystem::path& library,
                   const std::string& serial, const Order& order);

/// On an initialised PKCS#11 token: a signing pair, RSA-2048 or P-256.
Minted onPkcs11Token(ca::CertificateCentre& centre, const std::filesystem::path& module,
                     const std::string& label, const Order& order);

}  // namespace ukey::mint
