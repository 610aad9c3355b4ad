#include "sandbox/ra/key_delivery.hpp"

#include "sandbox/ca/enveloped_key.hpp"

namespace ukey::ra {

DeliveredKey deliveredForm(const ca::EnvelopedPair& pair) {
    if (const auto* sm2 = std::get_if<token::EnvelopedSm2Key>(&pair)) {
        return {"sm2-enveloped-key", toBase64Url(ca::toSm2EnvelopedKey(*sm2)), "", ""};
    }
    const auto& rsa = std::get<token::WrappedKeyPair>(pair);
    return {"rsa-wrapped", toBase64Url(rsa.encryptedPrivateKey), "sm4-ecb", toBase64Url(rsa.wrappedKey)};
}

}  // namespace ukey::ra
