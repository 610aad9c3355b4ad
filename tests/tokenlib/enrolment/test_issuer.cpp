#include "test_issuer.hpp"

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "sandbox/ca/enveloped_key.hpp"
#include "sandbox/ca/keys.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::enrolment::test {
namespace {

using nlohmann::json;
using pki::test::CertificateSpec;
using pki::test::TestKey;
using token::KeyAlgorithm;

}  // namespace

TestIssuer::TestIssuer(KeyAlgorithm algorithm, Pairs pairs, const std::string& name)
    : algorithm_(algorithm),
      isDual_(pairs == Pairs::dual && algorithm != KeyAlgorithm::p256),
      ca_(algorithm, name),
      pair_(token::isRsa(algorithm) ? TestKey::shared(algorithm) : TestKey::generate(algorithm)),
      encryptionKey_(pair_.publicKey()) {}

std::string TestIssuer::signCertificate(const token::PublicKey& key, const CertificateSpec& spec) const {
    return pki::Certificate::fromDer(ca_.issue(key, spec)).pem();
}

std::string TestIssuer::encryptCertificate(const token::PublicKey& key, CertificateSpec spec) const {
    if (spec.keyUsage == pki::test::kSignUsage) spec.keyUsage = pki::test::kEncryptUsage;
    return pki::Certificate::fromDer(ca_.issue(key, spec)).pem();
}

pki::EncryptionKeyText TestIssuer::wrapped(const token::PublicKey& signingKey) const {
    const auto recipient = ca::fromPublicKey(signingKey);
    pki::EncryptionKeyText text;
    if (algorithm_ == KeyAlgorithm::sm2) {
        text.format = pki::EncryptionKeyFormat::sm2EnvelopedKey;
        text.data = toBase64(ca::toSm2EnvelopedKey(ca::envelopeSm2(pair_.handle(), recipient.get())));
        return text;
    }
    const token::WrappedKeyPair pair = ca::envelopeRsa(pair_.handle(), recipient.get());
    text.format = pki::EncryptionKeyFormat::rsaWrapped;
    text.data = toBase64(pair.encryptedPrivateKey);
    text.symmetricAlgorithm = "sm4-ecb";
    text.wrappedKey = pair.wrappedKey;
    return text;
}

pki::RaAnswer TestIssuer::answer(const Record& record) const {
    const token::PublicKey signingKey = pki::fromSubjectPublicKeyInfo(record.signingKey);
    pki::RaAnswer answer;
    // A serial number of its own, or a renewed certificate would be the old one.
    CertificateSpec spec;
    spec.serial = std::hash<std::string>{}(record.id) >> 1U;
    answer.signCertificate = signCertificate(signingKey, spec);
    answer.chain = {pki::Certificate::fromDer(ca_.certificate()).pem()};
    if (!isDual_) return answer;
    ++spec.serial;
    if (record.keys == Keys::kept) {
        if (!record.old.encrypt.empty()) {
            const auto kept = pki::Certificate::fromDer(record.old.encrypt).publicKey();
            answer.encryptCertificate = encryptCertificate(kept.value(), spec);
        }
        return answer;
    }
    answer.encryptCertificate = encryptCertificate(encryptionKey_, spec);
    answer.encryptionKey = wrapped(signingKey);
    return answer;
}

void saveAnswer(const std::filesystem::path& file, const pki::RaAnswer& answer) {
    json saved = {{"sign", answer.signCertificate}, {"chain", answer.chain}};
    if (answer.encryptCertificate) saved["encrypt"] = *answer.encryptCertificate;
    if (answer.encryptionKey) {
        saved["format"] = static_cast<int>(answer.encryptionKey->format);
        saved["data"] = answer.encryptionKey->data;
        saved["symmetric"] = answer.encryptionKey->symmetricAlgorithm;
        saved["wrapped"] = toBase64(answer.encryptionKey->wrappedKey);
        saved["iv"] = toBase64(answer.encryptionKey->iv);
    }
    std::ofstream(file) << saved.dump();
}

pki::RaAnswer loadAnswer(const std::filesystem::path& file) {
    std::ifstream in(file);
    const json saved = json::parse(in);
    pki::RaAnswer answer;
    answer.signCertificate = saved.at("sign");
    answer.chain = saved.at("chain").get<std::vector<std::string>>();
    if (saved.contains("encrypt")) answer.encryptCertificate = saved.at("encrypt");
    if (saved.contains("format")) {
        pki::EncryptionKeyText key;
        key.format = static_cast<pki::EncryptionKeyFormat>(saved.at("format").get<int>());
        key.data = saved.at("data");
        key.symmetricAlgorithm = saved.at("symmetric");
        key.wrappedKey = fromBase64(saved.at("wrapped").get<std::string>()).value();
        key.iv = fromBase64(saved.at("iv").get<std::string>()).value();
        answer.encryptionKey = std::move(key);
    }
    return answer;
}

}  // namespace ukey::enrolment::test
