#include "sandbox/ca/enveloped_key.hpp"

#include <openssl/core_names.h>

#include <array>

#include "sandbox/ca/keys.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/secret.hpp"

namespace ukey::ca {
namespace {

constexpr std::size_t kSm4Key = 16;
constexpr std::size_t kCoordinate = 32;
constexpr std::uint32_t kSm4Ecb = 0x401;
/// 1.2.156.10197.1.104.1
constexpr std::array<std::uint8_t, 10> kSm4EcbOid{0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x68, 0x01};

Bytes sm4Ecb(ByteView key, ByteView plain, bool padded) {
    const CipherContextPtr context(requirePointer(EVP_CIPHER_CTX_new(), "memory"));
    require(EVP_EncryptInit_ex2(context.get(), EVP_sm4_ecb(), key.data(), nullptr, nullptr) == 1, "SM4");
    EVP_CIPHER_CTX_set_padding(context.get(), padded ? 1 : 0);
    Bytes cipher(plain.size() + kSm4Key);
    int first = 0;
    int last = 0;
    require(EVP_EncryptUpdate(context.get(), cipher.data(), &first, plain.data(),
                              static_cast<int>(plain.size())) == 1 &&
                EVP_EncryptFinal_ex(context.get(), cipher.data() + first, &last) == 1,
            "SM4");
    cipher.resize(static_cast<std::size_t>(first + last));
    return cipher;
}

Secret randomKey() {
    Secret key(kSm4Key);
    auto octets = randomBytes(kSm4Key);
    key.append(octets);
    wipe(std::span<std::uint8_t>(octets));
    return key;
}

/// OpenSSL's SM2 gives DER SM2Cipher, its RSA the PKCS#1 v1.5 block.
Bytes encryptTo(EVP_PKEY* key, ByteView plain) {
    const KeyContextPtr context(
        requirePointer(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr), "encrypting"));
    std::size_t length = 0;
    require(EVP_PKEY_encrypt_init(context.get()) == 1 &&
                EVP_PKEY_encrypt(context.get(), nullptr, &length, plain.data(), plain.size()) == 1,
            "encrypting");
    Bytes cipher(length);
    require(EVP_PKEY_encrypt(context.get(), cipher.data(), &length, plain.data(), plain.size()) == 1,
            "encrypting");
    cipher.resize(length);
    return cipher;
}

void freeElements(ASN1_SEQUENCE_ANY* elements) noexcept { sk_ASN1_TYPE_pop_free(elements, ASN1_TYPE_free); }
using ElementsPtr = std::unique_ptr<ASN1_SEQUENCE_ANY, Freer<freeElements>>;

Bytes contentOf(const ASN1_TYPE* element) {
    const ASN1_STRING* string = element->value.asn1_string;
    const auto* data = ASN1_STRING_get0_data(string);
    return {data, data + ASN1_STRING_length(string)};
}

Bytes leftPadded(Bytes number) {
    require(number.size() <= kCoordinate, "an SM2 cipher");
    number.insert(number.begin(), kCoordinate - number.size(), 0);
    return number;
}

token::Sm2Cipher partsOf(const Bytes& der) {
    const unsigned char* cursor = der.data();
    const ElementsPtr elements(requirePointer(
        d2i_ASN1_SEQUENCE_ANY(nullptr, &cursor, static_cast<long>(der.size())), "an SM2 cipher"));
    require(sk_ASN1_TYPE_num(elements.get()) == 4, "an SM2 cipher");
    const auto element = [&](int index) { return contentOf(sk_ASN1_TYPE_value(elements.get(), index)); };
    return {leftPadded(element(0)), leftPadded(element(1)), element(2), element(3)};
}

/// Tag, length, contents one after the other.
Bytes derOf(std::uint8_t tag, std::initializer_list<ByteView> contents) {
    std::size_t length = 0;
    for (const auto& content : contents) length += content.size();
    Bytes der{tag};
    if (length >= 0x100) {
        der.insert(der.end(), {0x82, static_cast<std::uint8_t>(length >> 8U)});
    } else if (length >= 0x80) {
        der.push_back(0x81);
    }
    der.push_back(static_cast<std::uint8_t>(length));
    for (const auto& content : contents) der.insert(der.end(), content.begin(), content.end());
    return der;
}

Bytes derInteger(ByteView number) {
    while (number.size() > 1 && number[0] == 0) number = number.subspan(1);
    const std::array<std::uint8_t, 1> sign{};
    return (number[0] & 0x80U) != 0 ? derOf(V_ASN1_INTEGER, {sign, number}) : derOf(V_ASN1_INTEGER, {number});
}

Bytes derBitString(ByteView bits) {
    const std::array<std::uint8_t, 1> unused{};
    return derOf(V_ASN1_BIT_STRING, {unused, bits});
}

constexpr std::uint8_t kSequence = 0x30;

Bytes derOf(const token::Sm2Cipher& cipher) {
    return derOf(kSequence,
                 {derInteger(cipher.x), derInteger(cipher.y), derOf(V_ASN1_OCTET_STRING, {cipher.hash}),
                  derOf(V_ASN1_OCTET_STRING, {cipher.cipher})});
}

}  // namespace

token::EnvelopedSm2Key envelopeSm2(EVP_PKEY* pair, EVP_PKEY* signingKey) {
    BIGNUM* number = nullptr;
    require(EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1, "reading a key");
    const BignumPtr owner(number);
    // GM/T 0016 clause 6.4.10: the number stands right-aligned in 64 octets.
    Secret plain(2 * kCoordinate);
    plain.resize(2 * kCoordinate);
    require(BN_bn2binpad(number, plain.data(), static_cast<int>(2 * kCoordinate)) > 0, "reading a key");

    const auto sm4 = randomKey();
    token::EnvelopedSm2Key key;
    key.symmetricAlgorithm = kSm4Ecb;
    key.encryptedPrivateKey = sm4Ecb(sm4.view(), plain.view(), false);
    key.publicKey = toPublicKey(pair).point;
    key.wrappedKey = partsOf(encryptTo(signingKey, sm4.view()));
    return key;
}

token::WrappedKeyPair envelopeRsa(EVP_PKEY* pair, EVP_PKEY* signingKey) {
    auto plain = toDer(i2d_PrivateKey, pair);
    const auto sm4 = randomKey();
    token::WrappedKeyPair key;
    key.algorithm = algorithmOf(pair);
    key.symmetricAlgorithm = kSm4Ecb;
    key.encryptedPrivateKey = sm4Ecb(sm4.view(), plain, true);
    wipe(std::span<std::uint8_t>(plain));
    key.wrappedKey = encryptTo(signingKey, sm4.view());
    key.publicKey = toPublicKey(pair);
    return key;
}

Bytes toSm2EnvelopedKey(const token::EnvelopedSm2Key& key) {
    const auto algorithm = derOf(kSequence, {kSm4EcbOid});
    return derOf(kSequence, {algorithm, derOf(key.wrappedKey), derBitString(key.publicKey),
                             derBitString(key.encryptedPrivateKey)});
}

}  // namespace ukey::ca
