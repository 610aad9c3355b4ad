#include "test_ra.hpp"

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

namespace ukey::pki::test {
namespace {

void append(Bytes& to, const Bytes& from) { to.insert(to.end(), from.begin(), from.end()); }

Bytes padded(ByteView number, std::size_t length, bool left = false) {
    Bytes out(length, 0);
    std::copy(number.begin(), number.end(),
              left ? out.begin() : out.end() - static_cast<std::ptrdiff_t>(number.size()));
    return out;
}

Bytes littleEndian(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8U),
            static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 24U)};
}

Bytes bits(const Bytes& content) { return tlv(3, joined({{0}, content})); }

}  // namespace

Bytes tlv(std::uint8_t tag, const Bytes& content) {
    Bytes out{tag};
    if (content.size() < 128) {
        out.push_back(static_cast<std::uint8_t>(content.size()));
    } else if (content.size() < 256) {
        append(out, {0x81, static_cast<std::uint8_t>(content.size())});
    } else {
        append(out, {0x82, static_cast<std::uint8_t>(content.size() >> 8U),
                     static_cast<std::uint8_t>(content.size())});
    }
    append(out, content);
    return out;
}

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) append(out, part);
    return out;
}

Bytes hex(std::string_view digits) { return fromHex(digits).value(); }

WrappedPair wrapPair(const TestKey& signingKey) {
    WrappedPair out{TestKey::generate(token::KeyAlgorithm::sm2), Bytes(16), {}, {}};
    RAND_bytes(out.symmetricKey.data(), 16);
    out.wrappedKey = encryptTo(signingKey, out.symmetricKey);
    out.encrypted = encryptWith("SM4-ECB", out.symmetricKey, {}, padded(out.pair.scalar(), 64));
    return out;
}

std::vector<Bytes> cipherParts(const Bytes& der) {
    const unsigned char* at = der.data();
    STACK_OF(ASN1_TYPE)* parts = d2i_ASN1_SEQUENCE_ANY(nullptr, &at, static_cast<long>(der.size()));
    if (parts == nullptr || sk_ASN1_TYPE_num(parts) != 4) throw std::runtime_error("not an SM2Cipher");
    std::vector<Bytes> out;
    for (int i = 0; i < 4; ++i) {
        const ASN1_STRING* value = sk_ASN1_TYPE_value(parts, i)->value.asn1_string;
        const Bytes octets(ASN1_STRING_get0_data(value),
                           ASN1_STRING_get0_data(value) + ASN1_STRING_length(value));
        out.push_back(i < 2 ? padded(octets, 32) : octets);
    }
    sk_ASN1_TYPE_pop_free(parts, ASN1_TYPE_free);
    return out;
}

Bytes sm2EnvelopedKey(const WrappedPair& pair, const Bytes& cipherOid, bool half) {
    const Bytes encrypted = half ? Bytes(pair.encrypted.begin() + 32, pair.encrypted.end()) : pair.encrypted;
    return tlv(0x30, joined({tlv(0x30, cipherOid), pair.wrappedKey, bits(pair.pair.publicKey().point),
                             bits(encrypted)}));
}

Bytes skfBlob(const WrappedPair& pair, std::uint32_t algorithm, Alignment alignment, bool leftAlignedPoints) {
    const Bytes key(pair.encrypted.begin() + 32, pair.encrypted.end());
    const Bytes& point = pair.pair.publicKey().point;
    const std::vector<Bytes> parts = cipherParts(pair.wrappedKey);
    const auto field = [&](ByteView number) { return padded(number, 64, leftAlignedPoints); };
    return joined(
        {littleEndian(1), littleEndian(algorithm), littleEndian(256),
         alignment == Alignment::whole ? pair.encrypted : padded(key, 64, alignment == Alignment::left),
         littleEndian(256), field(ByteView(point).subspan(1, 32)), field(ByteView(point).subspan(33, 32)),
         field(parts[0]), field(parts[1]), parts[2],
         littleEndian(static_cast<std::uint32_t>(parts[3].size())), parts[3]});
}

Bytes signedAndEnveloped(const WrappedPair& pair, const Bytes& issuerAndSerial, const Bytes& cipherOid) {
    const Bytes recipient = tlv(
        0x30, joined({hex("020101"), issuerAndSerial, tlv(0x30, kOidSm2Encrypt), tlv(4, pair.wrappedKey)}));
    const Bytes content = tlv(0x30, joined({kOidGmData, tlv(0x30, cipherOid), tlv(0x80, pair.encrypted)}));
    const Bytes digests = tlv(0x31, tlv(0x30, hex("06082a811ccf55018311")));
    return tlv(0x30, joined({kOidGmSignedAndEnveloped,
                             tlv(0xA0, tlv(0x30, joined({hex("020101"), tlv(0x31, recipient), digests,
                                                         content, tlv(0x31, {})})))}));
}

Bytes csrResponse(const std::vector<Bytes>& sign, const Bytes& envelopedKey,
                  const std::vector<Bytes>& encrypt, bool implicitTags) {
    Bytes signs;
    Bytes encrypts;
    for (const Bytes& certificate : sign) append(signs, certificate);
    for (const Bytes& certificate : encrypt) append(encrypts, certificate);
    Bytes content = tlv(0x31, signs);
    if (!envelopedKey.empty()) {
        Bytes key = tlv(0xA0, envelopedKey);
        if (implicitTags) {
            key = envelopedKey;
            key[0] = 0xA0;
        }
        append(content, key);
    }
    if (!encrypt.empty()) append(content, tlv(0xA1, implicitTags ? encrypts : tlv(0x31, encrypts)));
    return tlv(0x30, content);
}

std::string cfcaText(const TestKey& pair, const TestKey& temporary, bool decorated, bool hashLast) {
    const Bytes& point = pair.publicKey().point;
    const Bytes plain = joined({Bytes(point.begin() + 1, point.end()), pair.scalar()});
    const std::vector<Bytes> parts = cipherParts(encryptTo(temporary, plain));
    const Bytes raw = hashLast ? joined({parts[0], parts[1], parts[3], parts[2]})
                               : joined({parts[0], parts[1], parts[2], parts[3]});
    const std::string body = toBase64(tlv(0x30, joined({hex("020101"), tlv(4, raw)})));
    if (!decorated) return body;
    std::string text;
    for (std::size_t at = 0; at < body.size(); at += 64) text += body.substr(at, 64) + ",";
    const std::string length = std::to_string(text.size());
    return "00000000000000010000000000000001" + std::string(32, '0') + std::string(16 - length.size(), '0') +
           length + text;
}

Bytes p7b(const Bytes& typeOid, const std::vector<Bytes>& certificates) {
    Bytes all;
    for (const Bytes& certificate : certificates) append(all, certificate);
    const bool isGm = typeOid == kOidGmSignedData;
    const Bytes inner = tlv(0x30, isGm ? kOidGmData : hex("06092a864886f70d010701"));
    return tlv(0x30, joined({typeOid, tlv(0xA0, tlv(0x30, joined({hex("020101"), tlv(0x31, {}), inner,
                                                                  tlv(0xA0, all), tlv(0x31, {})})))}));
}

Bytes openEnveloped(const token::EnvelopedSm2Key& key, const TestKey& signingKey) {
    const auto number = [](Bytes value) {
        value.insert(value.begin(), 0);
        while (value.size() > 1 && value[0] == 0 && value[1] < 0x80) value.erase(value.begin());
        return tlv(2, value);
    };
    const Bytes der = tlv(0x30, joined({number(key.wrappedKey.x), number(key.wrappedKey.y),
                                        tlv(4, key.wrappedKey.hash), tlv(4, key.wrappedKey.cipher)}));
    const Bytes symmetricKey = signingKey.decrypt(der);
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    EVP_DecryptInit_ex2(context, EVP_sm4_ecb(), symmetricKey.data(), nullptr, nullptr);
    EVP_CIPHER_CTX_set_padding(context, 0);
    Bytes plain(64);
    int length = 0;
    EVP_DecryptUpdate(context, plain.data(), &length, key.encryptedPrivateKey.data(), 64);
    EVP_CIPHER_CTX_free(context);
    return {plain.begin() + 32, plain.end()};
}

}  // namespace ukey::pki::test
