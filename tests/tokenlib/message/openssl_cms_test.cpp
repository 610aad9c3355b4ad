// Signed messages against OpenSSL's CMS, both ways.
#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "openssl_owners.hpp"
#include "signers.hpp"

namespace ukey::cms {
namespace {

using test::Bio;
using test::bioOf;
using test::Free;
using test::now;
using test::octetsOf;
using test::refusalOf;
using test::Signer;
using test::Store;
using test::trusting;
using test::X509Certificate;
using test::x509Of;
using token::KeyAlgorithm;

using Cms = std::unique_ptr<CMS_ContentInfo, Free<CMS_ContentInfo_free>>;

/// "" when OpenSSL accepts the message, else its reason.
std::string opensslVerdict(ByteView message, ByteView content, const Signer& signer, unsigned flags) {
    const Bio in = bioOf(message);
    const Cms cms(d2i_CMS_bio(in.get(), nullptr));
    const Store store(X509_STORE_new());
    const X509Certificate root = x509Of(signer.root);
    X509_STORE_add_cert(store.get(), root.get());
    const Bio out(BIO_new(BIO_s_mem()));
    const Bio detached = bioOf(content);
    const bool isDetached = cms && CMS_is_detached(cms.get()) == 1;
    const bool isGood =
        cms && CMS_verify(cms.get(), nullptr, store.get(), isDetached ? detached.get() : nullptr, out.get(),
                          flags | CMS_BINARY) == 1;
    if (isGood && octetsOf(out.get()) != Bytes(content.begin(), content.end())) return "another content";
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return isGood ? "" : std::string(reason != nullptr ? reason : "refused");
}

class OpensslCms : public testing::TestWithParam<KeyAlgorithm> {
  protected:
    static const Signer& signer() { return Signer::shared(GetParam()); }
    static Bytes content() { return Bytes(3000, 0x5A); }

    static Bytes signedByOpenssl(unsigned flags, const EVP_MD* digest = nullptr) {
        const X509Certificate certificate = x509Of(signer().certificate);
        const Bytes octets = content();
        const Bio data = bioOf(octets);
        const Cms cms(CMS_sign(nullptr, nullptr, nullptr, data.get(), flags | CMS_BINARY | CMS_PARTIAL));
        EXPECT_NE(CMS_add1_signer(cms.get(), certificate.get(), signer().key.handle(), digest, flags),
                  nullptr);
        const Bio out(BIO_new(BIO_s_mem()));
        if ((flags & CMS_STREAM) != 0) {
            EXPECT_EQ(
                i2d_CMS_bio_stream(out.get(), cms.get(), data.get(), static_cast<int>(flags | CMS_BINARY)),
                1);
        } else {
            EXPECT_EQ(CMS_final(cms.get(), data.get(), nullptr, flags | CMS_BINARY), 1);
            EXPECT_EQ(i2d_CMS_bio(out.get(), cms.get()), 1);
        }
        return octetsOf(out.get());
    }
};

TEST_P(OpensslCms, acceptsWhatIsWritten) {
    for (const bool detached : {false, true}) {
        for (const int form : {0, 1, 2}) {
            const SignedDataOptions options{.family = Family::cms,
                                            .detached = detached,
                                            .attributes = form > 0,
                                            .cades = form > 1,
                                            .signingTime = now(),
                                            .chain = {signer().root}};
            const unsigned flags = form > 1 ? CMS_CADES : 0U;
            const Bytes whole = signedData(content(), signer().certificate, options, signer().sign());
            EXPECT_EQ(opensslVerdict(whole, content(), signer(), flags), "") << detached << form;
            SignedDataWriter writer(signer().certificate, options);
            Bytes stream = writer.update(content());
            const Bytes digest = writer.digestToSign();
            const Bytes rest = writer.finish(signer().key.sign(writer.digestAlgorithm(), digest));
            stream.insert(stream.end(), rest.begin(), rest.end());
            EXPECT_EQ(opensslVerdict(stream, content(), signer(), flags), "") << detached << form;
        }
    }
}

TEST_P(OpensslCms, whatItSigns_isVerified) {
    for (const unsigned form : {0U, unsigned{CMS_NOATTR}, unsigned{CMS_USE_KEYID}, unsigned{CMS_CADES},
                                unsigned{CMS_STREAM}, unsigned{CMS_STREAM} | CMS_NOATTR}) {
        for (const unsigned place : {0U, unsigned{CMS_DETACHED}}) {
            // What OpenSSL streams has its content inside.
            if ((form & CMS_STREAM) != 0 && place != 0) continue;
            const Bytes message = signedByOpenssl(form | place);
            EXPECT_EQ(
                refusalOf(verifySignedData(message, place != 0 ? content() : Bytes{}, trusting(signer()))),
                "")
                << form << " " << place;
        }
    }
    for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
        EXPECT_EQ(refusalOf(verifySignedData(signedByOpenssl(0, digest), {}, trusting(signer()))), "");
    }
}

TEST_P(OpensslCms, weakDigest_isRefused_S23) {
    EXPECT_EQ(refusalOf(verifySignedData(signedByOpenssl(0, EVP_sha1()), {}, trusting(signer()))),
              refusal::kWeakDigest);
}

TEST_P(OpensslCms, signerWhoseCertificateIsNotInside_isFoundAmongThoseGiven) {
    const Bytes message = signedByOpenssl(CMS_NOCERTS | CMS_DETACHED);
    EXPECT_EQ(refusalOf(verifySignedData(message, content(), trusting(signer()))), refusal::kNoCertificate);
    VerifyOptions options = trusting(signer());
    options.certificates = {signer().certificate};
    EXPECT_EQ(refusalOf(verifySignedData(message, content(), options)), "");
}

INSTANTIATE_TEST_SUITE_P(Keys, OpensslCms,
                         testing::Values(KeyAlgorithm::rsa2048, KeyAlgorithm::p256, KeyAlgorithm::p384),
                         [](const auto& test) { return std::string(token::toString(test.param)); });

}  // namespace
}  // namespace ukey::cms
