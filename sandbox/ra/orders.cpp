#include "sandbox/ra/orders.hpp"

#include <algorithm>

#include "sandbox/ra/refusal.hpp"

namespace ukey::ra {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kCodeDigits = 10;
constexpr auto kCodeLifetime = 7 * 24h;

const std::string kSelect =
    "SELECT id, account, kind, algorithm, quantity, years, certificate, new_name, state, note, created, "
    "paid, "
    "(SELECT count(*) FROM issue WHERE order_id = orders.id AND confirmed = 1), "
    "EXISTS (SELECT 1 FROM parcel_received WHERE order_id = orders.id) FROM orders WHERE ";

std::string purposeOf(std::int64_t order) { return "order:" + std::to_string(order); }

std::int64_t priceOf(const Order& order) {
    const Offer& prices = offer();
    if (order.kind == "issue") return order.quantity * (prices.tokenPrice + prices.yearPrice * order.years);
    if (order.kind == "renew") return prices.yearPrice * order.years;
    if (order.kind == "reissue") return prices.tokenPrice;
    return prices.changePrice;
}

Order read(sqlite::Statement& row) {
    Order order;
    order.id = row.number(0);
    order.account = row.number(1);
    order.kind = row.text(2);
    order.algorithm = token::keyAlgorithmFrom(row.text(3)).value_or(token::KeyAlgorithm::sm2);
    order.quantity = row.number(4);
    order.years = row.number(5);
    order.certificate = row.numberIfAny(6);
    order.newName = row.text(7);
    order.state = row.text(8);
    order.note = row.text(9);
    order.created = fromSeconds(row.number(10));
    if (const auto paid = row.numberIfAny(11)) order.paid = fromSeconds(*paid);
    order.issued = row.number(12);
    order.priceYuan = priceOf(order);
    order.received = row.number(13) != 0;
    return order;
}

std::vector<Order> readAll(sqlite::Statement rows) {
    std::vector<Order> orders;
    while (rows.step()) orders.push_back(read(rows));
    return orders;
}

bool isOffered(token::KeyAlgorithm algorithm) {
    const auto& offered = offer().algorithms;
    return std::find(offered.begin(), offered.end(), algorithm) != offered.end();
}

}  // namespace

const Offer& offer() {
    static const Offer kOffer;
    return kOffer;
}

Orders::Orders(sqlite::Database& database, Accounts& accounts, HolderCertificates& certificates,
               CodeMessages& messages, SecretCodes& codes, OrderRules rules, Clock clock)
    : database_(database),
      accounts_(accounts),
      certificates_(certificates),
      messages_(messages),
      codes_(codes),
      rules_(rules),
      clock_(std::move(clock)) {}

void Orders::checkAsked(const Account& account, Order& order) {
    const bool isNew = order.kind == "issue";
    const bool known = isNew || order.kind == "renew" || order.kind == "change" || order.kind == "reissue";
    const bool goodNumbers = order.quantity >= 1 && order.quantity <= (isNew ? offer().maxQuantity : 1) &&
                             order.years >= 1 && order.years <= offer().maxYears;
    if (!known || !goodNumbers || !isOffered(order.algorithm) || isNew == order.certificate.has_value() ||
        (order.kind == "change") == order.newName.empty()) {
        throw Refused(Reason::badOrder);
    }
    if (isNew) return;
    const auto certificate = certificates_.find(*order.certificate);
    if (!certificate || certificate->account != account.id || certificate->state != "active") {
        throw Refused(Reason::certificateNotFound);
    }
    order.algorithm = certificate->algorithm;
    if (order.kind == "renew" && clock_() + rules_.renewalWindow < certificate->notAfter) {
        throw Refused(Reason::notDue);
    }
    if (order.kind != "renew" && certificate->notAfter < clock_()) throw Refused(Reason::certificateNotFound);
}

Order Orders::place(const Account& account, Order order) {
    checkAsked(account, order);
    database_.run(
        "INSERT INTO orders (account, kind, algorithm, quantity, years, certificate, new_name, state, "
        "created) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'unpaid', ?)",
        account.id, order.kind, token::toString(order.algorithm), order.quantity, order.years,
        order.certificate, order.newName, toSeconds(clock_()));
    return require(database_.lastId());
}

Order Orders::require(std::int64_t id) {
    auto row = database_.query(kSelect + "id = ?", id);
    if (!row.step()) throw Refused(Reason::orderNotFound);
    return read(row);
}

Order Orders::get(std::int64_t account, std::int64_t id) {
    auto order = require(id);
    if (order.account != account) throw Refused(Reason::orderNotFound);
    return order;
}

std::vector<Order> Orders::ofAccount(std::int64_t account) {
    return readAll(database_.query(kSelect + "account = ? ORDER BY id DESC", account));
}

void Orders::setState(const Order& order, const std::string& from, const std::string& to) {
    database_.run("UPDATE orders SET state = ? WHERE id = ? AND state = ?", to, order.id, from);
    if (database_.changes() != 1) throw Refused(Reason::orderState);
}

Order Orders::pay(const Account& account, std::int64_t id) {
    const auto order = get(account.id, id);
    if (!account.identified) throw Refused(Reason::identityRequired);
    sqlite::Transaction transaction(database_);
    setState(order, "unpaid", "in-review");
    database_.run("UPDATE orders SET paid = ? WHERE id = ?", toSeconds(clock_()), id);
    if (!needsClerk(order)) moveOn(account, order);
    transaction.commit();
    return require(id);
}

Order Orders::receive(const Account& account, std::int64_t id) {
    const auto order = get(account.id, id);
    const bool comesWithTokens = order.kind == "issue" || order.kind == "reissue";
    if (!comesWithTokens || order.state != "ready") throw Refused(Reason::orderState);
    database_.run("INSERT OR IGNORE INTO parcel_received (order_id) VALUES (?)", id);
    return require(id);
}

Order Orders::cancel(std::int64_t account, std::int64_t id) {
    setState(get(account, id), "unpaid", "cancelled");
    return require(id);
}

void Orders::moveOn(const Account& account, const Order& order) {
    setState(order, "in-review", "ready");
    sendNewCode(account, order);
}

void Orders::sendCode(const Account& account, std::int64_t id) {
    const auto order = get(account.id, id);
    if (order.state != "ready") throw Refused(Reason::orderState);
    sqlite::Transaction transaction(database_);
    sendNewCode(account, order);
    transaction.commit();
}

void Orders::sendNewCode(const Account& account, const Order& order) {
    const auto number = std::to_string(order.id);
    messages_.send(
        {purposeOf(order.id), kCodeDigits, kCodeLifetime, account.phone, [&number](const std::string& code) {
             return MessageText{"【沙盒】订单 " + number + " 已审核通过，制证授权码：" + code +
                                    "，7 天内有效，请勿告诉他人。",
                                "[Sandbox] Order " + number + " was approved. Authorisation code: " + code +
                                    ", valid for 7 days. Tell it to nobody."};
         }});
}

std::vector<Order> Orders::inReview() {
    return readAll(database_.query(kSelect + "kind = 'change' AND state = 'in-review' ORDER BY id"));
}

Order Orders::approve(std::int64_t id) {
    const auto order = require(id);
    if (!needsClerk(order)) throw Refused(Reason::orderState);
    sqlite::Transaction transaction(database_);
    moveOn(accounts_.find(order.account).value(), order);
    transaction.commit();
    return require(id);
}

Order Orders::reject(std::int64_t id, const std::string& note) {
    const auto order = require(id);
    if (!needsClerk(order)) throw Refused(Reason::orderState);
    setState(order, "in-review", "rejected");
    database_.run("UPDATE orders SET note = ? WHERE id = ?", note, id);
    return require(id);
}

Order Orders::authorise(std::int64_t account, std::int64_t id, const std::string& code) {
    auto order = get(account, id);
    if (order.state == "done") throw Refused(Reason::orderUsed);
    if (order.state != "ready") throw Refused(Reason::orderState);
    codes_.check(purposeOf(id), code);
    return order;
}

void Orders::finish(std::int64_t id) {
    setState(require(id), "ready", "done");
    codes_.remove(purposeOf(id));
}

}  // namespace ukey::ra
