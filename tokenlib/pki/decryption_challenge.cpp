#include "tokenlib/pki/decryption_challenge.hpp"

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"
#include "tokenlib/pki/sm4.hpp"

namespace ukey::pki {

DecryptionChallenge makeDecryptionChallenge(const token::PublicKey& key) {
    const bool isSm2 = key.algorithm == token::KeyAlgorithm::sm2;
    if (!isSm2 && !token::isRsa(key.algorithm)) {
        throw Error(ErrorCode::unsupported,
                    "a " + std::string(token::toString(key.algorithm)) + " key does not decrypt");
    }
    DecryptionChallenge challenge;
    challenge.contentKey = Secret(16);
    challenge.contentKey.resize(16);
    fillRandom({challenge.contentKey.data(), challenge.contentKey.size()});
    challenge.iv.resize(16);
    challenge.plain.resize(32);
    fillRandom(challenge.iv);
    fillRandom(challenge.plain);
    challenge.cipher = sm4CbcEncrypt(challenge.contentKey.view(), challenge.iv, challenge.plain);
    if (isSm2) {
        challenge.wrappedKey = sm2Encrypt(key, challenge.contentKey.view());
    } else {
        challenge.wrappedKey = rsaEncrypt(key, challenge.contentKey.view());
    }
    return challenge;
}

}  // namespace ukey::pki
