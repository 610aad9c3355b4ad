#include "tokenlib/pki/unlock_authority.hpp"

#include <algorithm>

#include "tokenlib/base/der.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/chain.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/message_domain.hpp"
#include "tokenlib/pki/signature.hpp"

namespace ukey::pki {
namespace {

constexpr const char* kWhat = "SignedUnlockResponse";
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kMaxAnswer = 32768;
constexpr std::size_t kMostCertificates = 8;
constexpr std::string_view kRegistrationAuthority = "1.3.6.1.5.5.7.3.28";

[[noreturn]] void fail(const std::string& why) {
    throw Error(ErrorCode::unlockInvalid, std::string(kWhat) + ": " + why);
}

SignedUnlockResponse read(ByteView encoded) {
    der::Reader outer(encoded, kWhat);
    der::Reader parts = outer.sequence();
    outer.end();
    if (parts.smallInteger() != kVersion) parts.fail("unknown version");
    SignedUnlockResponse answer;
    const ByteView response = parts.next(der::kSequence).whole;
    answer.response.assign(response.begin(), response.end());
    der::Reader certificates = parts.sequence();
    while (!certificates.atEnd()) {
        if (answer.certificates.size() == kMostCertificates) parts.fail("too many certificates");
        answer.certificates.push_back(Certificate::fromDer(certificates.next(der::kSequence).whole));
    }
    if (answer.certificates.empty()) parts.fail("no certificate");
    const ByteView signature = parts.octetString();
    answer.signature.assign(signature.begin(), signature.end());
    parts.end();
    return answer;
}

bool isSignedBy(const token::PublicKey& key, const SignedUnlockResponse& answer, ByteView request) {
    const token::DigestAlgorithm algorithm = defaultDigest(key.algorithm);
    const Bytes digest = messageDigest(key, algorithm, unlockAnswerMessage(request, answer.response));
    try {
        return verify(key, algorithm, digest, signatureFromDer(key.algorithm, answer.signature));
    } catch (const Error&) {
        return false;
    }
}

bool descends(const Certificate& leaf, const std::vector<Certificate>& intermediates,
              const Certificate& issuer, std::chrono::sys_seconds time) {
    try {
        checkChain(leaf, intermediates, {issuer}, time);
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// Whether the CA issued the certificate, be that in force or not: a token whose certificate has run out is
/// unlocked all the same.
bool issued(const Certificate& ca, const Certificate& certificate) {
    if (ca.subjectDer() != certificate.issuerDer()) return false;
    return descends(certificate, {}, ca, certificate.notAfterTime()) ||
           descends(certificate, {}, ca, certificate.notBeforeTime());
}

bool isNamedByTheToken(const SignedUnlockResponse& answer, const std::vector<Certificate>& onToken,
                       std::chrono::sys_seconds now) {
    const Certificate& leaf = answer.certificates.front();
    if (leaf.isCa() || !leaf.allows(token::KeyUsage::sign) || !leaf.hasPurpose(kRegistrationAuthority))
        return false;
    return std::any_of(
        answer.certificates.begin() + 1, answer.certificates.end(), [&](const Certificate& ca) {
            return ca.isCa() && descends(leaf, answer.certificates, ca, now) &&
                   std::any_of(onToken.begin(), onToken.end(),
                               [&](const Certificate& certificate) { return issued(ca, certificate); });
        });
}

}  // namespace

SignedUnlockResponse signedUnlockResponseFromDer(ByteView der) {
    if (der.size() > kMaxAnswer) fail("too long");
    try {
        return read(der);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::badRequest && error.code() != ErrorCode::tooLarge) throw;
        fail(error.what());
    }
}

Bytes unlockAnswerMessage(ByteView request, ByteView response) {
    return inDomain(kUnlockAnswerDomain, der::join({request, response}));
}

void requireAuthority(const SignedUnlockResponse& answer, ByteView request,
                      const UnlockAuthorities& authorities, std::chrono::sys_seconds now) {
    const Certificate& leaf = answer.certificates.front();
    if (!leaf.publicKey() || !isSignedBy(*leaf.publicKey(), answer, request))
        fail("not signed for this request by the key of its certificate");
    const bool isNamed =
        std::any_of(authorities.named.begin(), authorities.named.end(),
                    [&](const Certificate& named) { return named.publicKey() == leaf.publicKey(); });
    if (!isNamed && !isNamedByTheToken(answer, authorities.onToken, now))
        fail("signed by nobody whom the configuration or the token's issuer names");
}

}  // namespace ukey::pki
