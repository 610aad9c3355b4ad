// Well-formed inputs from which the fuzz targets of messages start.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "authority.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/message/signed_envelope_writer.hpp"
#include "tokenlib/message/time_stamp.hpp"

namespace {

using namespace ukey::cms;
using ukey::Bytes;
using ukey::pki::ContentCipher;
using ukey::token::KeyAlgorithm;

std::filesystem::path root;

/// `inPieces`: the target's first octet says how long the pieces are.
void seed(const std::string& target, const std::string& name, const Bytes& octets, bool inPieces) {
    const std::filesystem::path folder = root / ("fuzz_" + target);
    std::filesystem::create_directories(folder);
    std::ofstream file(folder / name, std::ios::binary);
    if (inPieces) file << '\x10';
    file << ukey::asText(octets);
}

void seedSealed() {
    const Bytes content(40, 'x');
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const auto who = test::Signer::of(algorithm, {.keyUsage = ukey::pki::test::kEncryptUsage});
        for (const ContentCipher cipher : {ContentCipher::sm4Cbc, ContentCipher::sm4Gcm,
                                           ContentCipher::aes256Cbc, ContentCipher::aes256Gcm}) {
            const Family family = algorithm == KeyAlgorithm::sm2 ? Family::gm : Family::cms;
            const std::string name = std::string(ukey::token::toString(algorithm)) + "-" +
                                     std::to_string(static_cast<int>(cipher));
            seed("message_envelope", name,
                 seal(content, {who.certificate}, {.family = family, .cipher = cipher}), true);
        }
    }
}

/// The same content under the key that fuzz_message_envelope has: only what is opened is judged.
Bytes underKnownKey(const Bytes& message, ContentCipher cipher, const Bytes& content) {
    namespace der = ukey::der;
    der::Reader outer(message, "seed");
    der::Reader info = outer.sequence();
    const Bytes type = ukey::toBytes(info.next().whole);
    der::Reader inside = info.enter(der::constructed(0)).sequence();
    Bytes head;
    for (int i = 0; i < 3; ++i) head = der::join({head, inside.next().whole});
    der::Reader encrypted = inside.sequence();
    const Bytes contentType = ukey::toBytes(encrypted.next().whole);
    const der::Element algorithm = encrypted.next();
    der::Reader parameters(algorithm.content, "seed");
    parameters.next();
    const Bytes key(ukey::pki::keyLength(cipher), 7);
    ukey::pki::CipherStream sealing(cipher, ukey::pki::CipherStream::Direction::seal, key,
                                    parameters.octetString());
    Bytes octets;
    sealing.append(content, octets);
    octets = der::join({octets, sealing.finishSeal()});
    const Bytes sealed = der::sequence({contentType, algorithm.whole, der::tlv(der::primitive(0), octets)});
    Bytes rest;
    while (!inside.atEnd()) rest = der::join({rest, inside.next().whole});
    return der::sequence({type, der::explicitTag(0, der::sequence({head, sealed, rest}))});
}

void seedSignedAndSealed() {
    const Bytes content(40, 'x');
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048}) {
        const auto who = test::Signer::of(algorithm, {.keyUsage = ukey::pki::test::kEncryptUsage});
        const auto& signer = test::Signer::shared(algorithm);
        const ContentCipher cipher =
            algorithm == KeyAlgorithm::sm2 ? ContentCipher::sm4Cbc : ContentCipher::aes256Cbc;
        for (const Family family : {Family::gm, Family::cms}) {
            for (const bool attributes : {true, false}) {
                const Bytes message = signAndSeal(
                    content, {who.certificate}, {.family = family, .cipher = cipher}, signer.certificate,
                    {.attributes = attributes, .signingTime = test::now(), .chain = {}}, signer.sign());
                const std::string name = std::string(ukey::token::toString(algorithm)) + "-signed-" +
                                         (family == Family::gm ? "gm" : "cms") +
                                         (attributes ? "-attributes" : "");
                seed("message_envelope", name, underKnownKey(message, cipher, content), true);
            }
        }
    }
}

void seedSigned() {
    const Bytes content(40, 'x');
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const auto& who = test::Signer::shared(algorithm);
        for (const bool detached : {true, false}) {
            for (const bool cades : {true, false}) {
                const Bytes message = signedData(content, who.certificate,
                                                 {.family = cades ? Family::cms : Family::gm,
                                                  .detached = detached,
                                                  .attributes = cades,
                                                  .cades = cades,
                                                  .signingTime = test::now(),
                                                  .chain = {}},
                                                 who.sign());
                const std::string name = std::string(ukey::token::toString(algorithm)) +
                                         (detached ? "-detached" : "") + (cades ? "-cades" : "");
                seed("message_signed", name, message, true);
                seed("message_add_signer", name, message, false);
            }
        }
    }
}

/// A message, two octets with its length before it, and what an authority answers to it.
void seedTimeStamps() {
    const auto nonce = [](ukey::ByteView) { return Bytes{1, 2, 3, 4, 5, 6, 7, 8}; };
    const auto& who = test::Signer::shared(KeyAlgorithm::p256);
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const auto stamper = test::authority(algorithm);
        const Bytes message =
            signedData(Bytes(40, 'x'), who.certificate,
                       {.cades = true, .signingTime = test::now(), .chain = {}}, who.sign());
        const Bytes answer = answerOf(stamper, test::Stamp::answering(timeStampRequest(message, nonce)));
        Bytes input{static_cast<std::uint8_t>(message.size() >> 8U),
                    static_cast<std::uint8_t>(message.size())};
        input.insert(input.end(), message.begin(), message.end());
        input.insert(input.end(), answer.begin(), answer.end());
        seed("message_time_stamp", std::string(ukey::token::toString(algorithm)), input, false);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    try {
        root = argv[1];
        seedSealed();
        seedSignedAndSealed();
        seedSigned();
        seedTimeStamps();
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
