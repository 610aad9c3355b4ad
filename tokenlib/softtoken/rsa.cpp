#include "tokenlib/softtoken/rsa.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace ukey::softtoken {
namespace {

using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, OpensslDeleter<&OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, OpensslDeleter<&OSSL_PARAM_free>>;

constexpr int kBits = 2048;

std::size_t sizeOf(const EVP_PKEY* key) noexcept { return static_cast<std::size_t>(EVP_PKEY_get_size(key)); }

// Numbers shorter than their array stand at its end with some makers, at its start with others.
BigNumber numberAt(const BYTE* array, std::size_t arraySize, std::size_t size) {
    const bool atEnd = std::all_of(array, array + (arraySize - size), [](BYTE octet) { return octet == 0; });
    BigNumber number(must(BN_secure_new()));
    must(BN_bin2bn(atEnd ? array + (arraySize - size) : array, static_cast<int>(size), number.get()));
    return number;
}

struct Modulus {
    BigNumber n;
    BigNumber e;
};

Modulus modulusOf(ULONG bitLength, const BYTE (&modulus)[MAX_RSA_MODULUS_LEN],
                  const BYTE (&exponent)[MAX_RSA_EXPONENT_LEN]) {
    require(bitLength == 1024 || bitLength == kBits, SAR_RSAMODULUSLENERR);
    Modulus numbers{numberAt(modulus, sizeof modulus, bitLength / 8),
                    numberAt(exponent, sizeof exponent, sizeof exponent)};
    require(BN_num_bits(numbers.n.get()) == static_cast<int>(bitLength) && BN_is_odd(numbers.n.get()) &&
                BN_is_odd(numbers.e.get()) && !BN_is_one(numbers.e.get()),
            SAR_INDATAERR);
    return numbers;
}

PKey keyFrom(OSSL_PARAM_BLD* builder, int selection) {
    const Parameters parameters(must(OSSL_PARAM_BLD_to_param(builder)));
    const PKeyContext context(must(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)));
    must(EVP_PKEY_fromdata_init(context.get()));
    EVP_PKEY* key = nullptr;
    require(EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) == 1, SAR_INDATAERR);
    return PKey(key);
}

using Operation = int (*)(EVP_PKEY_CTX*, unsigned char*, size_t*, const unsigned char*, size_t);

// One operation with a key into a buffer of the modulus' size; false when it fails.
bool operate(EVP_PKEY* key, int (*init)(EVP_PKEY_CTX*), Operation operation, int padding, ByteView input,
             std::span<std::uint8_t> out, std::size_t& outSize) {
    const PKeyContext context(must(EVP_PKEY_CTX_new(key, nullptr)));
    must(init(context.get()));
    must(EVP_PKEY_CTX_set_rsa_padding(context.get(), padding));
    outSize = out.size();
    const bool good = operation(context.get(), out.data(), &outSize, input.data(), input.size()) == 1;
    if (!good) ERR_clear_error();
    return good;
}

void putNumber(const EVP_PKEY* key, const char* name, BYTE* out, std::size_t size) {
    BIGNUM* number = nullptr;
    must(EVP_PKEY_get_bn_param(key, name, &number));
    const BigNumber owned(number);
    must(BN_bn2binpad(number, out, static_cast<int>(size)));
}

}  // namespace

RsaPrivate RsaPrivate::generate() {
    PKey key(EVP_RSA_gen(kBits));
    require(key != nullptr, SAR_GENRSAKEYERR);
    return RsaPrivate(std::move(key));
}

RsaPrivate RsaPrivate::fromPkcs1(ByteView der) {
    const unsigned char* position = der.data();
    PKey key(d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &position, static_cast<long>(der.size())));
    if (!key) ERR_clear_error();
    require(key != nullptr, SAR_INDATAERR);
    require(EVP_PKEY_get_bits(key.get()) == kBits, SAR_INDATAERR);
    return RsaPrivate(std::move(key));
}

RsaPrivate RsaPrivate::fromBlob(const RSAPRIVATEKEYBLOB& blob) {
    const Modulus modulus = modulusOf(blob.BitLen, blob.Modulus, blob.PublicExponent);
    const std::size_t size = blob.BitLen / 8;
    const ParameterBuilder builder(must(OSSL_PARAM_BLD_new()));
    must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.n.get()));
    must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, modulus.e.get()));
    std::vector<BigNumber> numbers;
    const auto push = [&](const char* name, const BYTE* array, std::size_t arraySize,
                          std::size_t numberSize) {
        numbers.push_back(numberAt(array, arraySize, numberSize));
        must(OSSL_PARAM_BLD_push_BN(builder.get(), name, numbers.back().get()));
    };
    push(OSSL_PKEY_PARAM_RSA_D, blob.PrivateExponent, sizeof blob.PrivateExponent, size);
    push(OSSL_PKEY_PARAM_RSA_FACTOR1, blob.Prime1, sizeof blob.Prime1, size / 2);
    push(OSSL_PKEY_PARAM_RSA_FACTOR2, blob.Prime2, sizeof blob.Prime2, size / 2);
    push(OSSL_PKEY_PARAM_RSA_EXPONENT1, blob.Prime1Exponent, sizeof blob.Prime1Exponent, size / 2);
    push(OSSL_PKEY_PARAM_RSA_EXPONENT2, blob.Prime2Exponent, sizeof blob.Prime2Exponent, size / 2);
    push(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, blob.Coefficient, sizeof blob.Coefficient, size / 2);
    return RsaPrivate(keyFrom(builder.get(), EVP_PKEY_KEYPAIR));
}

bool RsaPrivate::isSound() const {
    const PKeyContext context(must(EVP_PKEY_CTX_new(key_.get(), nullptr)));
    const bool sound = EVP_PKEY_check(context.get()) == 1;
    if (!sound) ERR_clear_error();
    return sound;
}

Secret RsaPrivate::toPkcs1() const {
    unsigned char* der = nullptr;
    const int size = i2d_PrivateKey(key_.get(), &der);
    must(size);
    Secret secret = Secret::copyOf(ByteView(der, static_cast<std::size_t>(size)));
    OPENSSL_clear_free(der, static_cast<std::size_t>(size));
    return secret;
}

RSAPUBLICKEYBLOB RsaPrivate::publicBlob() const {
    RSAPUBLICKEYBLOB blob{};
    blob.AlgID = SGD_RSA;
    blob.BitLen = static_cast<ULONG>(EVP_PKEY_get_bits(key_.get()));
    putNumber(key_.get(), OSSL_PKEY_PARAM_RSA_N, blob.Modulus, sizeof blob.Modulus);
    putNumber(key_.get(), OSSL_PKEY_PARAM_RSA_E, blob.PublicExponent, sizeof blob.PublicExponent);
    return blob;
}

RSAPRIVATEKEYBLOB RsaPrivate::privateBlob() const {
    const RSAPUBLICKEYBLOB open = publicBlob();
    RSAPRIVATEKEYBLOB blob{};
    blob.AlgID = open.AlgID;
    blob.BitLen = open.BitLen;
    std::memcpy(blob.Modulus, open.Modulus, sizeof blob.Modulus);
    std::memcpy(blob.PublicExponent, open.PublicExponent, sizeof blob.PublicExponent);
    const EVP_PKEY* key = key_.get();
    putNumber(key, OSSL_PKEY_PARAM_RSA_D, blob.PrivateExponent, sizeof blob.PrivateExponent);
    putNumber(key, OSSL_PKEY_PARAM_RSA_FACTOR1, blob.Prime1, sizeof blob.Prime1);
    putNumber(key, OSSL_PKEY_PARAM_RSA_FACTOR2, blob.Prime2, sizeof blob.Prime2);
    putNumber(key, OSSL_PKEY_PARAM_RSA_EXPONENT1, blob.Prime1Exponent, sizeof blob.Prime1Exponent);
    putNumber(key, OSSL_PKEY_PARAM_RSA_EXPONENT2, blob.Prime2Exponent, sizeof blob.Prime2Exponent);
    putNumber(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, blob.Coefficient, sizeof blob.Coefficient);
    return blob;
}

std::size_t RsaPrivate::size() const noexcept { return sizeOf(key_.get()); }

Bytes RsaPrivate::sign(ByteView data) const {
    require(!data.empty() && data.size() + 11 <= size(), SAR_INDATALENERR);
    Bytes signature(size());
    std::size_t written = 0;
    require(
        operate(key_.get(), &EVP_PKEY_sign_init, &EVP_PKEY_sign, RSA_PKCS1_PADDING, data, signature, written),
        SAR_FAIL);
    return signature;
}

Secret RsaPrivate::decrypt(ByteView cipher) const {
    require(cipher.size() == size(), SAR_INDATALENERR);
    Secret plain(size());
    plain.resize(size());
    std::size_t written = 0;
    require(operate(key_.get(), &EVP_PKEY_decrypt_init, &EVP_PKEY_decrypt, RSA_PKCS1_PADDING, cipher,
                    {plain.data(), plain.size()}, written),
            SAR_RSADECERR);
    plain.resize(written);
    return plain;
}

Bytes RsaPrivate::rawPrivate(ByteView input) const {
    require(input.size() == size(), SAR_INDATALENERR);
    Bytes out(size());
    std::size_t written = 0;
    require(
        operate(key_.get(), &EVP_PKEY_decrypt_init, &EVP_PKEY_decrypt, RSA_NO_PADDING, input, out, written),
        SAR_RSADECERR);
    return out;
}

RsaPublic::RsaPublic(const RSAPUBLICKEYBLOB& blob) {
    const Modulus modulus = modulusOf(blob.BitLen, blob.Modulus, blob.PublicExponent);
    const ParameterBuilder builder(must(OSSL_PARAM_BLD_new()));
    must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.n.get()));
    must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, modulus.e.get()));
    key_ = keyFrom(builder.get(), EVP_PKEY_PUBLIC_KEY);
}

std::size_t RsaPublic::size() const noexcept { return sizeOf(key_.get()); }

bool RsaPublic::verify(ByteView data, ByteView signature) const {
    if (signature.size() != size() || data.empty() || data.size() + 11 > size()) return false;
    const PKeyContext context(must(EVP_PKEY_CTX_new(key_.get(), nullptr)));
    must(EVP_PKEY_verify_init(context.get()));
    must(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING));
    const bool good =
        EVP_PKEY_verify(context.get(), signature.data(), signature.size(), data.data(), data.size()) == 1;
    if (!good) ERR_clear_error();
    return good;
}

Bytes RsaPublic::encrypt(ByteView plain) const {
    Bytes out(size());
    std::size_t written = 0;
    require(operate(key_.get(), &EVP_PKEY_encrypt_init, &EVP_PKEY_encrypt, RSA_PKCS1_PADDING, plain, out,
                    written),
            SAR_RSAENCERR);
    return out;
}

Bytes RsaPublic::rawPublic(ByteView input) const {
    require(input.size() == size(), SAR_INDATALENERR);
    Bytes out(size());
    std::size_t written = 0;
    require(
        operate(key_.get(), &EVP_PKEY_encrypt_init, &EVP_PKEY_encrypt, RSA_NO_PADDING, input, out, written),
        SAR_RSAENCERR);
    return out;
}

}  // namespace ukey::softtoken
