#include "tokenlib/enrolment/enroller.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "tokenlib/base/error.hpp"
#include "tokenlib/enrolment/own_key.hpp"
#include "tokenlib/enrolment/proving.hpp"
#include "tokenlib/pki/csr.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/message_domain.hpp"
#include "tokenlib/pki/public_key.hpp"
#include "tokenlib/pki/signature.hpp"
#include "tokenlib/signing/signature_of_token.hpp"

namespace ukey::enrolment {
namespace {

using boost::asio::awaitable;
using token::KeyEntry;
using token::KeyUsage;

/// Of every part, with its length, so that no two answers look the same.
class AnswerDigest {
  public:
    void add(std::string_view part) {
        const std::string head = std::to_string(part.size()) + ":";
        digest_.update(asBytes(head)).update(asBytes(part));
    }
    Bytes finish() { return digest_.finish(); }

  private:
    pki::Digest digest_{token::DigestAlgorithm::sha256};
};

Bytes digestOf(const pki::RaAnswer& answer) {
    AnswerDigest digest;
    digest.add(answer.signCertificate);
    digest.add(answer.encryptCertificate.value_or(""));
    if (answer.encryptionKey) {
        digest.add(std::to_string(static_cast<int>(answer.encryptionKey->format)));
        digest.add(answer.encryptionKey->data);
        digest.add(answer.encryptionKey->symmetricAlgorithm);
        digest.add(asText(answer.encryptionKey->wrappedKey));
        digest.add(asText(answer.encryptionKey->iv));
    }
    for (const std::string& certificate : answer.chain) digest.add(certificate);
    return digest.finish();
}

/// An empty SEQUENCE.
bool hasNoName(const pki::Certificate& certificate) { return certificate.subjectDer().size() <= 2; }

/// Both certificates, where the new one is for another subject or from another issuer.
std::optional<std::pair<pki::Certificate, pki::Certificate>> changedHolder(const Bytes& old,
                                                                           const pki::Certificate& now) {
    if (old.empty()) return std::nullopt;
    const auto before = pki::Certificate::fromDer(old);
    if (before.subjectDer() == now.subjectDer() && before.issuerDer() == now.issuerDer()) return std::nullopt;
    return std::pair{before, now};
}

bool isBeingWritten(Step step) {
    return step == Step::accepted || step == Step::imported || step == Step::written || step == Step::proven;
}

/// Whether the answer is at fault, or what the token makes of it: then another answer may do. What comes from
/// outside (a pulled token, a lost login) says nothing of the answer.
bool condemnsAnswer(const Error& error) {
    switch (error.code()) {
        case ErrorCode::certificateMismatch:
        case ErrorCode::certificateNotFound:
        case ErrorCode::badRequest:
        case ErrorCode::unsupported:
        case ErrorCode::tokenFull:
        case ErrorCode::tooLarge:
        case ErrorCode::driverError:
            return true;
        default:
            return false;
    }
}

}  // namespace

std::string_view toString(Phase phase) noexcept {
    switch (phase) {
        case Phase::generating:
            return "generating";
        case Phase::requesting:
            return "requesting";
        case Phase::checking:
            return "checking";
        case Phase::importing:
            return "importing";
        case Phase::writing:
            return "writing";
        case Phase::proving:
            return "proving";
        case Phase::retiring:
            break;
    }
    return "retiring";
}

Enroller::Enroller(JournalAccess& journal, TokenAccess& token, Watch watch, Rules rules)
    : journal_(journal), token_(token), watch_(std::move(watch)), rules_(std::move(rules)) {}

awaitable<Record> Enroller::require(std::string id) {
    auto record = co_await journal_.call<&Journal::find>(std::move(id));
    if (!record) throw Error(ErrorCode::enrolmentNotFound, "no such enrolment");
    co_return std::move(*record);
}

awaitable<void> Enroller::advance(Record& record, Step next) {
    co_await journal_.call<&Journal::advance>(std::ref(record), next);
}

awaitable<void> Enroller::remove(Record record) {
    co_await journal_.call<&Journal::remove>(std::move(record));
}

void Enroller::tell(Phase phase) const {
    if (watch_) watch_(phase);
}

awaitable<std::vector<KeyEntry>> Enroller::keys() {
    token::ListKeys operation;
    operation.token = token_.token();
    co_return co_await token_.call(std::move(operation));
}

awaitable<void> Enroller::deleteContainer(std::string container) {
    token::DeleteContainer operation;
    operation.token = token_.token();
    operation.container = std::move(container);
    co_await token_.call(std::move(operation));
}

// Beginning

awaitable<void> Enroller::clear(token::Identity token) {
    auto record = co_await journal_.call<&Journal::ofToken>(std::move(token));
    if (!record) co_return;
    if (record->step == Step::switched) {
        co_await requireKeyOf(token_, *record);
        co_await goOn(*record);
    } else if (record->step == Step::begun || record->step == Step::keyed ||
               record->step == Step::rollingBack) {
        // Nobody waits for it: where its key is not on this token, there is nothing to take away from it.
        const bool isHere = co_await holdsKeyOf(token_, *record);
        if (record->step == Step::keyed && !isHere)
            co_await remove(*record);
        else
            co_await takeAway(std::move(*record));
    } else {
        throw Error(ErrorCode::enrolmentConflict, "the token has an enrolment under way");
    }
}

awaitable<Record> Enroller::plan(Order order) {
    token::DescribeToken describe;
    describe.token = token_.token();
    const token::TokenInfo info = co_await token_.call(std::move(describe));
    const std::vector<KeyEntry> entries = co_await keys();
    std::vector<std::string> history = co_await journal_.call<&Journal::history>(order.token);
    co_return enrolment::plan(order, info, entries, std::move(history), rules_.clock());
}

awaitable<Begun> Enroller::begin(Record record, std::vector<pki::NameAttribute> subject) {
    co_await journal_.call<&Journal::add>(record);
    std::exception_ptr failure;
    try {
        co_return co_await makeRequest(record, std::move(subject));
    } catch (const Error&) {
        failure = std::current_exception();
    }
    try {
        co_await rollBack(record.id);
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the journal knows, and clear() tries again.
    }
    std::rethrow_exception(failure);
}

awaitable<Begun> Enroller::makeRequest(Record record, std::vector<pki::NameAttribute> subject) {
    tell(Phase::generating);
    if (!record.displaced.empty()) co_await displace(record);
    const token::PublicKey key = co_await makeKey(record);
    tell(Phase::requesting);
    pki::RequestOptions options;
    options.subject = std::move(subject);
    const pki::UnsignedRequest request = pki::beginRequest(key, options);
    const Bytes signature = co_await sign(record.container, key, request.info);
    record.csr = pki::completeRequest(request, signature);
    Begun begun;
    begun.csr = record.csr;
    if (!record.oldContainer.empty()) record.proof = co_await prove(record, record.csr);
    begun.proof = record.proof;
    co_await advance(record, Step::waiting);
    begun.record = std::move(record);
    co_return begun;
}

/// The key that the user agreed to lose for room.
awaitable<void> Enroller::displace(Record record) {
    co_await deleteContainer(record.displaced);
    co_await journal_.call<&Journal::forgetHistory>(record.token, record.displaced);
}

awaitable<token::PublicKey> Enroller::makeKey(Record& record) {
    token::PublicKey key;
    if (record.keys == Keys::kept) {
        const auto certificate = pki::Certificate::fromDer(record.old.sign);
        if (!certificate.publicKey())
            throw Error(ErrorCode::unsupported, "the certificate has a key that cannot be used");
        key = *certificate.publicKey();
    } else {
        token::GenerateKeyPair operation;
        operation.token = token_.token();
        operation.container = record.container;
        operation.algorithm = record.algorithm;
        key = co_await token_.call(std::move(operation));
        if (key.algorithm != record.algorithm)
            throw Error(ErrorCode::driverError, "the token made a key of another algorithm");
    }
    record.signingKey = pki::toSubjectPublicKeyInfo(key);
    co_await advance(record, Step::keyed);
    co_return key;
}

awaitable<Bytes> Enroller::sign(std::string container, token::PublicKey key, Bytes message) {
    token::Sign operation;
    operation.token = token_.token();
    operation.key = {std::move(container), KeyUsage::sign};
    operation.digestAlgorithm = pki::defaultDigest(key.algorithm);
    operation.digest = pki::messageDigest(key, operation.digestAlgorithm, message);
    operation.message = std::move(message);
    const auto call = [this](token::Sign sign) { return token_.call(std::move(sign)); };
    signing::Way way;
    auto signing = signing::signatureOfToken(call, std::move(operation), std::move(key), way);
    co_return co_await std::move(signing);
}

awaitable<Bytes> Enroller::prove(Record record, Bytes csr) {
    const std::vector<KeyEntry> entries = co_await keys();
    const token::KeyRef ref{record.oldContainer, KeyUsage::sign};
    const auto old =
        std::find_if(entries.begin(), entries.end(), [&](const KeyEntry& entry) { return entry.ref == ref; });
    if (old == entries.end() || !old->publicKey)
        throw Error(ErrorCode::certificateNotFound, "the key that is to be replaced is not there");
    const token::PublicKey key = *old->publicKey;
    const Bytes raw = co_await sign(record.oldContainer, key, pki::renewalMessage(csr));
    co_return pki::signatureToDer(key.algorithm, raw);
}

// Completing

awaitable<Record> Enroller::complete(std::string id, pki::RaAnswer answer) {
    Record record = co_await require(std::move(id));
    if (record.step == Step::waiting) {
        tell(Phase::checking);
        co_await accept(record, std::move(answer));
    } else if (!isBeingWritten(record.step) && record.step != Step::switched) {
        throw Error(ErrorCode::enrolmentConflict, "the enrolment is not one that waits for an answer");
    } else if (digestOf(answer) != record.answerDigest) {
        throw Error(ErrorCode::enrolmentConflict, "another answer is being written");
    } else {
        co_await requireKeyOf(token_, record);
    }
    co_await goOn(record);
    co_return record;
}

awaitable<void> Enroller::accept(Record& record, pki::RaAnswer answer) {
    pki::RaExpectation expectation;
    expectation.signingKey = pki::fromSubjectPublicKeyInfo(record.signingKey);
    expectation.now = rules_.clock();
    expectation.trusted = rules_.trusted;
    if (record.keys == Keys::kept && !record.old.encrypt.empty())
        expectation.keptEncryptionKey = pki::Certificate::fromDer(record.old.encrypt).publicKey();
    const pki::CheckedAnswer checked = pki::checkAnswer(answer, expectation);
    if (record.keys == Keys::kept && checked.encryptionKey)
        throw Error(ErrorCode::certificateMismatch, "an encryption key came, but keys are kept");
    if (hasNoName(checked.signCertificate) ||
        (checked.encryptCertificate && hasNoName(*checked.encryptCertificate)))
        throw Error(ErrorCode::certificateMismatch, "a certificate without a subject")
            .withReason("malformed");
    if (record.keys == Keys::kept) co_await askAboutHolder(record.old, checked);
    const bool isThere = co_await holdsKeyOf(token_, record);
    if (!isThere)
        throw Error(ErrorCode::certificateMismatch, "the enrolment's key is no longer on the token");

    record.answerDigest = digestOf(answer);
    record.answer.sign = checked.signCertificate.der();
    record.answer.encrypt = checked.encryptCertificate ? checked.encryptCertificate->der() : Bytes{};
    record.sealedPair = checked.encryptionKey;
    co_await advance(record, Step::accepted);
}

/// New certificates for keys that stay take the place of the old ones: for whom they are may change, but not
/// without the user's word.
awaitable<void> Enroller::askAboutHolder(CertificatePair old, pki::CheckedAnswer now) {
    auto changed = changedHolder(old.sign, now.signCertificate);
    if (!changed && now.encryptCertificate) changed = changedHolder(old.encrypt, *now.encryptCertificate);
    if (!changed) co_return;
    if (!rules_.holderChanged)
        throw Error(ErrorCode::certificateMismatch, "the certificate has another subject or issuer");
    co_await rules_.holderChanged(std::move(changed->first), std::move(changed->second));
}

awaitable<void> Enroller::goOn(Record& record) {
    if (record.step != Step::switched) {
        co_await write(record);
        co_await advance(record, Step::switched);
    }
    tell(Phase::retiring);
    co_await retire(record);
}

awaitable<void> Enroller::write(Record& record) {
    std::exception_ptr failure;
    try {
        if (record.step == Step::accepted) co_await importPair(record);
        if (record.step == Step::imported) co_await writeCertificates(record);
        // Also when it was proven before an interruption: much may have happened to the token since.
        tell(Phase::proving);
        co_await proveContainer(token_, record.container, record.answer);
        if (record.step == Step::written) co_await advance(record, Step::proven);
        co_return;
    } catch (const Error& error) {
        if (!condemnsAnswer(error)) throw;
        failure = std::current_exception();
    }
    try {
        co_await takeAnswerBack(record);
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): still being written, so it can be tried again.
    }
    std::rethrow_exception(failure);
}

awaitable<void> Enroller::importPair(Record& record) {
    if (record.sealedPair) {
        tell(Phase::importing);
        token::ImportKeyPair operation;
        operation.token = token_.token();
        operation.container = record.container;
        operation.key = *record.sealedPair;
        co_await token_.call(std::move(operation));
    }
    co_await advance(record, Step::imported);
}

awaitable<void> Enroller::writeCertificates(Record& record) {
    tell(Phase::writing);
    co_await writeOne(record.container, KeyUsage::sign, record.answer.sign);
    co_await writeOne(record.container, KeyUsage::encrypt, record.answer.encrypt);
    co_await advance(record, Step::written);
}

awaitable<void> Enroller::writeOne(std::string container, KeyUsage usage, Bytes certificate) {
    if (certificate.empty()) co_return;
    token::WriteCertificate operation;
    operation.token = token_.token();
    operation.key = {std::move(container), usage};
    operation.certificate = std::move(certificate);
    co_await token_.call(std::move(operation));
}

awaitable<void> Enroller::retire(Record record) {
    if (record.keys == Keys::kept) {
        co_await journal_.call<&Journal::supersede>(std::move(record));
    } else if (record.oldContainer.empty()) {
        co_await remove(record);
    } else if (record.keepsHistory) {
        co_await journal_.call<&Journal::retire>(std::move(record));
    } else {
        co_await deleteContainer(record.oldContainer);
        co_await remove(record);
    }
}

/// Waits for an answer again. What of it is in a new container already gives way to the next one.
awaitable<void> Enroller::takeAnswerBack(Record& record) {
    if (record.keys == Keys::kept && record.step != Step::accepted) co_await putOldBack(record);
    record.answerDigest.clear();
    record.answer = {};
    record.sealedPair.reset();
    co_await advance(record, Step::waiting);
}

awaitable<void> Enroller::putOldBack(Record record) {
    co_await writeOne(record.container, KeyUsage::sign, record.old.sign);
    co_await writeOne(record.container, KeyUsage::encrypt, record.old.encrypt);
}

// Rolling back

awaitable<void> Enroller::rollBack(std::string id) {
    Record record = co_await require(std::move(id));
    if (!mayRollBack(record)) throw Error(ErrorCode::enrolmentConflict, "the new certificate counts already");
    const bool hasKey = !record.signingKey.empty() && record.step != Step::rollingBack;
    if (hasKey) co_await requireKeyOf(token_, record);
    co_await takeAway(std::move(record));
}

awaitable<void> Enroller::takeAway(Record record) {
    const bool isUntouched =
        record.keys == Keys::kept && (record.step == Step::begun || record.step == Step::keyed ||
                                      record.step == Step::waiting || record.step == Step::accepted);
    if (!isUntouched) {
        if (record.step != Step::rollingBack) co_await advance(record, Step::rollingBack);
        if (record.keys == Keys::kept) {
            co_await requireKeyOf(token_, record);
            co_await putOldBack(record);
        } else {
            co_await deleteContainer(record.container);
        }
    }
    co_await remove(record);
}

}  // namespace ukey::enrolment
