// OAEP padding that OpenSSL wrote, taken off.
#include "tokenlib/pki/unwrapping.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "test_ca.hpp"

namespace ukey::pki {
namespace {

using test::TestKey;
using token::KeyAlgorithm;
using token::KeyDigest;

/// As RSA decrypts it: padding and all.
Bytes paddedByOpenssl(const token::OaepCipher& how, ByteView message) {
    const TestKey& key = TestKey::shared(KeyAlgorithm::rsa2048);
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key.handle(), nullptr);
    EVP_PKEY_encrypt_init(context);
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING);
    EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_get_digestbyname(toString(how.digest).data()));
    EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_get_digestbyname(toString(how.maskDigest).data()));
    if (!how.label.empty()) {
        EVP_PKEY_CTX_set0_rsa_oaep_label(context, OPENSSL_memdup(how.label.data(), how.label.size()),
                                         static_cast<int>(how.label.size()));
    }
    Bytes block(256);
    std::size_t length = block.size();
    EXPECT_EQ(EVP_PKEY_encrypt(context, block.data(), &length, message.data(), message.size()), 1);
    EVP_PKEY_CTX_free(context);
    return key.decrypt(token::BareRsaCipher{block});
}

std::optional<Bytes> opened(ByteView block, const token::OaepCipher& how) {
    const auto message = withoutOaepPadding(block, how);
    if (!message) return std::nullopt;
    return toBytes(message->view());
}

TEST(Oaep, paddingOfOpenssl_isTakenOffWhateverItsDigestsLabelAndLength) {
    for (const KeyDigest digest :
         {KeyDigest::sha1, KeyDigest::sha256, KeyDigest::sha384, KeyDigest::sha512}) {
        for (const KeyDigest mask : {KeyDigest::sha1, KeyDigest::sha512}) {
            for (const Bytes& label : {Bytes{}, Bytes{1, 2, 3}}) {
                for (const std::size_t size : {1U, 32U, 126U}) {
                    const token::OaepCipher how{{}, digest, mask, label};
                    const Bytes message(size, 0x5A);
                    EXPECT_EQ(opened(paddedByOpenssl(how, message), how), message)
                        << toString(digest) << size;
                }
            }
        }
    }
}

TEST(Oaep, anotherLabelOrDigest_isNothing) {
    const token::OaepCipher how{{}, KeyDigest::sha256, KeyDigest::sha256, {1, 2, 3}};
    const Bytes block = paddedByOpenssl(how, Bytes(32, 0x5A));
    EXPECT_EQ(opened(block, {{}, KeyDigest::sha256, KeyDigest::sha256, {}}), std::nullopt);
    EXPECT_EQ(opened(block, {{}, KeyDigest::sha1, KeyDigest::sha256, {1, 2, 3}}), std::nullopt);
    EXPECT_EQ(opened(block, {{}, KeyDigest::sha256, KeyDigest::sha1, {1, 2, 3}}), std::nullopt);
}

TEST(Oaep, changedOrCutOff_isNothing) {
    const token::OaepCipher how{{}, KeyDigest::sha256, KeyDigest::sha256, {}};
    const Bytes block = paddedByOpenssl(how, Bytes(32, 0x5A));
    for (std::size_t at = 0; at < 66; ++at) {
        Bytes changed = block;
        changed[at] ^= 1U;
        EXPECT_EQ(opened(changed, how), std::nullopt) << at;
    }
    for (const std::size_t size : {0U, 1U, 65U})
        EXPECT_EQ(opened(ByteView(block).first(size), how), std::nullopt);
    EXPECT_EQ(opened(Bytes(256, 0), how), std::nullopt);
}

TEST(KeyWrap, exampleOfTheRfc_isUnwrappedByItsKeyAlone) {
    // RFC 3394 4.6: 256 bits of key data under a key of 256 bits.
    const Bytes key = *fromHex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
    const Bytes wrapped =
        *fromHex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21");
    const auto plain = aesUnwrapped(key, wrapped);
    ASSERT_TRUE(plain);
    EXPECT_EQ(toHex(plain->view()),
              toHex(*fromHex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")));
    EXPECT_FALSE(aesUnwrapped(Bytes(32, 1), wrapped));
    EXPECT_FALSE(aesUnwrapped(key, ByteView(wrapped).first(23)));
    EXPECT_FALSE(aesUnwrapped(key, {}));
}

}  // namespace
}  // namespace ukey::pki
