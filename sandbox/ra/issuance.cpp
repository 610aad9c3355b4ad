#include "sandbox/ra/issuance.hpp"

#include "sandbox/ca/keys.hpp"
#include "sandbox/ca/signing.hpp"
#include "sandbox/ra/proof.hpp"
#include "sandbox/ra/refusal.hpp"
#include "sandbox/ra/validity.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ra {
namespace {

using namespace std::chrono_literals;
using token::KeyAlgorithm;
using token::KeyUsage;

constexpr auto kClockSlack = 5min;
constexpr std::size_t kMaxTokenSerial = 128;

ca::Subject subjectOf(const Account& account, const Order& order) {
    ca::Subject subject;
    subject.commonName = order.kind == "change" ? order.newName : account.name;
    if (account.kind == "organisation") subject.organisation = subject.commonName;
    return subject;
}

}  // namespace

Issuance::Issuance(sqlite::Database& database, Orders& orders, Accounts& accounts,
                   HolderCertificates& certificates, ca::CertificateCentre& centre, ca::KeyCentre& keys,
                   Clock clock)
    : database_(database),
      orders_(orders),
      accounts_(accounts),
      certificates_(certificates),
      centre_(centre),
      keys_(keys),
      clock_(std::move(clock)) {}

std::optional<Issuance::Slot> Issuance::slotOf(std::int64_t order, const std::string& tokenSerial) {
    auto row =
        database_.query("SELECT id, csr, certificate, confirmed FROM issue WHERE order_id = ? AND token = ?",
                        order, tokenSerial);
    if (!row.step()) return std::nullopt;
    return Slot{row.number(0), row.text(1), row.number(2), row.number(3) != 0};
}

void Issuance::check(const Account& account, std::int64_t orderId, const std::string& code,
                     const std::string& tokenSerial) {
    const auto order = orders_.authorise(account.id, orderId, code);
    const auto old = order.certificate ? certificates_.find(*order.certificate) : std::nullopt;
    checkToken(account, order, old, tokenSerial);
    const auto slot = slotOf(order.id, tokenSerial);
    if (slot && slot->confirmed) throw Refused(Reason::orderUsed);
    if (!slot) checkRoom(order);
}

IssueAnswer Issuance::issue(const Account& account, const IssueRequest& request) {
    const auto order = orders_.authorise(account.id, request.order, request.code);
    const auto old = order.certificate ? certificates_.find(*order.certificate) : std::nullopt;
    checkToken(account, order, old, request.tokenSerial);
    const auto slot = slotOf(order.id, request.tokenSerial);
    if (slot && (slot->csr == request.csr || slot->confirmed)) {
        if (slot->csr != request.csr) throw Refused(Reason::orderUsed);
        return answerOf(slot->id, certificates_.find(slot->certificate).value(), old);
    }
    if (!slot) checkRoom(order);
    const auto csr = checkedRequest(order, old, request);

    if (slot) {
        certificates_.revoke(certificates_.find(slot->certificate).value(),
                             ca::RevocationReason::cessationOfOperation);
    }
    if (order.kind == "reissue" && old->state == "active") {
        certificates_.revoke(*old, ca::RevocationReason::keyCompromise);
    }
    auto certificate = certify(account, order, old, request, X509_REQ_get0_pubkey(csr.get()));
    sqlite::Transaction transaction(database_);
    certificate.id = certificates_.add(certificate);
    database_.run(
        "INSERT INTO issue (order_id, token, csr, certificate) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (order_id, token) DO UPDATE SET csr = excluded.csr, certificate = excluded.certificate",
        order.id, request.tokenSerial, request.csr, certificate.id);
    transaction.commit();
    return answerOf(slotOf(order.id, request.tokenSerial).value().id, certificate, old);
}

void Issuance::checkToken(const Account& account, const Order& order,
                          const std::optional<HolderCertificate>& old, const std::string& tokenSerial) {
    if (tokenSerial.empty() || tokenSerial.size() > kMaxTokenSerial) throw Refused(Reason::wrongToken);
    const bool sameToken = old && old->tokenSerial == tokenSerial;
    const bool fits = order.kind == "renew" || order.kind == "change" ? sameToken : !sameToken;
    if (!fits || certificates_.isForeignToken(tokenSerial, account.id)) throw Refused(Reason::wrongToken);
    // A token that holds a certificate in force is renewed or changed, not issued anew.
    if ((order.kind == "issue" || order.kind == "reissue") && !slotOf(order.id, tokenSerial) &&
        certificates_.isInUse(tokenSerial)) {
        throw Refused(Reason::wrongToken);
    }
}

void Issuance::checkRoom(const Order& order) {
    auto count = database_.query("SELECT count(*) FROM issue WHERE order_id = ?", order.id);
    if (count.step() && count.number(0) >= order.quantity) throw Refused(Reason::wrongToken);
}

ca::RequestPtr Issuance::checkedRequest(const Order& order, const std::optional<HolderCertificate>& old,
                                        const IssueRequest& request) {
    ca::RequestPtr csr;
    try {
        csr = ca::readRequest(request.csr);
        if (ca::algorithmOf(X509_REQ_get0_pubkey(csr.get())) != order.algorithm)
            throw Refused(Reason::badCsr);
    } catch (const Error&) {
        throw Refused(Reason::badCsr);
    }
    EVP_PKEY* key = X509_REQ_get0_pubkey(csr.get());
    const bool kept = keepsKeys(old, key);
    if (kept && order.kind == "reissue") throw Refused(Reason::keyInUse);
    if (!kept && centre_.isKeyCertified(key)) throw Refused(Reason::keyInUse);
    if (!request.proof.empty()) {
        const auto proof = fromBase64Url(request.proof);
        const auto oldCertificate = old ? certificateOf(old->signSerial) : nullptr;
        if (!proof || !oldCertificate ||
            !isProof(X509_get0_pubkey(oldCertificate.get()), csr.get(), *proof)) {
            throw Refused(Reason::badProof);
        }
    }
    return csr;
}

bool Issuance::keepsKeys(const std::optional<HolderCertificate>& old, EVP_PKEY* signingKey) {
    if (!old) return false;
    const auto certificate = certificateOf(old->signSerial);
    return certificate && EVP_PKEY_eq(X509_get0_pubkey(certificate.get()), signingKey) == 1;
}

ca::CertificatePtr Issuance::certificateOf(const std::string& serial) {
    const auto entry = centre_.find(serial);
    return entry ? ca::certificateFromDer(entry->der) : nullptr;
}

std::string Issuance::issueOne(KeyAlgorithm algorithm, ca::IssueOrder order, KeyUsage usage, EVP_PKEY* key) {
    order.usage = usage;
    order.publicKey = key;
    return ca::serialOf(centre_.authorityFor(algorithm).issue(order).get());
}

HolderCertificate Issuance::certify(const Account& account, const Order& order,
                                    const std::optional<HolderCertificate>& old, const IssueRequest& request,
                                    EVP_PKEY* signingKey) {
    const Time now = clock_();
    ca::IssueOrder contents;
    contents.subject = subjectOf(account, order);
    contents.notBefore = now - kClockSlack;
    contents.notAfter = expiryOf(order, old, now);
    contents.tokenSerial = request.tokenSerial;
    if (account.kind == "organisation") contents.organisationCode = account.identity;

    HolderCertificate certificate;
    certificate.account = account.id;
    certificate.order = order.id;
    certificate.tokenSerial = request.tokenSerial;
    certificate.algorithm = order.algorithm;
    certificate.name = contents.subject.commonName;
    certificate.notBefore = contents.notBefore;
    certificate.notAfter = contents.notAfter;
    certificate.state = "pending";
    certificate.replaces = order.certificate;
    certificate.signSerial = issueOne(order.algorithm, contents, KeyUsage::sign, signingKey);

    const bool kept = keepsKeys(old, signingKey);
    const bool dual = kept ? old->pair.has_value() : !request.single && order.algorithm != KeyAlgorithm::p256;
    if (!dual) return certificate;
    certificate.pair = kept ? old->pair : keys_.make(order.algorithm, certificate.name);
    certificate.encryptSerial =
        issueOne(order.algorithm, contents, KeyUsage::encrypt, keys_.publicKey(*certificate.pair).get());
    return certificate;
}

IssueAnswer Issuance::answerOf(std::int64_t issue, const HolderCertificate& certificate,
                               const std::optional<HolderCertificate>& old) {
    IssueAnswer answer;
    answer.issue = issue;
    const auto sign = certificateOf(certificate.signSerial);
    answer.signCertificate = ca::toPem(sign.get());
    if (!certificate.encryptSerial.empty()) {
        answer.encryptCertificate = ca::toPem(certificateOf(certificate.encryptSerial).get());
        const bool kept = old && old->pair == certificate.pair;
        if (!kept) answer.encryptionKey = deliveredKey(certificate, X509_get0_pubkey(sign.get()));
    }
    const auto& authority = centre_.authorityFor(certificate.algorithm);
    answer.chain = {ca::toPem(authority.issuing()), ca::toPem(authority.root())};
    return answer;
}

/// The same octets each time: a bridge that was interrupted in the middle goes on with the same answer only.
DeliveredKey Issuance::deliveredKey(const HolderCertificate& certificate, EVP_PKEY* signingKey) {
    auto row = database_.query(
        "SELECT format, data, symmetric, wrapped FROM delivered_key WHERE certificate = ?", certificate.id);
    if (row.step()) return {row.text(0), row.text(1), row.text(2), row.text(3)};
    auto key = deliveredForm(keys_.deliver(*certificate.pair, signingKey));
    database_.run(
        "INSERT INTO delivered_key (certificate, format, data, symmetric, wrapped) VALUES (?, ?, ?, ?, ?)",
        certificate.id, key.format, key.data, key.symmetricAlgorithm, key.wrappedKey);
    return key;
}

std::vector<PendingIssue> Issuance::pending(std::int64_t order) {
    auto rows = database_.query(
        "SELECT issue.id, issue.token, holder_certificate.sign_serial FROM issue "
        "JOIN holder_certificate ON holder_certificate.id = issue.certificate "
        "WHERE issue.order_id = ? AND issue.confirmed = 0 ORDER BY issue.id",
        order);
    std::vector<PendingIssue> pending;
    while (rows.step()) pending.push_back({rows.number(0), rows.text(1), rows.text(2)});
    return pending;
}

Order Issuance::withdraw(const Account& account, std::int64_t orderId, std::int64_t issue) {
    auto order = orders_.get(account.id, orderId);
    auto row = database_.query("SELECT certificate, confirmed FROM issue WHERE id = ? AND order_id = ?",
                               issue, orderId);
    if (!row.step()) throw Refused(Reason::issueNotFound);
    if (row.number(1) != 0) throw Refused(Reason::orderState);
    certificates_.revoke(certificates_.find(row.number(0)).value(),
                         ca::RevocationReason::cessationOfOperation);
    database_.run("DELETE FROM delivered_key WHERE certificate = ?", row.number(0));
    database_.run("DELETE FROM issue WHERE id = ?", issue);
    return order;
}

Order Issuance::confirm(const Account& account, std::int64_t orderId, std::int64_t issue) {
    auto order = orders_.get(account.id, orderId);
    auto row = database_.query("SELECT certificate, confirmed FROM issue WHERE id = ? AND order_id = ?",
                               issue, orderId);
    if (!row.step()) throw Refused(Reason::issueNotFound);
    if (row.number(1) != 0) return order;
    const auto certificate = certificates_.find(row.number(0)).value();

    certificates_.setState(certificate.id, "active");
    const auto old = order.certificate ? certificates_.find(*order.certificate) : std::nullopt;
    if (order.kind == "renew") certificates_.setState(old->id, "superseded");
    if (order.kind == "change") {
        certificates_.revoke(*old, ca::RevocationReason::affiliationChanged);
        accounts_.rename(account.id, order.newName);
    }
    database_.run("DELETE FROM delivered_key WHERE certificate = ?", certificate.id);
    // Last: until then a repeated confirmation does all of it again.
    database_.run("UPDATE issue SET confirmed = 1 WHERE id = ?", issue);
    const auto after = orders_.get(account.id, orderId);
    if (after.issued == after.quantity && after.state == "ready") orders_.finish(orderId);
    return orders_.get(account.id, orderId);
}

}  // namespace ukey::ra
