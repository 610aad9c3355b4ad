#include "tokenlib/pki/chain.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/pki/certificate_parts.hpp"
#include "tokenlib/pki/identity.hpp"
#include "tokenlib/pki/strict_copy.hpp"

namespace ukey::pki {
namespace {

using X509StackHandle =
    std::unique_ptr<STACK_OF(X509),
                    decltype([](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); })>;

/// Level 2 of OpenSSL: 112 bits; RSA from 2048, no SHA-1.
constexpr int kSecurityLevel = 2;
constexpr std::size_t kMaxPath = 9;
/// Whoever sends certificates that all could have issued one another does not make the bridge try for ever.
constexpr unsigned kMaxVerifications = 128;
constexpr unsigned kMaxPaths = 32;

/// What OpenSSL's path validation acts on, and what only identifies.
constexpr std::array<std::string_view, 14> kKnownExtensions{
    "2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.30",         "2.5.29.31",
    "2.5.29.32", "2.5.29.33", "2.5.29.35", "2.5.29.36", "2.5.29.37", "1.3.6.1.5.5.7.1.1", "2.5.29.54"};

struct Failure {
    Reason reason;
    std::string text;
};

std::optional<std::string> unknownCriticalExtension(const Certificate& certificate) {
    for (const ExtensionPart& extension : readCertificateParts(certificate.der()).extensions) {
        const bool isKnown = std::find(kKnownExtensions.begin(), kKnownExtensions.end(), extension.oid) !=
                                 kKnownExtensions.end() ||
                             isIdentityExtension(extension.oid);
        if (extension.isCritical && !isKnown) return extension.oid;
    }
    return std::nullopt;
}

/// Goes through every path from a certificate to an anchor, by the names' DER and by signatures that hold.
class Search {
  public:
    Search(const Certificate& leaf, const std::vector<Certificate>& intermediates,
           const std::vector<Certificate>& trusted, std::chrono::sys_seconds time)
        : trusted_(trusted), time_(time) {
        add(trusted);
        add(intermediates);
        // What is valid at the time is tried first: of an old and a renewed issuer, the renewed one.
        std::stable_partition(pool_.begin(), pool_.end(),
                              [&](const Certificate* one) { return one->isValidAt(time); });
        path_.push_back(&leaf);
    }

    /// Nothing when one path is good, else why the best one is not.
    std::optional<Failure> run() {
        if (walk()) return std::nullopt;
        return failure_ ? *failure_ : Failure{Reason::chain, "no path to a trusted issuer"};
    }

  private:
    void add(const std::vector<Certificate>& certificates) {
        for (const Certificate& certificate : certificates) {
            const bool isThere = std::any_of(pool_.begin(), pool_.end(),
                                             [&](const Certificate* one) { return *one == certificate; });
            if (!isThere) pool_.push_back(&certificate);
        }
    }

    bool isTrusted(const Certificate& certificate) const {
        return std::find(trusted_.begin(), trusted_.end(), certificate) != trusted_.end();
    }

    X509* copyOf(const Certificate& certificate) {
        auto& copy = copies_[&certificate];
        if (!copy) copy = strictCopy(certificate);
        return copy.get();
    }

    bool hasIssued(const Certificate& issuer, const Certificate& certificate) {
        if (issuer.subjectDer() != certificate.issuerDer()) return false;
        const auto key = std::make_pair(&issuer, &certificate);
        if (const auto known = verified_.find(key); known != verified_.end()) return known->second;
        const X509* copy = copyOf(issuer);
        if (copy == nullptr || verified_.size() >= kMaxVerifications) return false;
        return verified_[key] = isSignedBy(certificate, copy);
    }

    bool walk() {
        const Certificate& top = *path_.back();
        if (isTrusted(top) && paths_ < kMaxPaths && accepts()) return true;
        if (path_.size() == kMaxPath) return false;
        for (const Certificate* issuer : pool_) {
            if (std::find(path_.begin(), path_.end(), issuer) != path_.end()) continue;
            if (*issuer == top || !hasIssued(*issuer, top)) continue;
            path_.push_back(issuer);
            const bool isGood = walk();
            path_.pop_back();
            if (isGood) return true;
        }
        return false;
    }

    bool accepts() {
        ++paths_;
        auto failure = judge();
        if (!failure) return true;
        // Of several failures, what is wrong with the certificate itself says most.
        if (!failure_ || failure_->reason == Reason::chain) failure_ = std::move(failure);
        return false;
    }

    std::optional<Failure> judge() {
        const Certificate& top = *path_.back();
        // A root's signature under itself proves nothing, but one that does not hold is no root as it was
        // made.
        if (top.subjectDer() == top.issuerDer() && !hasIssued(top, top)) {
            return Failure{Reason::chain, "the root's own signature does not hold"};
        }
        for (const Certificate* one : path_) {
            const bool isLeaf = one == path_.front();
            if (const auto oid = unknownCriticalExtension(*one)) {
                return Failure{Reason::extension,
                               "unknown critical extension " + *oid + " of " + one->subject()};
            }
            if (one->notAfterTime() < time_) {
                return Failure{isLeaf ? Reason::expired : Reason::chain,
                               one->subject() + " has expired on " + one->notAfter()};
            }
            if (one->notBeforeTime() > time_) {
                return Failure{isLeaf ? Reason::notYetValid : Reason::chain,
                               one->subject() + " begins only on " + one->notBefore()};
            }
        }
        return judgeByOpenSsl();
    }

    X509StackHandle stackOf(std::size_t from, std::size_t to) {
        X509StackHandle stack(sk_X509_new_null());
        for (std::size_t i = from; i < to; ++i) {
            X509* copy = copyOf(*path_[i]);
            if (!stack || copy == nullptr || X509_up_ref(copy) != 1) {
                throw Error(ErrorCode::internal, "chain: out of memory");
            }
            if (sk_X509_push(stack.get(), copy) == 0) {
                X509_free(copy);
                throw Error(ErrorCode::internal, "chain: out of memory");
            }
        }
        return stack;
    }

    /// CA flags, path lengths, name constraints, policies, strength: over exactly this path.
    std::optional<Failure> judgeByOpenSsl() {
        if (path_.size() == 1) return std::nullopt;
        X509* leaf = copyOf(*path_.front());
        if (leaf == nullptr) return Failure{Reason::malformed, "OpenSSL cannot read the certificate"};
        const X509StoreHandle store(X509_STORE_new());
        const X509StoreContext context(X509_STORE_CTX_new());
        const X509StackHandle untrusted = stackOf(1, path_.size() - 1);
        const X509StackHandle anchor = stackOf(path_.size() - 1, path_.size());
        if (!store || !context ||
            X509_STORE_CTX_init(context.get(), store.get(), leaf, untrusted.get()) != 1) {
            throw Error(ErrorCode::internal, "chain: " + opensslError());
        }
        X509_STORE_CTX_set0_trusted_stack(context.get(), anchor.get());
        // Signatures and times were checked already, on the certificates as they came.
        X509_STORE_CTX_set_verify(context.get(), [](X509_STORE_CTX*) { return 1; });
        X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_IGNORE_CRITICAL);
        X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
        X509_VERIFY_PARAM_set_depth(parameters, static_cast<int>(kMaxPath));
        const bool isGood = X509_verify_cert(context.get()) == 1 && isThisPath(context.get());
        const int reason = X509_STORE_CTX_get_error(context.get());
        ERR_clear_error();
        if (isGood) return std::nullopt;
        return Failure{Reason::chain, X509_verify_cert_error_string(reason)};
    }

    /// Whether what OpenSSL judged is what was verified here.
    bool isThisPath(X509_STORE_CTX* context) {
        const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
        if (sk_X509_num(chain) != static_cast<int>(path_.size())) return false;
        for (std::size_t i = 0; i < path_.size(); ++i) {
            if (sk_X509_value(chain, static_cast<int>(i)) != copyOf(*path_[i])) return false;
        }
        return true;
    }

    const std::vector<Certificate>& trusted_;
    std::chrono::sys_seconds time_;
    std::vector<const Certificate*> pool_;
    std::vector<const Certificate*> path_;
    std::map<const Certificate*, X509Handle> copies_;
    std::map<std::pair<const Certificate*, const Certificate*>, bool> verified_;
    std::optional<Failure> failure_;
    unsigned paths_ = 0;
};

}  // namespace

void checkChain(const Certificate& leaf, const std::vector<Certificate>& intermediates,
                const std::vector<Certificate>& trusted, std::chrono::sys_seconds time) {
    useOpenSsl();
    if (const auto failure = Search(leaf, intermediates, trusted, time).run()) {
        throw Error(ErrorCode::certificateMismatch, "chain: " + failure->text).withReason(failure->reason);
    }
}

void checkCriticalExtensions(const Certificate& certificate) {
    if (const auto oid = unknownCriticalExtension(certificate)) {
        throw Error(ErrorCode::certificateMismatch, "unknown critical extension " + *oid)
            .withReason(Reason::extension);
    }
}

}  // namespace ukey::pki
