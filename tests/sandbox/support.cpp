#include "tests/sandbox/support.hpp"

#include <botan/auto_rng.h>
#include <botan/block_cipher.h>
#include <botan/der_enc.h>
#include <botan/pubkey.h>
#include <botan/sm2.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "sandbox/ca/signing.hpp"

namespace ukey::sandbox_test {
namespace {

constexpr const char* kSm2Padding = "1234567812345678,SM3";
constexpr const char* kDistId = "distid:1234567812345678";

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

Botan::EC_Group sm2Group() { return Botan::EC_Group("sm2p256v1"); }

}  // namespace

Bytes rawSignature(const Bytes& der, std::size_t coordinate) {
    const unsigned char* cursor = der.data();
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size()));
    if (signature == nullptr) throw std::runtime_error("the command line gave no signature");
    Bytes raw(2 * coordinate);
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw.data(), static_cast<int>(coordinate));
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw.data() + coordinate, static_cast<int>(coordinate));
    ECDSA_SIG_free(signature);
    return raw;
}

Bytes contentOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    const auto text = content.str();
    return {text.begin(), text.end()};
}

Bytes signWithCommandLine(EVP_PKEY* key, const char* digest, ByteView message) {
    const TemporaryFolder folder;
    const auto keyFile = folder.write("key.pem", ca::privateKeyToPem(key));
    const auto messageFile = folder.write("message", asText(message));
    const auto signatureFile = folder.path() / "signature";
    const bool sm2 = EVP_PKEY_is_a(key, "SM2") == 1;
    const auto result =
        runCommand("openssl pkeyutl -sign -rawin -digest " + std::string(digest) +
                   (sm2 ? std::string(" -pkeyopt ") + kDistId : std::string()) + " -inkey " +
                   quoted(keyFile) + " -in " + quoted(messageFile) + " -out " + quoted(signatureFile));
    if (result.status != 0) throw std::runtime_error(result.output);
    return contentOf(signatureFile);
}

Bytes decryptSm2(EVP_PKEY* key, const token::Sm2Cipher& cipher) {
    BIGNUM* d = nullptr;
    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) != 1)
        throw std::runtime_error("no private key");
    const ca::BignumPtr owner(d);
    Bytes number(32);
    BN_bn2binpad(d, number.data(), 32);
    Botan::AutoSeeded_RNG random;
    const Botan::SM2_PrivateKey botanKey(random, sm2Group(), Botan::BigInt(number.data(), number.size()));
    Bytes der;
    Botan::DER_Encoder(der)
        .start_cons(Botan::SEQUENCE)
        .encode(Botan::BigInt(cipher.x.data(), cipher.x.size()))
        .encode(Botan::BigInt(cipher.y.data(), cipher.y.size()))
        .encode(cipher.hash, Botan::OCTET_STRING)
        .encode(cipher.cipher, Botan::OCTET_STRING)
        .end_cons();
    const Botan::PK_Decryptor_EME decryptor(botanKey, random, "SM3");
    const auto plain = decryptor.decrypt(der.data(), der.size());
    return {plain.begin(), plain.end()};
}

Bytes decryptSm4Ecb(const Bytes& key, Bytes cipher) {
    const auto sm4 = Botan::BlockCipher::create_or_throw("SM4");
    sm4->set_key(key);
    sm4->decrypt(cipher);
    return cipher;
}

Bytes sm2PointOf(const Bytes& d) {
    Botan::AutoSeeded_RNG random;
    const Botan::SM2_PrivateKey key(random, sm2Group(), Botan::BigInt(d.data(), d.size()));
    return key.public_point().encode(Botan::PointGFp::UNCOMPRESSED);
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ukey-sandbox-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryFolder::write(const std::string& name, std::string_view content) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
}

void putCa(const std::filesystem::path& folder) {
    static const TemporaryFolder kPattern;
    static const bool kMade = [] {
        ca::CertificateCentre made(kPattern.path());
        return true;
    }();
    static_cast<void>(kMade);
    std::filesystem::create_directories(folder);
    std::filesystem::copy(kPattern.path(), folder, std::filesystem::copy_options::recursive);
}

CommandResult runCommand(const std::string& command) {
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    CommandResult result;
    std::array<char, 4096> buffer{};
    for (std::size_t length = 0; (length = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
        result.output.append(buffer.data(), length);
    }
    const int status = pclose(pipe);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
}

Holder certify(ca::CertificateCentre& centre, token::KeyAlgorithm algorithm, token::KeyUsage usage,
               const std::string& name) {
    Holder holder;
    holder.key = ca::generateKey(algorithm);
    ca::IssueOrder order;
    order.subject = {name, "浙江某某置业有限公司", "", "杭州市", "浙江省"};
    order.usage = usage;
    order.publicKey = holder.key.get();
    order.notBefore = centre.now() - std::chrono::minutes(1);
    order.notAfter = centre.now() + std::chrono::hours(24 * 365);
    holder.certificate = centre.authorityFor(algorithm).issue(order);
    return holder;
}

Bytes loginMessage(const char* digest, std::string_view origin, std::string_view challenge) {
    const std::string_view domain("Ukey Bridge authentication v2\0", 30);
    Bytes message(domain.begin(), domain.end());
    for (const auto text : {origin, challenge}) {
        std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
        std::size_t length = 0;
        if (EVP_Q_digest(nullptr, digest, nullptr, text.data(), text.size(), hash.data(), &length) != 1) {
            throw std::runtime_error("digest");
        }
        message.insert(message.end(), hash.begin(), hash.begin() + static_cast<std::ptrdiff_t>(length));
    }
    return message;
}

login_check::Answer answerOf(const Holder& holder, std::string_view origin, std::string_view challenge) {
    const auto algorithm = ca::algorithmOf(holder.key.get());
    login_check::Answer answer{"ukey-auth:2", "RS256", holder.pem(), ""};
    const char* digest = "SHA256";
    std::size_t coordinate = 0;
    if (algorithm == token::KeyAlgorithm::sm2) {
        answer.algorithm = "SM2SM3";
        digest = "SM3";
        coordinate = 32;
    } else if (algorithm == token::KeyAlgorithm::p256) {
        answer.algorithm = "ES256";
        coordinate = 32;
    } else if (algorithm == token::KeyAlgorithm::p384) {
        answer.algorithm = "ES384";
        digest = "SHA384";
        coordinate = 48;
    }
    auto signature = signWithCommandLine(holder.key.get(), digest, loginMessage(digest, origin, challenge));
    if (coordinate != 0) signature = rawSignature(signature, coordinate);
    answer.signature = toBase64Url(signature);
    return answer;
}

Bytes crlThatRevokes(X509* certificate, X509* issuer, EVP_PKEY* issuerKey, ca::Time now) {
    const ca::CrlPtr list(X509_CRL_new());
    const auto time = ca::toAsn1Time(now);
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer));
    X509_CRL_set1_lastUpdate(list.get(), time.get());
    X509_CRL_set1_nextUpdate(list.get(), ca::toAsn1Time(now + std::chrono::hours(1)).get());
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate));
    X509_REVOKED_set_revocationDate(entry, time.get());
    X509_CRL_add0_revoked(list.get(), entry);
    ca::signCrl(list.get(), issuerKey);
    return ca::toDer(i2d_X509_CRL, list.get());
}

struct BotanSigner::Impl {
    Botan::AutoSeeded_RNG random;
    Botan::SM2_PrivateKey key{random, sm2Group()};
};

BotanSigner::BotanSigner() : impl_(std::make_unique<Impl>()) {}
BotanSigner::~BotanSigner() = default;

token::PublicKey BotanSigner::publicKey() const {
    token::PublicKey key;
    key.algorithm = token::KeyAlgorithm::sm2;
    key.point = impl_->key.public_point().encode(Botan::PointGFp::UNCOMPRESSED);
    return key;
}

Bytes BotanSigner::sign(ByteView message) {
    Botan::PK_Signer signer(impl_->key, impl_->random, kSm2Padding);
    return signer.sign_message(message.data(), message.size(), impl_->random);
}

bool botanVerifies(const token::PublicKey& key, ByteView message, ByteView derSignature) {
    const auto group = sm2Group();
    const Botan::SM2_PublicKey publicKey(group, group.OS2ECP(key.point));
    Botan::PK_Verifier verifier(publicKey, kSm2Padding, Botan::DER_SEQUENCE);
    return verifier.verify_message(message.data(), message.size(), derSignature.data(), derSignature.size());
}

}  // namespace ukey::sandbox_test
