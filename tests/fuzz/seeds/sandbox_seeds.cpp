// Well-formed inputs from which the fuzz targets of the sandbox's code for servers start.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "signers.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/message/envelope_writer.hpp"

namespace {

using namespace ukey::cms;
using ukey::Bytes;
using ukey::ByteView;
using ukey::pki::ContentCipher;
using ukey::token::KeyAlgorithm;

/// The length of its pieces, two octets with that of the recipient's certificate, which follows, and the
/// file.
void seed(const std::filesystem::path& folder, const std::string& name, ByteView certificate, ByteView file) {
    const Bytes head{0x10, static_cast<std::uint8_t>(certificate.size() >> 8U),
                     static_cast<std::uint8_t>(certificate.size())};
    std::ofstream(folder / name, std::ios::binary)
        << ukey::asText(ukey::der::join({head, certificate, file}));
}

void seedSealed(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    const Bytes content(40, 'x');
    const ukey::pki::test::CertificateSpec encrypts{.keyUsage = ukey::pki::test::kEncryptUsage};
    const auto another = test::Signer::of(KeyAlgorithm::sm2, encrypts);
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const auto who = test::Signer::of(algorithm, encrypts);
        for (const ContentCipher cipher : {ContentCipher::sm4Cbc, ContentCipher::aes256Gcm}) {
            for (const bool byKeyIdentifier : {false, true}) {
                const EnvelopeOptions options{.family = byKeyIdentifier ? Family::cms : Family::gm,
                                              .cipher = cipher,
                                              .byKeyIdentifier = byKeyIdentifier};
                const std::string name = std::string(ukey::token::toString(algorithm)) + "-" +
                                         std::to_string(static_cast<int>(cipher)) +
                                         (byKeyIdentifier ? "-identifier" : "");
                seed(folder, name, who.certificate.der(), seal(content, {who.certificate}, options));
                EnvelopeWriter writer({who.certificate, another.certificate}, options);
                const Bytes begun = writer.update(content);
                seed(folder, name + "-stream-for-two", who.certificate.der(),
                     ukey::der::join({begun, writer.finish()}));
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    try {
        seedSealed(std::filesystem::path(argv[1]) / "fuzz_sandbox_sealed_check");
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
