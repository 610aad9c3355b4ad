#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "holders.hpp"
#include "openssl_owners.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/message/envelope_reader.hpp"
#include "tokenlib/message/envelope_writer.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"

namespace ukey::cms {
namespace {

using pki::ContentCipher;
using test::Bio;
using test::bioOf;
using test::contentOf;
using test::Free;
using test::holder;
using test::octetsOf;
using test::opened;
using test::Signer;
using test::X509Certificate;
using test::x509Of;
using token::KeyAlgorithm;

constexpr std::array kCiphers{ContentCipher::sm4Cbc, ContentCipher::sm4Gcm, ContentCipher::aes256Cbc,
                              ContentCipher::aes256Gcm};

TEST(Envelope, everyRecipientOpensEveryForm) {
    const std::vector<pki::Certificate> recipients{holder(KeyAlgorithm::sm2).certificate,
                                                   holder(KeyAlgorithm::rsa2048).certificate};
    for (const Family family : {Family::gm, Family::cms}) {
        for (const ContentCipher cipher : kCiphers) {
            for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 5000U}) {
                const Bytes message = seal(contentOf(size), recipients, {.family = family, .cipher = cipher});
                for (const KeyAlgorithm key : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048}) {
                    EXPECT_EQ(opened(holder(key), message), contentOf(size)) << size;
                    EXPECT_EQ(opened(holder(key), message, 1), contentOf(size)) << size;
                }
            }
        }
    }
}

TEST(Envelope, recipientOnACurve_opensBesideTheOthers) {
    const std::vector<pki::Certificate> recipients{
        holder(KeyAlgorithm::p256).certificate, holder(KeyAlgorithm::sm2).certificate,
        holder(KeyAlgorithm::p384).certificate, holder(KeyAlgorithm::rsa2048).certificate};
    for (const Family family : {Family::gm, Family::cms}) {
        for (const ContentCipher cipher : kCiphers) {
            const Bytes message = seal(contentOf(900), recipients, {.family = family, .cipher = cipher});
            for (const KeyAlgorithm key :
                 {KeyAlgorithm::p256, KeyAlgorithm::sm2, KeyAlgorithm::p384, KeyAlgorithm::rsa2048}) {
                EXPECT_EQ(opened(holder(key), message), contentOf(900)) << toString(key);
            }
        }
    }
}

TEST(Envelope, recipientNamedByTheKeyIdentifier_opensInEveryForm) {
    for (const KeyAlgorithm key : {KeyAlgorithm::sm2, KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const Signer& who = holder(key);
        const Signer stranger = Signer::of(key, {.keyUsage = pki::test::kEncryptUsage});
        for (const Family family : {Family::gm, Family::cms}) {
            const EnvelopeOptions options{.family = family, .byKeyIdentifier = true};
            const Bytes message = seal(contentOf(900), {who.certificate}, options);
            EnvelopeReader reader({});
            reader.feed(message);
            EXPECT_EQ(reader.recipients().at(0).keyIdentifier, who.certificate.subjectKeyIdentifier());
            EXPECT_TRUE(reader.recipients().at(0).issuer.empty());
            EXPECT_EQ(opened(who, message), contentOf(900)) << toString(key);
            EXPECT_THROW(opened(stranger, message), std::runtime_error) << "another key identifier";
        }
    }
}

TEST(Envelope, versions_areThoseThatTheFamiliesHave) {
    // EnvelopedData and its RecipientInfo.
    const auto versionsOf = [](KeyAlgorithm key, Family family, bool byKeyIdentifier) {
        const Bytes message = seal(contentOf(1), {holder(key).certificate},
                                   {.family = family, .byKeyIdentifier = byKeyIdentifier});
        der::Reader outer(message, "test");
        der::Reader info = outer.sequence();
        info.oid();
        der::Reader sealed = info.enter(der::constructed(0)).sequence();
        const std::uint32_t version = sealed.smallInteger();
        der::Reader recipient = sealed.set().sequence();
        return std::pair(version, recipient.smallInteger());
    };
    using Versions = std::pair<std::uint32_t, std::uint32_t>;
    EXPECT_EQ(versionsOf(KeyAlgorithm::sm2, Family::gm, false), Versions(1, 1));
    EXPECT_EQ(versionsOf(KeyAlgorithm::sm2, Family::gm, true), Versions(2, 2));
    EXPECT_EQ(versionsOf(KeyAlgorithm::sm2, Family::cms, false), Versions(0, 0));
    EXPECT_EQ(versionsOf(KeyAlgorithm::rsa2048, Family::cms, true), Versions(2, 2));
}

TEST(Envelope, layers_openOneAfterTheOther) {
    const Bytes inner = seal(contentOf(900), {holder(KeyAlgorithm::sm2).certificate}, {});
    EnvelopeWriter outer({holder(KeyAlgorithm::rsa2048).certificate}, {.cipher = ContentCipher::sm4Gcm});
    Bytes message;
    for (std::size_t at = 0; at < inner.size(); at += 100) {
        const Bytes out =
            outer.update(ByteView(inner).subspan(at, std::min<std::size_t>(100, inner.size() - at)));
        message.insert(message.end(), out.begin(), out.end());
    }
    const Bytes last = outer.finish();
    message.insert(message.end(), last.begin(), last.end());
    EXPECT_EQ(opened(holder(KeyAlgorithm::sm2), opened(holder(KeyAlgorithm::rsa2048), message)),
              contentOf(900));
    EXPECT_THROW(opened(holder(KeyAlgorithm::sm2), message), std::runtime_error);
}

TEST(Envelope, contentThatWasChanged_isNoticedWhereTheCipherCan) {
    for (const ContentCipher cipher : {ContentCipher::sm4Gcm, ContentCipher::aes256Gcm}) {
        Bytes message = seal(contentOf(400), {holder(KeyAlgorithm::sm2).certificate}, {.cipher = cipher});
        const Bytes good = message;
        for (std::size_t at = message.size() - 300; at < message.size(); at += 13) {
            message = good;
            message[at] ^= 1U;
            EXPECT_THROW(opened(holder(KeyAlgorithm::sm2), message), Error) << at;
        }
    }
    for (const ContentCipher cipher : kCiphers) {
        const Bytes message =
            seal(contentOf(400), {holder(KeyAlgorithm::sm2).certificate}, {.cipher = cipher});
        for (const std::size_t cut : {1U, 16U, 32U, 200U}) {
            EXPECT_THROW(opened(holder(KeyAlgorithm::sm2), ByteView(message).first(message.size() - cut)),
                         Error);
        }
    }
}

TEST(Envelope, certificateThatIsNotForEncryption_isNotSealedTo) {
    EXPECT_THROW(seal(contentOf(1), {Signer::shared(KeyAlgorithm::sm2).certificate}, {}), Error);
    EXPECT_THROW(seal(contentOf(1), {Signer::shared(KeyAlgorithm::p256).certificate}, {}), Error);
    EXPECT_THROW(seal(contentOf(1), {}, {}), Error);
}

TEST(Envelope, sm2KeysInEveryRawOrder_areAmongTheReadings) {
    const Bytes key(16, 0x33);
    const token::Sm2Cipher cipher = pki::sm2Encrypt(holder(KeyAlgorithm::sm2).key.publicKey(), key);
    for (const pki::Sm2CipherOrder order : {pki::Sm2CipherOrder::c1c3c2, pki::Sm2CipherOrder::c1c2c3}) {
        const Bytes raw = pki::sm2CipherToRaw(cipher, order);
        for (const bool prefixed : {true, false}) {
            Recipient recipient;
            recipient.encryptedKey = prefixed ? raw : Bytes(raw.begin() + 1, raw.end());
            const auto readings = recipient.sm2Ciphers();
            EXPECT_TRUE(std::any_of(readings.begin(), readings.end(), [&](const token::Sm2Cipher& one) {
                return one.hash == cipher.hash && one.cipher == cipher.cipher && one.x == cipher.x;
            }));
        }
    }
}

using EnvelopedCms = std::unique_ptr<CMS_ContentInfo, Free<CMS_ContentInfo_free>>;

class EnvelopeFor : public testing::TestWithParam<KeyAlgorithm> {};

TEST_P(EnvelopeFor, opensslOpensWhatIsSealed) {
    const Signer& who = holder(GetParam());
    for (const ContentCipher cipher :
         {ContentCipher::aes256Cbc, ContentCipher::aes256Gcm, ContentCipher::sm4Cbc}) {
        for (const bool oaep : {false, true}) {
            const Bytes message =
                seal(contentOf(3000), {who.certificate, holder(KeyAlgorithm::sm2).certificate},
                     {.family = Family::cms, .cipher = cipher, .oaep = oaep, .byKeyIdentifier = oaep});
            const Bio in = bioOf(message);
            const EnvelopedCms cms(d2i_CMS_bio(in.get(), nullptr));
            ASSERT_TRUE(cms);
            const Bio out(BIO_new(BIO_s_mem()));
            EXPECT_EQ(CMS_decrypt(cms.get(), who.key.handle(), x509Of(who.certificate).get(), nullptr,
                                  out.get(), CMS_BINARY),
                      1)
                << static_cast<int>(cipher) << oaep;
            EXPECT_EQ(octetsOf(out.get()), contentOf(3000));
        }
    }
}

TEST_P(EnvelopeFor, whatOpensslSeals_isOpened) {
    const Signer& who = holder(GetParam());
    const X509Certificate certificate = x509Of(who.certificate);
    const std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>
        stack(sk_X509_new_null());
    sk_X509_push(stack.get(), certificate.get());
    const Bytes plain = contentOf(70000);
    for (const EVP_CIPHER* cipher : {EVP_aes_256_cbc(), EVP_aes_256_gcm(), EVP_sm4_cbc()}) {
        for (const unsigned flags :
             {0U, unsigned{CMS_STREAM}, unsigned{CMS_USE_KEYID}, unsigned{CMS_STREAM} | CMS_USE_KEYID}) {
            const Bio in = bioOf(plain);
            const EnvelopedCms cms(CMS_encrypt(stack.get(), in.get(), cipher, flags | CMS_BINARY));
            ASSERT_TRUE(cms);
            const Bio out(BIO_new(BIO_s_mem()));
            ASSERT_EQ(
                i2d_CMS_bio_stream(out.get(), cms.get(), in.get(), static_cast<int>(flags | CMS_BINARY)), 1);
            EXPECT_EQ(opened(who, octetsOf(out.get()), 1000), plain) << flags;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Keys, EnvelopeFor,
                         testing::Values(KeyAlgorithm::rsa2048, KeyAlgorithm::p256, KeyAlgorithm::p384),
                         [](const auto& tested) { return std::string(token::toString(tested.param)); });

}  // namespace
}  // namespace ukey::cms
