#include "sandbox/unlock_answer/unlock_answer.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "sandbox/unlock_answer/unlock_asn1.hpp"

namespace ukey::unlock_answer {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using CipherContextPtr = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;

constexpr std::size_t kBlock = 16;
constexpr std::size_t kCoordinate = 32;
constexpr std::size_t kRandom = 8;
constexpr std::size_t kMac = 4;
constexpr std::size_t kMaxRequest = 8192;

void require(bool good) {
    if (good) return;
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    throw std::runtime_error(std::string("OpenSSL: ") + text.data());
}

/// Wiped when it goes: the PINs and what is made of them.
class Wiped : public Octets {
  public:
    /// Room that is never outgrown: a vector that moves leaves its old octets behind.
    explicit Wiped(std::size_t room) { reserve(room); }
    Wiped(const std::uint8_t* first, const std::uint8_t* last) : Octets(first, last) {}
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { OPENSSL_cleanse(data(), size()); }
};

Octets octetsOf(const ASN1_STRING* string) {
    const unsigned char* data = ASN1_STRING_get0_data(string);
    return {data, data + ASN1_STRING_length(string)};
}
std::string textOf(const ASN1_STRING* string) {
    const Octets octets = octetsOf(string);
    return {octets.begin(), octets.end()};
}

template <class T>
Octets derOf(int (*encode)(const T*, unsigned char**), const T* object) {
    unsigned char* encoded = nullptr;
    const int length = encode(object, &encoded);
    require(length > 0);
    Octets der(encoded, encoded + length);
    OPENSSL_free(encoded);
    return der;
}

std::chrono::system_clock::time_point timeOf(const ASN1_GENERALIZEDTIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) throw BadRequest("no time");
    const std::chrono::year_month_day date(std::chrono::year(parts.tm_year + 1900),
                                           std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                           std::chrono::day(static_cast<unsigned>(parts.tm_mday)));
    return std::chrono::sys_days(date) + std::chrono::hours(parts.tm_hour) +
           std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
}

/// An SM2 public key of its point.
KeyPtr keyOf(const Octets& point) {
    std::string group = "SM2";
    Octets octets = point;
    const std::array<OSSL_PARAM, 3> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets.data(), octets.size()),
        OSSL_PARAM_construct_end()};
    const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
    require(context && EVP_PKEY_fromdata_init(context.get()) == 1);
    EVP_PKEY* key = nullptr;
    const int made = EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                                       const_cast<OSSL_PARAM*>(parameters.data()));
    ERR_clear_error();
    if (made != 1) throw BadRequest("the key is no SM2 key");
    return KeyPtr(key);
}

/// SM2Cipher in DER, as EVP_PKEY_encrypt gives it.
CipherPtr sm2Encrypt(const Octets& point, const Wiped& plain) {
    const KeyPtr key = keyOf(point);
    const KeyContextPtr context(EVP_PKEY_CTX_new(key.get(), nullptr));
    std::size_t length = 0;
    require(context && EVP_PKEY_encrypt_init(context.get()) == 1 &&
            EVP_PKEY_encrypt(context.get(), nullptr, &length, plain.data(), plain.size()) == 1);
    Octets der(length);
    require(EVP_PKEY_encrypt(context.get(), der.data(), &length, plain.data(), plain.size()) == 1);
    const unsigned char* at = der.data();
    CipherPtr cipher(d2i_RawCipher(nullptr, &at, static_cast<long>(length)));
    require(cipher != nullptr);
    return cipher;
}

Octets sm3(const Octets& octets) {
    Octets digest(32);
    require(EVP_Digest(octets.data(), octets.size(), digest.data(), nullptr, EVP_sm3(), nullptr) == 1);
    return digest;
}

/// SM2 with SM3 and the default user identifier, others with SHA-256 (P-384: SHA-384); DER, or PKCS#1 v1.5.
Octets signatureOf(EVP_PKEY* key, const Octets& message) {
    constexpr std::string_view kUserId = "1234567812345678";
    const bool sm2 = EVP_PKEY_is_a(key, "SM2") == 1;
    const bool p384 = EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_bits(key) == 384;
    const EVP_MD* const digest = sm2 ? EVP_sm3() : p384 ? EVP_sha384() : EVP_sha256();
    const KeyContextPtr keyContext(EVP_PKEY_CTX_new(key, nullptr));
    const DigestContextPtr context(EVP_MD_CTX_new());
    require(keyContext && context);
    if (sm2)
        require(EVP_PKEY_CTX_set1_id(keyContext.get(), kUserId.data(), static_cast<int>(kUserId.size())) ==
                1);
    // The digest context only borrows the key context.
    EVP_MD_CTX_set_pkey_ctx(context.get(), keyContext.get());
    std::size_t length = 0;
    require(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
            EVP_DigestSign(context.get(), nullptr, &length, message.data(), message.size()) == 1);
    Octets signature(length);
    require(EVP_DigestSign(context.get(), signature.data(), &length, message.data(), message.size()) == 1);
    EVP_MD_CTX_set_pkey_ctx(context.get(), nullptr);
    signature.resize(length);
    return signature;
}

/// The response around an answer.
ResponsePtr responseTo(const Request& request) {
    ResponsePtr response(RawResponse_new());
    require(response != nullptr);
    require(ASN1_INTEGER_set(response->version, 1) == 1 &&
            ASN1_OCTET_STRING_set(response->nonce, request.nonce.data(),
                                  static_cast<int>(request.nonce.size())) == 1);
    return response;
}

// The maker's form.

/// K: the first octets of SHA-1 over the administrator PIN, filled with zeros to 16 octets.
Wiped unblockKey(std::string_view administratorPin) {
    Wiped padded(std::max(administratorPin.size(), kBlock));
    padded.assign(administratorPin.begin(), administratorPin.end());
    padded.resize(std::max(administratorPin.size(), kBlock));
    Wiped digest(EVP_MAX_MD_SIZE);
    digest.resize(EVP_MAX_MD_SIZE);
    require(EVP_Digest(padded.data(), padded.size(), digest.data(), nullptr, EVP_sha1(), nullptr) == 1);
    return Wiped(digest.data(), digest.data() + kBlock);
}

/// 0x80 and zeros up to a whole block.
void pad(Wiped& plain) {
    plain.push_back(0x80);
    plain.resize((plain.size() + kBlock - 1) / kBlock * kBlock);
}

Octets sm4(const EVP_CIPHER* cipher, const Wiped& key, const std::uint8_t* iv, const Wiped& plain) {
    const CipherContextPtr context(EVP_CIPHER_CTX_new());
    Octets out(plain.size() + kBlock);
    int length = 0;
    require(context && EVP_EncryptInit_ex(context.get(), cipher, nullptr, key.data(), iv) == 1 &&
            EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
            EVP_EncryptUpdate(context.get(), out.data(), &length, plain.data(),
                              static_cast<int>(plain.size())) == 1);
    out.resize(static_cast<std::size_t>(length));
    return out;
}

Octets sealedNewPin(const Wiped& key, std::string_view newPin) {
    Wiped plain(2 + newPin.size() + kBlock);
    plain.push_back(static_cast<std::uint8_t>(newPin.size()));
    plain.push_back(0);
    plain.insert(plain.end(), newPin.begin(), newPin.end());
    pad(plain);
    return sm4(EVP_sm4_ecb(), key, nullptr, plain);
}

/// The first octets of the last block of SM4-CBC.
Octets macOf(const Wiped& key, const std::uint8_t* random, std::string_view newPin) {
    std::array<std::uint8_t, kBlock> iv{};
    std::copy(random, random + kRandom, iv.begin());
    Wiped plain(newPin.size() + kBlock);
    plain.insert(plain.end(), newPin.begin(), newPin.end());
    pad(plain);
    const Octets chained = sm4(EVP_sm4_cbc(), key, iv.data(), plain);
    const auto last = chained.end() - static_cast<std::ptrdiff_t>(kBlock);
    return {last, last + kMac};
}

void appendNumber(Octets& out, const ASN1_INTEGER* number) {
    const BignumPtr value(ASN1_INTEGER_to_BN(number, nullptr));
    Octets octets(kCoordinate);
    require(value && BN_bn2binpad(value.get(), octets.data(), static_cast<int>(kCoordinate)) ==
                         static_cast<int>(kCoordinate));
    out.insert(out.end(), octets.begin(), octets.end());
}

void append(Octets& out, const Octets& more) { out.insert(out.end(), more.begin(), more.end()); }

}  // namespace

Request read(const Octets& der) {
    const unsigned char* at = der.data();
    RequestPtr raw;
    if (der.size() <= kMaxRequest) raw.reset(d2i_RawRequest(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (!raw || at != der.data() + der.size()) throw BadRequest("no unlock request");
    if (ASN1_INTEGER_get(raw->version) != 1) throw BadRequest("unknown version");
    Request request;
    request.serial = textOf(raw->serial);
    request.model = textOf(raw->model);
    request.nonce = octetsOf(raw->nonce);
    request.expires = timeOf(raw->expires);
    request.key = octetsOf(raw->key);
    if (raw->challenge != nullptr) request.challenge = octetsOf(raw->challenge);
    request.der = der;
    if (request.serial.empty() || request.nonce.size() != kBlock) throw BadRequest("no unlock request");
    (void)keyOf(request.key);
    return request;
}

Octets sealed(const Request& request, std::string_view administratorPin) {
    const Octets digest = sm3(request.der);
    Wiped plain(digest.size() + administratorPin.size());
    plain.insert(plain.end(), digest.begin(), digest.end());
    plain.insert(plain.end(), administratorPin.begin(), administratorPin.end());
    const ResponsePtr response = responseTo(request);
    response->sealed = sm2Encrypt(request.key, plain).release();
    return derOf(i2d_RawResponse, response.get());
}

Octets vendor(const Request& request, std::string_view administratorPin, std::string_view newPin) {
    const Octets answer = softTokenAnswer(request.challenge, administratorPin, newPin);
    const ResponsePtr response = responseTo(request);
    response->vendor = ASN1_OCTET_STRING_new();
    require(response->vendor != nullptr &&
            ASN1_OCTET_STRING_set(response->vendor, answer.data(), static_cast<int>(answer.size())) == 1);
    return derOf(i2d_RawResponse, response.get());
}

Octets signedBy(const Signer& signer, const Request& request, const Octets& answer) {
    // With its zero octet at the end.
    constexpr std::string_view kDomain("Ukey Bridge unlock answer v1\0", 29);
    Octets message(kDomain.begin(), kDomain.end());
    append(message, request.der);
    append(message, answer);

    SignedPtr out(RawSigned_new());
    require(out && ASN1_INTEGER_set(out->version, 2) == 1);
    RawResponse_free(out->response);
    const unsigned char* at = answer.data();
    out->response = d2i_RawResponse(nullptr, &at, static_cast<long>(answer.size()));
    require(out->response != nullptr);
    for (const Octets& der : signer.certificates) {
        at = der.data();
        X509* certificate = d2i_X509(nullptr, &at, static_cast<long>(der.size()));
        require(certificate != nullptr && sk_X509_push(out->certificates, certificate) > 0);
    }
    const Octets signature = signatureOf(signer.key, message);
    require(ASN1_OCTET_STRING_set(out->signature, signature.data(), static_cast<int>(signature.size())) == 1);
    return derOf(i2d_RawSigned, out.get());
}

Octets softTokenAnswer(const Octets& challenge, std::string_view administratorPin, std::string_view newPin) {
    if (challenge.size() != kRandom + 2 * kCoordinate) throw BadRequest("no challenge of a soft token");
    const Wiped key = unblockKey(administratorPin);
    Octets point{4};
    point.insert(point.end(), challenge.begin() + kRandom, challenge.end());
    const CipherPtr wrapped = sm2Encrypt(point, key);
    Octets answer = sealedNewPin(key, newPin);
    append(answer, macOf(key, challenge.data(), newPin));
    appendNumber(answer, wrapped->x);
    appendNumber(answer, wrapped->y);
    append(answer, octetsOf(wrapped->hash));
    append(answer, octetsOf(wrapped->cipher));
    return answer;
}

}  // namespace ukey::unlock_answer
