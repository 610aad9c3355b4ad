#include "witness.hpp"

#include <botan/auto_rng.h>
#include <botan/ber_dec.h>
#include <botan/block_cipher.h>
#include <botan/cipher_mode.h>
#include <botan/der_enc.h>
#include <botan/ec_group.h>
#include <botan/hash.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>
#include <botan/sm2.h>

#include <algorithm>
#include <cstring>

namespace ukey::softtoken::witness {
namespace {

Botan::RandomNumberGenerator& random() {
    static Botan::AutoSeeded_RNG generator;
    return generator;
}

const Botan::EC_Group& group() {
    static const Botan::EC_Group curve("sm2p256v1");
    return curve;
}

Botan::BigInt number(const BYTE* field) { return {field, 64}; }

Botan::PointGFp pointOf(const ECCPUBLICKEYBLOB& key) {
    return group().point(number(key.XCoordinate), number(key.YCoordinate));
}

Octets field32(const Botan::BigInt& value) {
    Octets out(32);
    Botan::BigInt::encode_1363(out.data(), out.size(), value);
    return out;
}

void putField(const Botan::BigInt& value, BYTE* field) { Botan::BigInt::encode_1363(field, 64, value); }

Octets zOf(const Botan::PointGFp& key, const std::string& id) {
    Octets data{static_cast<BYTE>(id.size() * 8 >> 8), static_cast<BYTE>(id.size() * 8)};
    data.insert(data.end(), id.begin(), id.end());
    for (const Botan::BigInt& value : {group().get_a(), group().get_b(), group().get_g_x(), group().get_g_y(),
                                       key.get_affine_x(), key.get_affine_y()}) {
        const Octets octets = field32(value);
        data.insert(data.end(), octets.begin(), octets.end());
    }
    return hash("SM3", data);
}

Octets numbers(const ECCSIGNATUREBLOB& signature) {
    Octets out(signature.r + 32, signature.r + 64);
    out.insert(out.end(), signature.s + 32, signature.s + 64);
    return out;
}

Botan::SM2_PrivateKey privateKey(const Octets& d) {
    return {random(), group(), Botan::BigInt(d.data(), d.size())};
}

Botan::RSA_PublicKey rsaKey(const RSAPUBLICKEYBLOB& key) {
    return {Botan::BigInt(key.Modulus, sizeof key.Modulus),
            Botan::BigInt(key.PublicExponent, sizeof key.PublicExponent)};
}

}  // namespace

bool verifySm2(const ECCPUBLICKEYBLOB& key, const Octets& message, const std::string& id,
               const ECCSIGNATUREBLOB& signature) {
    const Botan::SM2_PublicKey publicKey(group(), pointOf(key));
    Botan::PK_Verifier verifier(publicKey, id + ",SM3");
    return verifier.verify_message(message, numbers(signature));
}

ECCSIGNATUREBLOB signSm2(const Octets& d, const Octets& message, const std::string& id) {
    const Botan::SM2_PrivateKey key = privateKey(d);
    Botan::PK_Signer signer(key, random(), id + ",SM3");
    const auto raw = signer.sign_message(message, random());
    ECCSIGNATUREBLOB signature{};
    std::copy_n(raw.begin(), 32, signature.r + 32);
    std::copy_n(raw.begin() + 32, 32, signature.s + 32);
    return signature;
}

ECCPUBLICKEYBLOB sm2PublicKey(const Octets& d) {
    const auto key = privateKey(d);
    ECCPUBLICKEYBLOB blob{};
    blob.BitLen = 256;
    putField(key.public_point().get_affine_x(), blob.XCoordinate);
    putField(key.public_point().get_affine_y(), blob.YCoordinate);
    return blob;
}

ECCPRIVATEKEYBLOB sm2PrivateKey(const Octets& d) {
    ECCPRIVATEKEYBLOB blob{};
    blob.BitLen = 256;
    std::copy(d.begin(), d.end(), blob.PrivateKey + 32);
    return blob;
}

CipherBlob encryptSm2(const ECCPUBLICKEYBLOB& key, const Octets& plain) {
    const Botan::SM2_PublicKey publicKey(group(), pointOf(key));
    const Botan::PK_Encryptor_EME encryptor(publicKey, random(), "SM3");
    const auto der = encryptor.encrypt(plain, random());
    Botan::BigInt x;
    Botan::BigInt y;
    Octets check;
    Octets cipher;
    Botan::BER_Decoder(der)
        .start_cons(Botan::SEQUENCE)
        .decode(x)
        .decode(y)
        .decode(check, Botan::OCTET_STRING)
        .decode(cipher, Botan::OCTET_STRING);
    CipherBlob blob(cipher.size());
    putField(x, blob.get()->XCoordinate);
    putField(y, blob.get()->YCoordinate);
    std::copy(check.begin(), check.end(), blob.get()->HASH);
    blob.get()->CipherLen = static_cast<ULONG>(cipher.size());
    std::copy(cipher.begin(), cipher.end(), blob.data() + offsetof(ECCCIPHERBLOB, Cipher));
    return blob;
}

Octets decryptSm2(const Octets& d, const ECCCIPHERBLOB* cipher) {
    const BYTE* octets = reinterpret_cast<const BYTE*>(cipher) + offsetof(ECCCIPHERBLOB, Cipher);
    Octets der;
    Botan::DER_Encoder(der)
        .start_cons(Botan::SEQUENCE)
        .encode(number(cipher->XCoordinate))
        .encode(number(cipher->YCoordinate))
        .encode(cipher->HASH, 32, Botan::OCTET_STRING)
        .encode(octets, cipher->CipherLen, Botan::OCTET_STRING)
        .end_cons();
    const auto key = privateKey(d);
    const Botan::PK_Decryptor_EME decryptor(key, random(), "SM3");
    return Botan::unlock(decryptor.decrypt(der));
}

Octets sm4Ecb(const Octets& key, const Octets& blocks) {
    const auto cipher = Botan::BlockCipher::create_or_throw("SM4");
    cipher->set_key(key);
    Octets out = blocks;
    cipher->encrypt(out);
    return out;
}

Octets sm4(const std::string& mode, const Octets& key, const Octets& iv, const Octets& data) {
    const auto cipher = Botan::Cipher_Mode::create_or_throw(mode, Botan::ENCRYPTION);
    cipher->set_key(key);
    cipher->start(iv);
    Botan::secure_vector<BYTE> buffer(data.begin(), data.end());
    cipher->finish(buffer);
    return Botan::unlock(buffer);
}

Octets hash(const std::string& algorithm, const Octets& data) {
    const auto function = Botan::HashFunction::create_or_throw(algorithm);
    function->update(data);
    return Botan::unlock(function->final());
}

Envelope envelope(const ECCPUBLICKEYBLOB& signingKey, const Octets& d) {
    const Octets key = fromHexText("00112233445566778899aabbccddeeff");
    Octets field(32);
    field.insert(field.end(), d.begin(), d.end());
    const Octets encrypted = sm4Ecb(key, field);
    CipherBlob wrapped = encryptSm2(signingKey, key);
    Envelope envelope;
    envelope.blob()->Version = 1;
    envelope.blob()->ulSymmAlgID = SGD_SM4_ECB;
    envelope.blob()->ulBits = 256;
    std::copy(encrypted.begin(), encrypted.end(), envelope.blob()->cbEncryptedPriKey);
    envelope.blob()->PubKey = sm2PublicKey(d);
    std::memcpy(reinterpret_cast<BYTE*>(envelope.blob()) + offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob),
                wrapped.data(), wrapped.size());
    return envelope;
}

Octets agreeAsSponsor(const Octets& d, const Octets& temporary, const std::string& id,
                      const ECCPUBLICKEYBLOB& peer, const ECCPUBLICKEYBLOB& peerTemporary,
                      const std::string& peerId) {
    const Botan::BigInt secret(d.data(), d.size());
    const Botan::BigInt r(temporary.data(), temporary.size());
    const auto ourKey = privateKey(d).public_point();
    const auto ourTemporary = privateKey(temporary).public_point();
    const Botan::BigInt bit = Botan::BigInt::power_of_2(127);
    const auto reduce = [&bit](const Botan::BigInt& x) { return bit + (x % bit); };
    const Botan::BigInt t = (secret + reduce(ourTemporary.get_affine_x()) * r) % group().get_order();
    const auto theirKey = pointOf(peer);
    const auto theirTemporary = pointOf(peerTemporary);
    const auto u = t * (theirKey + reduce(theirTemporary.get_affine_x()) * theirTemporary);
    Octets seed = field32(u.get_affine_x());
    for (const Octets& part :
         {field32(u.get_affine_y()), zOf(ourKey, id), zOf(theirKey, peerId), Octets{0, 0, 0, 1}})
        seed.insert(seed.end(), part.begin(), part.end());
    Octets key = hash("SM3", seed);
    key.resize(16);
    return key;
}

bool verifyRsa(const RSAPUBLICKEYBLOB& key, const std::string& padding, const Octets& data,
               const Octets& signature) {
    const auto publicKey = rsaKey(key);
    Botan::PK_Verifier verifier(publicKey, padding);
    return verifier.verify_message(data, signature);
}

Octets encryptRsa(const RSAPUBLICKEYBLOB& key, const Octets& plain) {
    const auto publicKey = rsaKey(key);
    const Botan::PK_Encryptor_EME encryptor(publicKey, random(), "PKCS1v15");
    return encryptor.encrypt(plain, random());
}

RsaPair newRsaPair() {
    static const Botan::RSA_PrivateKey key(random(), 2048);
    return {Botan::unlock(key.private_key_bits()), Botan::BigInt::encode(key.get_n())};
}

Octets remoteAnswer(const std::string& adminPin, const std::string& newPin, const Octets& request) {
    Octets padded = octets(adminPin);
    padded.resize(16);
    Octets key = hash("SHA-1", padded);
    key.resize(16);

    Octets plain{static_cast<BYTE>(newPin.size()), 0};
    plain.insert(plain.end(), newPin.begin(), newPin.end());
    plain.push_back(0x80);
    plain.resize((plain.size() + 15) / 16 * 16);
    Octets answer = sm4Ecb(key, plain);

    Octets iv(request.begin(), request.begin() + 8);
    iv.resize(16);
    Octets message = octets(newPin);
    message.push_back(0x80);
    message.resize((message.size() + 15) / 16 * 16);
    const Octets blocks = sm4("SM4/CBC/NoPadding", key, iv, message);
    answer.insert(answer.end(), blocks.end() - 16, blocks.end() - 12);

    ECCPUBLICKEYBLOB recipient{};
    recipient.BitLen = 256;
    std::copy_n(request.begin() + 8, 32, recipient.XCoordinate + 32);
    std::copy_n(request.begin() + 40, 32, recipient.YCoordinate + 32);
    CipherBlob wrapped = encryptSm2(recipient, key);
    const ECCCIPHERBLOB* blob = wrapped.get();
    answer.insert(answer.end(), blob->XCoordinate + 32, blob->XCoordinate + 64);
    answer.insert(answer.end(), blob->YCoordinate + 32, blob->YCoordinate + 64);
    answer.insert(answer.end(), blob->HASH, blob->HASH + 32);
    const BYTE* cipher = wrapped.data() + offsetof(ECCCIPHERBLOB, Cipher);
    answer.insert(answer.end(), cipher, cipher + 16);
    return answer;
}

}  // namespace ukey::softtoken::witness
