#include "sandbox/ra/unlocks.hpp"

#include "sandbox/ca/keys.hpp"
#include "sandbox/ra/refusal.hpp"
#include "sandbox/unlock_answer/unlock_answer.hpp"

namespace ukey::ra {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kCodeDigits = 6;
constexpr auto kCodeLifetime = 10min;
constexpr auto kApprovalLifetime = 24h;
/// How far the bridge's clock may be from ours.
constexpr auto kClockSlack = 5min;
constexpr auto kRequestLifetime = 10min;
constexpr unsigned kPinDigits = 8;

const std::string kSelect =
    "SELECT id, account, certificate, token, state, note, created, decided FROM unlock WHERE ";

std::string purposeOf(std::int64_t unlock) { return "unlock:" + std::to_string(unlock); }

Unlock read(sqlite::Statement& row) {
    Unlock unlock;
    unlock.id = row.number(0);
    unlock.account = row.number(1);
    unlock.certificate = row.number(2);
    unlock.tokenSerial = row.text(3);
    unlock.state = row.text(4);
    unlock.note = row.text(5);
    unlock.created = fromSeconds(row.number(6));
    if (const auto decided = row.numberIfAny(7)) unlock.decided = fromSeconds(*decided);
    return unlock;
}

std::vector<Unlock> readAll(sqlite::Statement rows) {
    std::vector<Unlock> unlocks;
    while (rows.step()) unlocks.push_back(read(rows));
    return unlocks;
}

/// No run, no repetition: every step from digit to digit is another one than the step before.
std::string temporaryPin() {
    std::string digits;
    while (digits.size() < kPinDigits) {
        for (const auto octet : ca::randomBytes(kPinDigits)) {
            const char digit = static_cast<char>('0' + octet % 10);
            const std::size_t length = digits.size();
            const bool goesOn =
                length >= 2 && digit - digits[length - 1] == digits[length - 1] - digits[length - 2];
            if (octet < 250 && length < kPinDigits && !goesOn) digits.push_back(digit);
        }
    }
    return digits;
}

unlock_answer::Request readRequest(const Bytes& der) {
    try {
        return unlock_answer::read(der);
    } catch (const unlock_answer::BadRequest&) {
        throw Refused(Reason::badUnlockRequest);
    }
}

void checkTime(const unlock_answer::Request& request, Time now) {
    if (request.expires + kClockSlack < now) throw Refused(Reason::unlockRequestLate);
    if (request.expires > now + kRequestLifetime + kClockSlack) throw Refused(Reason::unlockRequestLate);
}

const char* nameOf(UnlockForm form) { return form == UnlockForm::vendor ? "vendor" : "sealed"; }

}  // namespace

std::optional<UnlockForm> unlockFormFrom(const std::string& name) {
    if (name == "sealed") return UnlockForm::sealed;
    if (name == "vendor") return UnlockForm::vendor;
    return std::nullopt;
}

Unlocks::Unlocks(sqlite::Database& database, HolderCertificates& certificates, Accounts& accounts,
                 Outbox& outbox, CodeMessages& messages, SecretCodes& codes, AdministratorPins& pins,
                 ca::CertificateCentre& centre, UnlockForm form, Clock clock)
    : database_(database),
      certificates_(certificates),
      accounts_(accounts),
      outbox_(outbox),
      messages_(messages),
      codes_(codes),
      pins_(pins),
      centre_(centre),
      form_(form),
      clock_(std::move(clock)),
      key_(ca::generateKey(token::KeyAlgorithm::sm2)) {}

Unlock Unlocks::ask(const Account& account, std::int64_t certificateId) {
    const auto certificate = certificates_.find(certificateId);
    const bool serves = certificate && certificate->account == account.id &&
                        (certificate->state == "active" || certificate->state == "superseded");
    if (!serves) throw Refused(Reason::certificateNotFound);
    sqlite::Transaction transaction(database_);
    database_.run(
        "INSERT INTO unlock (account, certificate, token, state, created) VALUES (?, ?, ?, 'unverified', ?)",
        account.id, certificateId, certificate->tokenSerial, toSeconds(clock_()));
    const auto unlock = require(database_.lastId());
    sendNewCode(account, unlock);
    transaction.commit();
    return unlock;
}

void Unlocks::sendCode(const Account& account, std::int64_t id) {
    const auto unlock = get(account.id, id);
    if (unlock.state != "unverified") throw Refused(Reason::unlockState);
    sqlite::Transaction transaction(database_);
    sendNewCode(account, unlock);
    transaction.commit();
}

void Unlocks::sendNewCode(const Account& account, const Unlock& unlock) {
    messages_.send(
        {purposeOf(unlock.id), kCodeDigits, kCodeLifetime, account.phone, [&unlock](const std::string& code) {
             return MessageText{"【沙盒】您正在申请解锁 Ukey " + unlock.tokenSerial + "，验证码：" + code +
                                    "，10 分钟内有效。如非本人操作，请勿告诉他人。",
                                "[Sandbox] You ask to unlock the Ukey " + unlock.tokenSerial +
                                    ". Verification code: " + code +
                                    ", valid for 10 minutes. If this was not you, tell it to nobody."};
         }});
}

Unlock Unlocks::verify(const Account& account, std::int64_t id, const std::string& code) {
    const auto unlock = get(account.id, id);
    if (unlock.state != "unverified") throw Refused(Reason::unlockState);
    codes_.check(purposeOf(id), code);
    codes_.remove(purposeOf(id));
    setState(unlock, "unverified", "in-review");
    return require(id);
}

Unlock Unlocks::require(std::int64_t id) {
    auto row = database_.query(kSelect + "id = ?", id);
    if (!row.step()) throw Refused(Reason::unlockNotFound);
    return read(row);
}

Unlock Unlocks::get(std::int64_t account, std::int64_t id) {
    auto unlock = require(id);
    if (unlock.account != account) throw Refused(Reason::unlockNotFound);
    return unlock;
}

std::vector<Unlock> Unlocks::ofAccount(std::int64_t account) {
    return readAll(database_.query(kSelect + "account = ? ORDER BY id DESC", account));
}

void Unlocks::setState(const Unlock& unlock, const std::string& from, const std::string& to) {
    database_.run("UPDATE unlock SET state = ? WHERE id = ? AND state = ?", to, unlock.id, from);
    if (database_.changes() != 1) throw Refused(Reason::unlockState);
}

std::vector<Unlock> Unlocks::inReview() {
    return readAll(database_.query(kSelect + "state = 'in-review' ORDER BY id"));
}

Unlock Unlocks::decide(std::int64_t id, const std::string& state, const std::string& note) {
    setState(require(id), "in-review", state);
    database_.run("UPDATE unlock SET note = ?, decided = ? WHERE id = ?", note, toSeconds(clock_()), id);
    return require(id);
}

Unlock Unlocks::approve(std::int64_t id) {
    sqlite::Transaction transaction(database_);
    auto unlock = decide(id, "approved", "");
    outbox_.send(
        accounts_.find(unlock.account).value().phone,
        "【沙盒】Ukey " + unlock.tokenSerial + " 的解锁申请已通过，请在 24 小时内登录自助服务平台完成解锁。",
        "[Sandbox] The unlock of the Ukey " + unlock.tokenSerial +
            " was approved. Finish it on the self-service portal within 24 hours.");
    transaction.commit();
    return unlock;
}

Unlock Unlocks::reject(std::int64_t id, const std::string& note) { return decide(id, "rejected", note); }

std::optional<UnlockAnswer> Unlocks::givenAnswer(const Unlock& unlock, const Bytes& request) {
    auto row = database_.query("SELECT request, response, form FROM unlock WHERE id = ?", unlock.id);
    if (!row.step() || row.isNull(0)) return std::nullopt;
    if (row.blob(0) != request) throw Refused(Reason::unlockUsed);
    return UnlockAnswer{row.blob(1), unlockFormFrom(row.text(2)).value_or(UnlockForm::sealed)};
}

/// By the CA that certified the token, so that the bridge need not be told whose RA this is.
Bytes Unlocks::signedBy(const Unlock& unlock, const Bytes& request, const Bytes& answer) {
    auto& authority = centre_.authorityFor(certificates_.find(unlock.certificate).value().algorithm);
    const auto certificate = authority.certifyRegistrationAuthority(key_.get());
    const unlock_answer::Signer signer{
        key_.get(), {ca::toDer(i2d_X509, certificate.get()), ca::toDer(i2d_X509, authority.issuing())}};
    return unlock_answer::signedBy(signer, readRequest(request), answer);
}

UnlockAnswer Unlocks::makeAnswer(const Unlock& unlock, const Bytes& der, std::optional<UnlockForm> form,
                                 std::string& newPin) {
    const auto request = readRequest(der);
    if (request.serial != unlock.tokenSerial) throw Refused(Reason::unlockWrongToken);
    checkTime(request, clock_());
    const bool offered = !request.challenge.empty();
    if (form == UnlockForm::vendor && !offered) throw Refused(Reason::unlockForm);
    UnlockAnswer answer;
    answer.form = form.value_or(offered ? form_ : UnlockForm::sealed);
    const Secret pin = pins_.of(unlock.tokenSerial);
    if (answer.form == UnlockForm::sealed) {
        answer.response = unlock_answer::sealed(request, pin.text());
        return answer;
    }
    newPin = temporaryPin();
    try {
        answer.response = unlock_answer::vendor(request, pin.text(), newPin);
    } catch (const unlock_answer::BadRequest&) {
        throw Refused(Reason::unlockForm);
    }
    return answer;
}

UnlockAnswer Unlocks::answer(const Account& account, std::int64_t id, const Bytes& request,
                             std::optional<UnlockForm> form) {
    const auto unlock = get(account.id, id);
    if (unlock.state == "answered") return givenAnswer(unlock, request).value();
    if (unlock.state != "approved") throw Refused(Reason::unlockState);
    if (clock_() > unlock.decided.value() + kApprovalLifetime) throw Refused(Reason::unlockLapsed);
    std::string newPin;
    auto answer = makeAnswer(unlock, request, form, newPin);
    answer.response = signedBy(unlock, request, answer.response);
    sqlite::Transaction transaction(database_);
    setState(unlock, "approved", "answered");
    database_.run("UPDATE unlock SET request = ?, response = ?, form = ? WHERE id = ?", ByteView(request),
                  ByteView(answer.response), nameOf(answer.form), id);
    // With the answer or not at all: a temporary PIN that nobody was told locks the holder out.
    if (!newPin.empty()) {
        outbox_.send(account.phone,
                     "【沙盒】Ukey " + unlock.tokenSerial + " 的临时密码：" + newPin +
                         "，解锁后请立即按提示修改，请勿告诉他人。",
                     "[Sandbox] The temporary PIN of the Ukey " + unlock.tokenSerial + " is " + newPin +
                         ". You will be asked to change it at once. Tell it to nobody.");
    }
    transaction.commit();
    return answer;
}

}  // namespace ukey::ra
