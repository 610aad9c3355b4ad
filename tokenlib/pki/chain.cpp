#include "tokenlib/pki/chain.hpp"

#include <openssl/err.h>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/openssl_handles.hpp"

namespace ukey::pki {
namespace {

using X509StackHandle =
    std::unique_ptr<STACK_OF(X509),
                    decltype([](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); })>;

/// Level 2 of OpenSSL: 112 bits; RSA from 2048, no SHA-1.
constexpr int kSecurityLevel = 2;

/// OpenSSL checks SM2 signatures with an empty user id unless told; other signatures fail when it is told.
X509Handle forVerification(const Certificate& certificate) {
    X509Handle x509 = toX509(certificate.der());
    if (x509 && X509_get_signature_nid(x509.get()) != NID_SM2_with_SM3) return x509;
    ASN1_OCTET_STRING* identity = ASN1_OCTET_STRING_new();
    if (!x509 || identity == nullptr ||
        ASN1_OCTET_STRING_set(identity, reinterpret_cast<const unsigned char*>(kSm2DefaultUserId.data()),
                              static_cast<int>(kSm2DefaultUserId.size())) != 1) {
        ASN1_OCTET_STRING_free(identity);
        throw Error(ErrorCode::internal, "chain: out of memory");
    }
    X509_set0_distinguishing_id(x509.get(), identity);
    return x509;
}

X509StackHandle toStack(const std::vector<Certificate>& certificates) {
    X509StackHandle stack(sk_X509_new_null());
    for (const Certificate& certificate : certificates) {
        X509Handle x509 = forVerification(certificate);
        if (!stack || sk_X509_push(stack.get(), x509.get()) == 0) {
            throw Error(ErrorCode::internal, "chain: out of memory");
        }
        x509.release();
    }
    return stack;
}

}  // namespace

void checkChain(const Certificate& leaf, const std::vector<Certificate>& intermediates,
                const std::vector<Certificate>& trusted, std::chrono::sys_seconds time) {
    useOpenSsl();
    const X509StoreHandle store(X509_STORE_new());
    const X509StoreContext context(X509_STORE_CTX_new());
    const X509Handle target = forVerification(leaf);
    const X509StackHandle untrusted = toStack(intermediates);
    const X509StackHandle anchors = toStack(trusted);
    if (!store || !context ||
        X509_STORE_CTX_init(context.get(), store.get(), target.get(), untrusted.get()) != 1) {
        throw Error(ErrorCode::internal, "chain: " + opensslError());
    }
    X509_STORE_CTX_set0_trusted_stack(context.get(), anchors.get());
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CHECK_SS_SIGNATURE);
    X509_VERIFY_PARAM_set_time(parameters, static_cast<std::time_t>(time.time_since_epoch().count()));
    X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
    X509_VERIFY_PARAM_set_depth(parameters, 8);
    const int verdict = X509_verify_cert(context.get());
    const int reason = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    if (verdict != 1) {
        throw Error(ErrorCode::certificateMismatch,
                    std::string("chain: ") + X509_verify_cert_error_string(reason));
    }
}

}  // namespace ukey::pki
