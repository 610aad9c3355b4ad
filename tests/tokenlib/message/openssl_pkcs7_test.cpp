// SignedAndEnvelopedData against OpenSSL's PKCS#7, both ways; its CMS does not know it.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <memory>

#include "holders.hpp"
#include "openssl_owners.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/message/signed_envelope_writer.hpp"

namespace ukey::cms {
namespace {

using test::Bio;
using test::bioOf;
using test::Free;
using test::holder;
using test::now;
using test::openedAndJudged;
using test::refusalOf;
using test::Signer;
using test::Store;
using test::trusting;
using test::X509Certificate;
using test::x509Of;
using token::KeyAlgorithm;

using Message = std::unique_ptr<PKCS7, Free<PKCS7_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>>;

const Signer& signer() { return Signer::shared(KeyAlgorithm::rsa2048); }
const Signer& recipient() { return holder(KeyAlgorithm::rsa2048); }
Bytes content() { return Bytes(3000, 0x5A); }

/// "" when OpenSSL opens the message, it holds that content, and its signature counts; else the reason.
std::string opensslVerdict(ByteView message, ByteView expected) {
    ERR_clear_error();
    const Bio in = bioOf(message);
    const Message pkcs7(d2i_PKCS7_bio(in.get(), nullptr));
    if (!pkcs7 || !PKCS7_type_is_signedAndEnveloped(pkcs7.get())) return "no such message";
    const X509Certificate certificate = x509Of(recipient().certificate);
    const Bio opened(PKCS7_dataDecode(pkcs7.get(), recipient().key.handle(), nullptr, certificate.get()));
    if (!opened) return "not opened";
    Bytes seen;
    Bytes piece(500);
    for (int count = 0; (count = BIO_read(opened.get(), piece.data(), static_cast<int>(piece.size()))) > 0;)
        seen.insert(seen.end(), piece.begin(), piece.begin() + count);
    if (seen != toBytes(expected)) return "another content";
    const Store store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), x509Of(signer().root).get());
    STACK_OF(PKCS7_SIGNER_INFO)* infos = PKCS7_get_signer_info(pkcs7.get());
    if (sk_PKCS7_SIGNER_INFO_num(infos) != 1) return "not one signer";
    const StoreContext context(X509_STORE_CTX_new());
    if (PKCS7_dataVerify(store.get(), context.get(), opened.get(), pkcs7.get(),
                         sk_PKCS7_SIGNER_INFO_value(infos, 0)) == 1)
        return "";
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason != nullptr ? reason : "refused";
}

/// Of OpenSSL's making.
Bytes madeByOpenssl(const EVP_MD* digest, const EVP_CIPHER* cipher, bool attributes) {
    const Message pkcs7(PKCS7_new());
    PKCS7_set_type(pkcs7.get(), NID_pkcs7_signedAndEnveloped);
    PKCS7_set_cipher(pkcs7.get(), cipher);
    const X509Certificate certificate = x509Of(signer().certificate);
    PKCS7_SIGNER_INFO* info =
        PKCS7_add_signature(pkcs7.get(), certificate.get(), signer().key.handle(), digest);
    EXPECT_NE(info, nullptr);
    if (attributes) {
        EXPECT_EQ(PKCS7_add_attrib_content_type(info, nullptr), 1);
    }
    EXPECT_EQ(PKCS7_add_certificate(pkcs7.get(), certificate.get()), 1);
    EXPECT_NE(PKCS7_add_recipient(pkcs7.get(), x509Of(recipient().certificate).get()), nullptr);
    const Bio in(PKCS7_dataInit(pkcs7.get(), nullptr));
    const Bytes octets = content();
    EXPECT_EQ(BIO_write(in.get(), octets.data(), static_cast<int>(octets.size())),
              static_cast<int>(octets.size()));
    EXPECT_EQ(BIO_flush(in.get()), 1);
    EXPECT_EQ(PKCS7_dataFinal(pkcs7.get(), in.get()), 1) << ERR_reason_error_string(ERR_peek_last_error());
    Bytes out(static_cast<std::size_t>(i2d_PKCS7(pkcs7.get(), nullptr)));
    unsigned char* at = out.data();
    i2d_PKCS7(pkcs7.get(), &at);
    return out;
}

TEST(OpensslPkcs7, opensAndVerifiesWhatIsWritten) {
    for (const bool attributes : {true, false}) {
        for (const auto cipher : {pki::ContentCipher::aes256Cbc, pki::ContentCipher::sm4Cbc}) {
            const EnvelopeOptions sealing{.family = Family::cms, .cipher = cipher, .oaep = false};
            const SignedDataOptions signing{
                .attributes = attributes, .signingTime = now(), .chain = {signer().root}};
            const std::vector<pki::Certificate> recipients{recipient().certificate,
                                                           holder(KeyAlgorithm::sm2).certificate};
            SignedEnvelopeWriter writer(recipients, sealing, signer().certificate, signing);
            const Bytes begun = writer.update(content());
            const Bytes digest = writer.digestToSign();
            const Bytes rest = writer.finish(signer().key.sign(writer.digestAlgorithm(), digest));
            EXPECT_EQ(opensslVerdict(der::join({begun, rest}), content()), "") << attributes;
            const Bytes whole =
                signAndSeal(content(), recipients, sealing, signer().certificate, signing, signer().sign());
            EXPECT_EQ(opensslVerdict(whole, content()), "") << attributes;
        }
    }
}

TEST(OpensslPkcs7, whatItMakes_isOpenedAndVerified) {
    for (const bool attributes : {true, false}) {
        for (const EVP_CIPHER* cipher : {EVP_aes_256_cbc(), EVP_sm4_cbc()}) {
            for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
                const Bytes message = madeByOpenssl(digest, cipher, attributes);
                EXPECT_EQ(opensslVerdict(message, content()), "") << "its own judgement";
                const auto out = openedAndJudged(recipient(), message, trusting(signer()));
                EXPECT_EQ(out.content, content());
                EXPECT_EQ(refusalOf(out.verdict.value()), "") << attributes;
            }
        }
    }
}

TEST(OpensslPkcs7, weakDigest_isRefused_S23) {
    for (const bool attributes : {true, false}) {
        for (const EVP_MD* digest : {EVP_sha1(), EVP_md5()}) {
            const Bytes message = madeByOpenssl(digest, EVP_aes_256_cbc(), attributes);
            const auto out = openedAndJudged(recipient(), message, trusting(signer()));
            EXPECT_EQ(out.content, content());
            EXPECT_FALSE(out.verdict.value().isValid());
            EXPECT_EQ(refusalOf(*out.verdict), refusal::kWeakDigest);
        }
    }
}

}  // namespace
}  // namespace ukey::cms
