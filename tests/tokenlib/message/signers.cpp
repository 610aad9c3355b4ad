#include "signers.hpp"

#include <map>

#include "tokenlib/base/der.hpp"
#include "tokenlib/pki/digest.hpp"

namespace ukey::cms::test {

Signer Signer::of(token::KeyAlgorithm algorithm, const CertificateSpec& spec) {
    // All have one serial number: their issuers' names tell them apart.
    const TestCa root(algorithm, "Message Root " + std::string(token::toString(algorithm)));
    const TestKey key = TestKey::generate(algorithm);
    CertificateSpec withIdentifier = spec;
    Bytes identifier = pki::sha1(key.publicKey().algorithm == token::KeyAlgorithm::rsa2048
                                     ? ByteView(key.publicKey().modulus)
                                     : ByteView(key.publicKey().point));
    withIdentifier.extensions.emplace_back("2.5.29.14", der::octetString(identifier));
    return {key, pki::Certificate::fromDer(root.issue(key.publicKey(), withIdentifier)),
            pki::Certificate::fromDer(root.certificate())};
}

const Signer& Signer::shared(token::KeyAlgorithm algorithm) {
    static std::map<token::KeyAlgorithm, Signer> signers;
    if (!signers.contains(algorithm)) signers.emplace(algorithm, of(algorithm));
    return signers.at(algorithm);
}

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Bytes contentOf(std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 31 + i / 256);
    return out;
}

std::string refusalOf(const SignedDataVerdict& verdict) {
    if (verdict.signers.empty()) return "no signer";
    for (const SignerVerdict& signer : verdict.signers) {
        if (!signer.isValid()) return signer.refusal;
    }
    return "";
}

VerifyOptions trusting(const Signer& signer) {
    return {.certificates = {}, .trusted = {signer.root}, .time = now()};
}

}  // namespace ukey::cms::test
