#include "tokenlib/pki/strict_copy.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate_parts.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/name_text.hpp"
#include "tokenlib/pki/oids.hpp"
#include "tokenlib/pki/public_key.hpp"

namespace ukey::pki {
namespace {

using AlgorithmHandle = std::unique_ptr<X509_ALGOR, Freer<X509_ALGOR_free>>;
using AnyHandle = std::unique_ptr<ASN1_TYPE, Freer<ASN1_TYPE_free>>;
using BitStringHandle = std::unique_ptr<ASN1_BIT_STRING, Freer<ASN1_BIT_STRING_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;

Bytes generalizedTime(std::chrono::sys_seconds time) {
    std::string text = toRfc3339(time);
    std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'T'; });
    return der::tlv(der::kGeneralizedTime, asBytes(text));
}

Bytes serialOf(ByteView serialDer) {
    der::Reader reader(serialDer, "certificate");
    return der::integer(reader.fixedInteger());
}

Bytes extensionsOf(const CertificateParts& parts) {
    std::vector<Bytes> written;
    for (const ExtensionPart& extension : parts.extensions) {
        if (extension.oid == oids::kAuthorityKeyIdentifier) continue;
        const Bytes critical = extension.isCritical ? Bytes{der::kBoolean, 1, 0xFF} : Bytes{};
        Bytes whole = der::sequence({der::oid(extension.oid), critical, der::octetString(extension.value)});
        if (std::find(written.begin(), written.end(), whole) == written.end()) {
            written.push_back(std::move(whole));
        }
    }
    if (written.empty()) return {};
    Bytes list;
    for (const Bytes& extension : written) list.insert(list.end(), extension.begin(), extension.end());
    return der::explicitTag(3, der::tlv(der::kSequence, list));
}

/// r and s of fixed width in the form that OpenSSL wants; every other signature as it is.
Bytes strictSignature(ByteView signature) {
    try {
        der::Reader outer(signature, "signature");
        der::Reader numbers = outer.sequence();
        outer.end();
        const ByteView r = numbers.fixedInteger();
        const ByteView s = numbers.fixedInteger();
        numbers.end();
        return der::sequence({der::integer(r), der::integer(s)});
    } catch (const Error&) {
        return toBytes(signature);
    }
}

/// The key's context belongs to whoever made it, also while the digest's context uses it.
struct Verification {
    PkeyContext key;
    DigestContext digest;
};

Verification verificationWith(EVP_PKEY* key) {
    Verification out{PkeyContext(EVP_PKEY_CTX_new(key, nullptr)), DigestContext(EVP_MD_CTX_new())};
    if (!out.key || !out.digest) throw Error(ErrorCode::internal, "signature: out of memory");
    // OpenSSL takes an empty user id for SM2 unless told.
    if (EVP_PKEY_is_a(key, "SM2") == 1) {
        EVP_PKEY_CTX_set1_id(out.key.get(), kSm2DefaultUserId.data(),
                             static_cast<int>(kSm2DefaultUserId.size()));
    }
    EVP_MD_CTX_set_pkey_ctx(out.digest.get(), out.key.get());
    return out;
}

}  // namespace

X509Handle strictCopy(const Certificate& certificate) {
    const CertificateParts parts = readCertificateParts(certificate.der());
    const Bytes key = certificate.publicKey() ? toSubjectPublicKeyInfo(*certificate.publicKey())
                                              : certificate.subjectPublicKeyInfo();
    const Bytes validity = der::sequence({generalizedTime(parts.notBefore), generalizedTime(parts.notAfter)});
    const Bytes tbs =
        der::sequence({parts.version, serialOf(parts.serial), parts.algorithm, wellFormedName(parts.issuer),
                       validity, wellFormedName(parts.subject), key, extensionsOf(parts)});
    return toX509(der::sequence({tbs, parts.algorithm, der::bitString(parts.signature)}));
}

bool isSignedBy(const Certificate& certificate, const X509* issuerCopy) {
    const CertificateParts parts = readCertificateParts(certificate.der());
    // A signature's algorithm stands twice; it has to be one algorithm.
    if (!std::ranges::equal(parts.innerAlgorithm, parts.algorithm)) return false;
    EVP_PKEY* key = X509_get0_pubkey(issuerCopy);
    const unsigned char* algorithmAt = parts.algorithm.data();
    const unsigned char* tbsAt = parts.tbs.data();
    const AlgorithmHandle algorithm(
        d2i_X509_ALGOR(nullptr, &algorithmAt, static_cast<long>(parts.algorithm.size())));
    const AnyHandle tbs(d2i_ASN1_TYPE(nullptr, &tbsAt, static_cast<long>(parts.tbs.size())));
    const BitStringHandle signature(ASN1_BIT_STRING_new());
    const Bytes octets = strictSignature(parts.signature);
    bool holds = false;
    if (key != nullptr && algorithm && tbs && signature &&
        ASN1_STRING_set(signature.get(), octets.data(), static_cast<int>(octets.size())) == 1) {
        const Verification verification = verificationWith(key);
        holds = ASN1_item_verify_ctx(ASN1_ITEM_rptr(ASN1_ANY), algorithm.get(), signature.get(), tbs.get(),
                                     verification.digest.get()) == 1;
    }
    ERR_clear_error();
    return holds;
}

}  // namespace ukey::pki
