// Well-formed inputs from which the fuzz targets of pki start.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "test_ca.hpp"
#include "test_ra.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"
#include "tokenlib/pki/sm2_key.hpp"

namespace {

using namespace ukey::pki;
using ukey::Bytes;
using ukey::token::KeyAlgorithm;

std::filesystem::path root;

void seed(const std::string& target, const std::string& name, ukey::ByteView octets) {
    const std::filesystem::path folder = root / ("fuzz_" + target);
    std::filesystem::create_directories(folder);
    std::ofstream(folder / name, std::ios::binary) << ukey::asText(octets);
}

Bytes certificateOf(KeyAlgorithm algorithm) {
    const test::TestCa ca(algorithm);
    return ca.issue(
        test::TestKey::generate(algorithm).publicKey(),
        {.extensions = {{"1.2.156.10260.4.1.4", test::tlv(0x0C, Bytes(18, 'A'))},
                        {"1.2.156.10260.4.1.1", test::tlv(0xA0, test::tlv(0x13, Bytes(18, '1')))}}});
}

void seedCertificates() {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const std::string name(ukey::token::toString(algorithm));
        const Bytes der = certificateOf(algorithm);
        seed("pki_certificate", name, der);
        seed("pki_certificate_bag", name, der);
        seed("pki_certificate_bag", name + ".pem", ukey::asBytes(Certificate::fromDer(der).pem()));
        seed("pki_certificate_bag", name + ".base64", ukey::asBytes(ukey::toBase64(der)));
        seed("pki_certificate_bag", name + ".gm.p7b", test::p7b(test::kOidGmSignedData, {der, der}));
        seed("pki_certificate_bag", name + ".p7b", test::p7b(test::kOidPkcs7SignedData, {der}));
        seed("pki_public_key", name, test::spkiOf(test::TestKey::shared(algorithm)));
        seed("pki_signature", name + ".spki", test::spkiOf(test::TestKey::shared(algorithm)));
    }
}

void seedKeys() {
    const test::TestKey& signingKey = test::TestKey::shared(KeyAlgorithm::sm2);
    const test::WrappedPair pair = test::wrapPair(signingKey);
    const Certificate sign =
        Certificate::fromDer(test::TestCa(KeyAlgorithm::sm2).issue(signingKey.publicKey()));
    const Bytes named = test::tlv(0x30, test::joined({sign.issuerDer(), sign.serialNumberDer()}));
    seed("pki_sm2_enveloped_key", "sm4", test::sm2EnvelopedKey(pair));
    seed("pki_sm2_enveloped_key", "sm1-half", test::sm2EnvelopedKey(pair, test::kOidSm1, true));
    seed("pki_skf_enveloped_key", "whole", test::skfBlob(pair));
    seed("pki_skf_enveloped_key", "left", test::skfBlob(pair, 0x401, test::Alignment::left, true));
    seed("pki_signed_and_enveloped", "message", test::signedAndEnveloped(pair, named));
    const Bytes envelope = test::sm2EnvelopedKey(pair);
    seed("pki_csr_response", "explicit", test::csrResponse({sign.der()}, envelope, {sign.der()}));
    seed("pki_csr_response", "implicit", test::csrResponse({sign.der()}, envelope, {sign.der()}, true));
    const Sm2PrivateKey temporary = Sm2PrivateKey::fromScalar(Bytes(32, 7));
    const test::TestKey temporaryKey =
        test::TestKey::sm2(temporary.scalar().view(), temporary.publicKey().point);
    for (const bool decorated : {false, true}) {
        seed("pki_cfca_key", decorated ? "decorated" : "plain",
             ukey::asBytes(test::cfcaText(pair.pair, temporaryKey, decorated)));
    }
    seed("pki_signature", "cipher", pair.wrappedKey);
    seed("pki_signature", "signature", *ukey::fromHex("3006020101020101"));
}

void seedUnlocks() {
    const auto response = [](const Bytes& answer) {
        return test::tlv(0x30,
                         test::joined({test::tlv(0x02, Bytes{1}), test::tlv(0x04, Bytes(16, 9)), answer}));
    };
    Bytes plain = digest(ukey::token::DigestAlgorithm::sm3, Bytes(4, 1));
    for (const char c : std::string("so-pin-1")) plain.push_back(static_cast<std::uint8_t>(c));
    const Bytes sealed =
        sm2CipherToDer(sm2Encrypt(Sm2PrivateKey::fromScalar(Bytes(32, 7)).publicKey(), plain));
    seed("pki_unlock_response", "sealed", response(test::tlv(0xA0, sealed)));
    seed("pki_unlock_response", "vendor", response(test::tlv(0x81, Bytes(132, 5))));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: pki_seeds FOLDER\n";
        return 2;
    }
    root = argv[1];
    seedCertificates();
    seedKeys();
    seedUnlocks();
    return 0;
}
