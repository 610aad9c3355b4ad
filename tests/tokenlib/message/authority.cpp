#include "authority.hpp"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>

#include "tokenlib/base/der.hpp"

namespace ukey::cms::test {
namespace {

template <auto kFree>
struct Freed {
    template <typename T>
    void operator()(T* object) const {
        kFree(object);
    }
};
template <class T, auto kFree>
using Held = std::unique_ptr<T, Freed<kFree>>;

void require(bool good, const char* what) {
    if (good) return;
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    throw std::runtime_error(std::string(what) + ": " + (reason != nullptr ? reason : "refused"));
}

Held<X509, X509_free> opensslCertificate(const pki::Certificate& certificate) {
    const unsigned char* at = certificate.der().data();
    return Held<X509, X509_free>(d2i_X509(nullptr, &at, static_cast<long>(certificate.der().size())));
}

Held<BIO, BIO_free_all> bioOver(ByteView octets) {
    return Held<BIO, BIO_free_all>(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
}

Bytes allOf(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return {data, data + length};
}

ASN1_INTEGER* serialOne(TS_RESP_CTX*, void*) {
    ASN1_INTEGER* serial = ASN1_INTEGER_new();
    ASN1_INTEGER_set(serial, 1);
    return serial;
}

}  // namespace

Bytes timeStampPurpose() { return der::sequence({der::oid("1.3.6.1.5.5.7.3.8")}); }

Stamp Stamp::answering(ByteView request) {
    der::Reader outer(request, "request");
    der::Reader parts = outer.sequence();
    parts.smallInteger();
    der::Reader imprint = parts.sequence();
    Stamp stamp;
    stamp.digestOid = imprint.sequence().oid();
    stamp.digest = toBytes(imprint.octetString());
    stamp.nonce = toBytes(parts.next(der::kInteger).whole);
    return stamp;
}

Signer authority(token::KeyAlgorithm algorithm, CertificateSpec spec, const Bytes& purpose,
                 bool isPurposeCritical) {
    if (!purpose.empty())
        spec.extensions.emplace_back((isPurposeCritical ? "critical:" : "") + std::string("2.5.29.37"),
                                     purpose);
    const TestCa root(algorithm, "Time Root");
    const TestKey key = TestKey::generate(algorithm);
    return {key, pki::Certificate::fromDer(root.issue(key.publicKey(), spec)),
            pki::Certificate::fromDer(root.certificate())};
}

Bytes answerOf(const Signer& authority, const Stamp& stamp) {
    std::string time = pki::toRfc3339(stamp.time);
    std::erase_if(time, [](char c) { return c == '-' || c == ':' || c == 'T'; });
    const Bytes info = der::sequence(
        {der::integer(1), der::oid("1.2.3.4"),
         der::sequence({der::algorithmIdentifier(stamp.digestOid), der::octetString(stamp.digest)}),
         der::integer(77), der::tlv(der::kGeneralizedTime, asBytes(time)), stamp.nonce});
    const auto certificate = opensslCertificate(authority.certificate);
    const auto data = bioOver(info);
    const unsigned flags = CMS_BINARY | (stamp.namesCertificate ? CMS_CADES : 0U);
    const Held<CMS_ContentInfo, CMS_ContentInfo_free> cms(
        CMS_sign(nullptr, nullptr, nullptr, data.get(), CMS_BINARY | CMS_PARTIAL));
    require(cms && CMS_set1_eContentType(cms.get(), OBJ_nid2obj(NID_id_smime_ct_TSTInfo)) == 1, "type");
    require(
        CMS_add1_signer(cms.get(), certificate.get(), authority.key.handle(), EVP_sha256(), flags) != nullptr,
        "signer");
    require(CMS_final(cms.get(), data.get(), nullptr, flags) == 1, "sign");
    const Held<BIO, BIO_free_all> out(BIO_new(BIO_s_mem()));
    require(i2d_CMS_bio(out.get(), cms.get()) == 1, "write");
    const Bytes status = der::sequence({der::integer(std::uint32_t{stamp.status})});
    return der::sequence({status, allOf(out.get())});
}

Bytes answerOfOpenssl(const Signer& authority, ByteView request) {
    const auto certificate = opensslCertificate(authority.certificate);
    const Held<TS_RESP_CTX, TS_RESP_CTX_free> context(TS_RESP_CTX_new());
    const Held<ASN1_OBJECT, ASN1_OBJECT_free> policy(OBJ_txt2obj("1.2.3.4", 1));
    TS_RESP_CTX_set_serial_cb(context.get(), serialOne, nullptr);
    require(TS_RESP_CTX_set_signer_cert(context.get(), certificate.get()) == 1, "authority");
    require(TS_RESP_CTX_set_signer_key(context.get(), authority.key.handle()) == 1, "key");
    TS_RESP_CTX_set_signer_digest(context.get(), EVP_sha256());
    TS_RESP_CTX_set_def_policy(context.get(), policy.get());
    for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sm3()})
        TS_RESP_CTX_add_md(context.get(), digest);
    const auto in = bioOver(request);
    const Held<TS_RESP, TS_RESP_free> response(TS_RESP_create_response(context.get(), in.get()));
    require(response != nullptr, "response");
    const Held<BIO, BIO_free_all> out(BIO_new(BIO_s_mem()));
    require(i2d_TS_RESP_bio(out.get(), response.get()) == 1, "write");
    return allOf(out.get());
}

}  // namespace ukey::cms::test
