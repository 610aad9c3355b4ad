#include "sandbox/ra/accounts.hpp"

#include <algorithm>

#include "sandbox/ra/refusal.hpp"

namespace ukey::ra {
namespace {

using namespace std::chrono_literals;
constexpr unsigned kDigits = 6;
constexpr auto kLifetime = 10min;

void checkPhone(const std::string& phone) {
    const bool good = phone.size() == 11 && phone[0] == '1' &&
                      std::all_of(phone.begin(), phone.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!good) throw Refused(Reason::badPhone);
}

std::string purposeOf(const std::string& phone) { return "phone:" + phone; }

constexpr const char* kSelect = "SELECT id, kind, name, identity, phone, identified FROM account WHERE ";

}  // namespace

Accounts::Accounts(sqlite::Database& database, CodeMessages& messages, SecretCodes& codes, Clock clock)
    : database_(database), messages_(messages), codes_(codes), clock_(std::move(clock)) {}

void Accounts::sendCode(const std::string& phone) {
    checkPhone(phone);
    sqlite::Transaction transaction(database_);
    messages_.send({purposeOf(phone), kDigits, kLifetime, phone, [](const std::string& code) {
                        return MessageText{"【沙盒】您的验证码是 " + code + "，10 分钟内有效，请勿告诉他人。",
                                           "[Sandbox] Your verification code is " + code +
                                               ", valid for 10 minutes. Tell it to nobody."};
                    }});
    transaction.commit();
}

Account Accounts::registerNew(const Account& account, const std::string& code) {
    checkPhone(account.phone);
    const bool knownKind = account.kind == "person" || account.kind == "organisation";
    if (!knownKind || account.name.empty() || account.identity.empty()) throw Refused(Reason::badName);
    codes_.check(purposeOf(account.phone), code);
    if (findBy("phone = ?", account.phone)) throw Refused(Reason::phoneTaken);
    codes_.remove(purposeOf(account.phone));
    database_.run("INSERT INTO account (kind, name, identity, phone, created) VALUES (?, ?, ?, ?, ?)",
                  account.kind, account.name, account.identity, account.phone, toSeconds(clock_()));
    return find(database_.lastId()).value();
}

Account Accounts::logIn(const std::string& phone, const std::string& code) {
    checkPhone(phone);
    codes_.check(purposeOf(phone), code);
    const auto account = findBy("phone = ?", phone);
    if (!account) throw Refused(Reason::codeWrong);
    codes_.remove(purposeOf(phone));
    return *account;
}

std::optional<Account> Accounts::find(std::int64_t id) { return findBy("id = ?", std::to_string(id)); }

std::optional<Account> Accounts::findBy(const char* sql, const std::string& value) {
    auto row = database_.query(std::string(kSelect) + sql, value);
    if (!row.step()) return std::nullopt;
    return Account{row.number(0), row.text(1), row.text(2), row.text(3), row.text(4), row.number(5) != 0};
}

void Accounts::setIdentified(std::int64_t id) {
    database_.run("UPDATE account SET identified = 1 WHERE id = ?", id);
}

void Accounts::rename(std::int64_t id, const std::string& name) {
    database_.run("UPDATE account SET name = ? WHERE id = ?", name, id);
}

}  // namespace ukey::ra
