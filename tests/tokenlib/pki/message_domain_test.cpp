#include "tokenlib/pki/message_domain.hpp"

#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "test_ca.hpp"
#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::pki {
namespace {

using test::TestCa;
using test::TestKey;
using token::KeyAlgorithm;

template <class T>
Bytes encoded(const T* object, int (*encode)(const T*, unsigned char**)) {
    unsigned char* out = nullptr;
    const int length = encode(object, &out);
    Bytes bytes(out, out + std::max(length, 0));
    OPENSSL_free(out);
    return bytes;
}
template <class T>
Bytes encoded(T* object, int (*encode)(T*, unsigned char**)) {
    unsigned char* out = nullptr;
    const int length = encode(object, &out);
    Bytes bytes(out, out + std::max(length, 0));
    OPENSSL_free(out);
    return bytes;
}

/// What OpenSSL has signed for a request, a certificate and a list, and what it gives when they are signed.
struct Signed {
    Bytes request;
    Bytes wholeRequest;
    Bytes certificate;
    Bytes wholeCertificate;
    Bytes list;
    Bytes wholeList;
    Bytes spkac;
};

void nameOf(X509_NAME* name, bool isEmpty) {
    if (isEmpty) return;
    X509_NAME_add_entry_by_txt(name, "C", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("CN"), -1, -1,
                               0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("张三"), -1,
                               -1, 0);
}

Signed madeBy(const TestKey& key, long version, bool hasEmptyNames) {
    EVP_PKEY* pkey = key.handle();
    Signed made;
    const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(X509_REQ_new(), X509_REQ_free);
    nameOf(X509_REQ_get_subject_name(request.get()), hasEmptyNames);
    X509_REQ_set_pubkey(request.get(), pkey);
    X509_REQ_sign(request.get(), pkey, EVP_sha256());
    made.request = encoded(request.get(), i2d_re_X509_REQ_tbs);
    made.wholeRequest = encoded<X509_REQ>(request.get(), i2d_X509_REQ);

    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), version);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), 0x1234567890ABULL);
    nameOf(X509_get_subject_name(certificate.get()), hasEmptyNames);
    nameOf(X509_get_issuer_name(certificate.get()), hasEmptyNames);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 60);
    X509_set_pubkey(certificate.get(), pkey);
    X509_sign(certificate.get(), pkey, EVP_sha256());
    made.certificate = encoded(certificate.get(), i2d_re_X509_tbs);
    made.wholeCertificate = encoded<X509>(certificate.get(), i2d_X509);

    const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(X509_CRL_new(), X509_CRL_free);
    if (version > 0) X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate.get()));
    X509_CRL_set1_lastUpdate(list.get(), X509_get0_notBefore(certificate.get()));
    X509_CRL_sign(list.get(), pkey, EVP_sha256());
    made.list = encoded(list.get(), i2d_re_X509_CRL_tbs);
    made.wholeList = encoded<X509_CRL>(list.get(), i2d_X509_CRL);

    const std::unique_ptr<NETSCAPE_SPKI, decltype(&NETSCAPE_SPKI_free)> spki(NETSCAPE_SPKI_new(),
                                                                             NETSCAPE_SPKI_free);
    NETSCAPE_SPKI_set_pubkey(spki.get(), pkey);
    ASN1_STRING_set(spki->spkac->challenge, "challenge", 9);
    made.spkac = encoded<NETSCAPE_SPKAC>(spki->spkac, i2d_NETSCAPE_SPKAC);
    return made;
}

bool isReserved(ByteView message) {
    ReservedMessage whole;
    whole.update(message);
    ReservedMessage byOctets;
    for (const std::uint8_t& octet : message) byOctets.update(ByteView(&octet, 1));
    EXPECT_EQ(whole.found(), byOctets.found()) << "cut otherwise, judged otherwise";
    return whole.found();
}
bool isReserved(std::string_view text) { return isReserved(asBytes(text)); }

/// The outer element with an indefinite length, as BER allows.
Bytes indefinite(const Bytes& der) {
    der::Reader reader(der, "test");
    const der::Element element = reader.next();
    const Bytes head{element.tag, 0x80};
    const Bytes end{0, 0};
    return der::join({head, element.content, end});
}

/// The outer element with a length of eight octets.
Bytes longLength(const Bytes& der) {
    der::Reader reader(der, "test");
    const der::Element element = reader.next();
    Bytes head{element.tag, 0x88, 0, 0, 0, 0, 0, 0};
    head.push_back(static_cast<std::uint8_t>(element.content.size() >> 8U));
    head.push_back(static_cast<std::uint8_t>(element.content.size() & 0xFFU));
    return der::join({head, element.content});
}

/// Every element of the outer SEQUENCE of indefinite length.
Bytes indefiniteInside(const Bytes& der) {
    der::Reader outer(der, "test");
    der::Reader inner = outer.sequence();
    Bytes content;
    while (!inner.atEnd()) {
        const der::Element element = inner.next();
        const bool isConstructed = (element.tag & 0x20U) != 0;
        const Bytes whole(element.whole.begin(), element.whole.end());
        const Bytes part = isConstructed ? indefinite(whole) : whole;
        content.insert(content.end(), part.begin(), part.end());
    }
    return indefinite(der::tlv(der::kSequence, content));
}

TEST(ReservedMessageOfThePage, whatAnIssuerOrAHolderSigns_isRefused_S22) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        for (const long version : {X509_VERSION_1, X509_VERSION_3}) {
            for (const bool hasEmptyNames : {false, true}) {
                const Signed made = madeBy(TestKey::shared(algorithm), version, hasEmptyNames);
                for (const Bytes& message : {made.request, made.certificate, made.list, made.spkac}) {
                    ASSERT_FALSE(message.empty());
                    EXPECT_TRUE(isReserved(message)) << toHex(message);
                    EXPECT_TRUE(isReserved(indefinite(message))) << "BER";
                    EXPECT_TRUE(isReserved(longLength(message))) << "BER";
                    EXPECT_TRUE(isReserved(indefiniteInside(message))) << "BER";
                    EXPECT_THROW(refuseReservedMessage(message), Error);
                }
            }
        }
    }
}

TEST(ReservedMessageOfThePage, requestInBer_isOneThatOpensslTakes_S22) {
    const Signed made = madeBy(TestKey::shared(KeyAlgorithm::p256), X509_VERSION_3, false);
    der::Reader outer(made.wholeRequest, "test");
    der::Reader parts = outer.sequence();
    parts.next();
    const der::Element algorithm = parts.next();
    const der::Element signature = parts.next();
    for (const Bytes& info :
         {indefinite(made.request), longLength(made.request), indefiniteInside(made.request)}) {
        const Bytes request = der::sequence({info, algorithm.whole, signature.whole});
        const unsigned char* at = request.data();
        X509_REQ* parsed = d2i_X509_REQ(nullptr, &at, static_cast<long>(request.size()));
        EXPECT_NE(parsed, nullptr) << "the form is none that would have to be refused";
        X509_REQ_free(parsed);
    }
}

TEST(ReservedMessageOfThePage, requestWithoutAttributes_isRefusedToo_S22) {
    const Signed made = madeBy(TestKey::shared(KeyAlgorithm::p256), X509_VERSION_3, false);
    der::Reader outer(made.request, "test");
    der::Reader parts = outer.sequence();
    const der::Element version = parts.next();
    const der::Element name = parts.next();
    const der::Element key = parts.next();
    EXPECT_TRUE(isReserved(der::sequence({version.whole, name.whole, key.whole})));
}

TEST(ReservedMessageOfThePage, otherFormsOfARequest_areRefused_S22) {
    const Signed made = madeBy(TestKey::shared(KeyAlgorithm::p256), X509_VERSION_3, false);
    der::Reader outer(made.request, "test");
    der::Reader parts = outer.sequence();
    parts.next();
    const der::Element name = parts.next();
    const der::Element key = parts.next();
    const Bytes id = der::integer(std::uint32_t{0});
    const Bytes certTemplate = der::sequence({der::tlv(der::constructed(5), name.content)});
    EXPECT_TRUE(isReserved(der::sequence({id, certTemplate}))) << "CRMF";
    const Bytes sender = der::explicitTag(0, der::tlv(der::constructed(4), name.whole));
    EXPECT_TRUE(isReserved(der::sequence({sender, key.whole}))) << "POPOSigningKeyInput";
    const Bytes header =
        der::sequence({der::integer(std::uint32_t{2}), der::tlv(der::constructed(4), name.whole)});
    EXPECT_TRUE(isReserved(der::sequence({header, der::explicitTag(7, der::sequence({}))}))) << "CMP";
}

TEST(ReservedMessageOfThePage, deepFieldsOfAnyLength_doNotHideIt_S22) {
    const Bytes serial = der::tlv(der::kInteger, Bytes(3UL * 1024UL * 1024UL, 0x11));
    const Bytes version = der::explicitTag(0, der::integer(std::uint32_t{2}));
    const Bytes algorithm =
        der::algorithmIdentifier("1.2.840.10045.4.3.2", der::octetString(Bytes(200'000, 1)));
    EXPECT_TRUE(isReserved(der::sequence({version, serial, algorithm, der::sequence({})})));
}

TEST(ReservedMessageOfThePage, ourOwnNames_areRefusedInTheirOwnCase_S22) {
    EXPECT_TRUE(isReserved("Ukey Bridge "));
    EXPECT_TRUE(isReserved("Ukey Bridge authentication v1"));
    EXPECT_TRUE(isReserved(inDomain(kAuthenticationDomain, Bytes(64, 1))));
    EXPECT_TRUE(isReserved(renewalMessage(Bytes{0x30, 0})));
    for (const char* other : {"", "Ukey Bridge", "ukey bridge authentication v2", "UKEY BRIDGE x",
                              " Ukey Bridge x", "Ukey  Bridge x", "Ukey\tBridge x"})
        EXPECT_FALSE(isReserved(std::string_view(other))) << other;
}

TEST(ReservedMessageOfThePage, whatTlsHasSigned_isRefused_S22) {
    EXPECT_TRUE(isReserved(std::string(64, ' ') + "TLS 1.3, client CertificateVerify"));
    EXPECT_TRUE(isReserved(std::string(64, ' ')));
    EXPECT_FALSE(isReserved(std::string(63, ' ')));
    EXPECT_FALSE(isReserved(std::string(63, ' ') + "x"));
    const auto hello = [](std::uint8_t major, std::uint8_t minor, std::uint8_t session) {
        Bytes message{1, 0, 1, 0, major, minor};
        message.resize(38, 0xAB);
        message.push_back(session);
        message.resize(260, 0xCD);
        return message;
    };
    EXPECT_TRUE(isReserved(hello(3, 3, 32))) << "TLS 1.2";
    EXPECT_TRUE(isReserved(hello(3, 1, 0))) << "TLS 1.0";
    EXPECT_TRUE(isReserved(hello(1, 1, 0))) << "TLCP";
    EXPECT_FALSE(isReserved(hello(3, 3, 33)));
    EXPECT_FALSE(isReserved(hello(2, 0, 0)));
}

TEST(ReservedMessageOfThePage, whatIsSignedAlreadyOrNoneOfThese_isTaken) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::rsa2048, KeyAlgorithm::p256}) {
        const TestKey& key = TestKey::shared(algorithm);
        const Signed made = madeBy(key, X509_VERSION_3, false);
        EXPECT_FALSE(isReserved(made.wholeCertificate));
        EXPECT_FALSE(isReserved(made.wholeRequest));
        EXPECT_FALSE(isReserved(made.wholeList));
        EXPECT_FALSE(isReserved(test::spkiOf(key)));
        EXPECT_FALSE(isReserved(encoded<EVP_PKEY>(key.handle(), i2d_PrivateKey)));
        const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> pkcs8(
            EVP_PKEY2PKCS8(key.handle()), PKCS8_PRIV_KEY_INFO_free);
        EXPECT_FALSE(isReserved(encoded<PKCS8_PRIV_KEY_INFO>(pkcs8.get(), i2d_PKCS8_PRIV_KEY_INFO)));
    }
    const TestKey& key = TestKey::shared(KeyAlgorithm::rsa2048);
    const TestCa ca(KeyAlgorithm::rsa2048);
    const Bytes der = ca.issue(key.publicKey());
    const unsigned char* at = der.data();
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free);
    const std::unique_ptr<BIO, decltype(&BIO_free)> data(BIO_new_mem_buf("data", 4), BIO_free);
    const std::unique_ptr<CMS_ContentInfo, decltype(&CMS_ContentInfo_free)> cms(
        CMS_sign(certificate.get(), key.handle(), nullptr, data.get(), CMS_BINARY), CMS_ContentInfo_free);
    EXPECT_FALSE(isReserved(encoded<CMS_ContentInfo>(cms.get(), i2d_CMS_ContentInfo)));
    const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> pfx(
        PKCS12_create("x", "x", key.handle(), certificate.get(), nullptr, 0, 0, 0, 0, 0), PKCS12_free);
    EXPECT_FALSE(isReserved(encoded<PKCS12>(pfx.get(), i2d_PKCS12)));
}

// What cannot be read to its end is judged as far as it goes, and none of it does harm.
TEST(ReservedMessageOfThePage, brokenInput_isNotReserved_S32) {
    const std::vector<Bytes> broken{{},
                                    {0x30},
                                    {0x30, 0x80},
                                    {0x30, 0x80, 0, 0},
                                    {0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0},
                                    {0x30, 0x05, 0x02, 0x80, 0x00, 0x00, 0x00},
                                    {0x30, 0x04, 0x30, 0x01, 0x06, 0x7F},
                                    Bytes(300, 0xFF),
                                    Bytes(300, 0x30),
                                    Bytes(300, 0x80)};
    for (const Bytes& message : broken) EXPECT_FALSE(isReserved(message)) << toHex(message);
}

}  // namespace
}  // namespace ukey::pki
