#include "tokenlib/drivers/skf/rsa_signature.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>

#include "tokenlib/token/key_forms.hpp"

namespace ukey::skf {
namespace {

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(BIGNUM* number) const { BN_free(number); }
};

/// A key of OpenSSL, and what it signs.
struct RsaKey {
    explicit RsaKey(unsigned bits) : key(EVP_RSA_gen(bits)) {
        for (const auto& [name, out] :
             {std::pair{"n", &publicKey.modulus}, std::pair{"e", &publicKey.exponent}}) {
            BIGNUM* raw = nullptr;
            EVP_PKEY_get_bn_param(key.get(), name, &raw);
            const std::unique_ptr<BIGNUM, KeyDeleter> number(raw);
            out->resize(static_cast<std::size_t>(BN_num_bytes(raw)));
            BN_bn2bin(raw, out->data());
        }
        publicKey.algorithm = token::KeyAlgorithm::rsa2048;
    }
    Bytes sign(const char* digest, ByteView message) const {
        const std::unique_ptr<EVP_MD_CTX, KeyDeleter> context(EVP_MD_CTX_new());
        std::size_t size = publicKey.modulus.size();
        Bytes signature(size);
        EVP_DigestSignInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key.get(), nullptr);
        EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size());
        return signature;
    }
    std::unique_ptr<EVP_PKEY, KeyDeleter> key;
    token::PublicKey publicKey;
};

Bytes digestOf(const char* name, ByteView message) {
    Bytes digest(EVP_MAX_MD_SIZE);
    std::size_t size = 0;
    EVP_Q_digest(nullptr, name, nullptr, message.data(), message.size(), digest.data(), &size);
    digest.resize(size);
    return digest;
}

class RsaSignature
    : public testing::TestWithParam<std::tuple<unsigned, std::pair<const char*, token::DigestAlgorithm>>> {};

TEST_P(RsaSignature, ofOpenSsl_isRecognisedAndOnlyIt) {
    const auto& [bits, digest] = GetParam();
    const RsaKey key(bits);
    const Bytes info = token::digestInfo(digest.second, digestOf(digest.first, asBytes("bid")));
    Bytes signature = key.sign(digest.first, asBytes("bid"));
    EXPECT_TRUE(isRsaSignature(key.publicKey, info, signature));
    const Bytes other = token::digestInfo(digest.second, digestOf(digest.first, asBytes("bit")));
    EXPECT_FALSE(isRsaSignature(key.publicKey, other, signature));
    signature[7] = static_cast<std::uint8_t>(signature[7] ^ 0x10);
    EXPECT_FALSE(isRsaSignature(key.publicKey, info, signature));
    signature.pop_back();
    EXPECT_FALSE(isRsaSignature(key.publicKey, info, signature));
}

INSTANTIATE_TEST_SUITE_P(SizesAndDigests, RsaSignature,
                         testing::Combine(testing::Values(2048U, 3072U),
                                          testing::Values(std::pair{"SHA256", token::DigestAlgorithm::sha256},
                                                          std::pair{"SHA384", token::DigestAlgorithm::sha384},
                                                          std::pair{"SHA512",
                                                                    token::DigestAlgorithm::sha512})));

TEST(RsaDigestInfo, sm3_hasTheAlgorithmOfGmt0006) {
    const Bytes info = token::digestInfo(token::DigestAlgorithm::sm3, Bytes(32, 0xAA));
    EXPECT_EQ(toHex(info).substr(0, 36),
              "3030300c06082a811ccf550183110500"
              "0420");
    EXPECT_EQ(info.size(), 50U);
}

TEST(RsaPublicOperation, numberNotBelowModulus_isReduced) {
    // 15 = 3 × 5; 200^3 mod 15 = 5^3 mod 15 = 5.
    EXPECT_EQ(rsaPublicOperation(Bytes{15}, Bytes{3}, Bytes{200}), Bytes{5});
    EXPECT_EQ(rsaPublicOperation(Bytes{15}, Bytes{1}, Bytes{0}), Bytes{0});
}

}  // namespace
}  // namespace ukey::skf
