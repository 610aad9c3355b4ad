// An encryption pair as the RA's answer carries it.
#pragma once

#include <string>

#include "sandbox/ca/key_centre.hpp"

namespace ukey::ra {

/// Fields of `encryptionKey` in `enrolment.complete`; texts are base64url.
struct DeliveredKey {
    std::string format;  ///< "sm2-enveloped-key" or "rsa-wrapped".
    std::string data;
    std::string symmetricAlgorithm;  ///< rsa-wrapped only: "sm4-ecb".
    std::string wrappedKey;          ///< rsa-wrapped only.
};

DeliveredKey deliveredForm(const ca::EnvelopedPair& pair);

}  // namespace ukey::ra
