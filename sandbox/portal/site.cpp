#include "sandbox/portal/site.hpp"

#include <nlohmann/json.hpp>

#include "sandbox/http/rfc3339.hpp"
#include "sandbox/portal/address.hpp"
#include "sandbox/portal/portal_json.hpp"
#include "sandbox/ra/refusal.hpp"
#include "sandbox/ra/validity.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::portal {
namespace {

using http::optionalTextField;
using http::Request;
using http::Response;
using http::textField;
using nlohmann::json;
using ra::Account;
using ra::Reason;
using ra::Refused;

constexpr std::size_t kMaxCsr = std::size_t{16} * 1024;
constexpr std::size_t kMaxProof = 2048;

std::int64_t numberField(const json& object, const char* name, std::int64_t otherwise) {
    const auto field = object.find(name);
    if (field == object.end()) return otherwise;
    if (!field->is_number_integer()) throw Error(ErrorCode::badRequest, std::string("not a number: ") + name);
    return field->get<std::int64_t>();
}

template <class List>
json listOf(const List& items) {
    auto list = json::array();
    for (const auto& item : items) list.push_back(toJson(item));
    return list;
}

Response refusalResponse(const Refused& refused) {
    const auto text = ra::textOf(refused.reason());
    auto response = http::errorResponse(ra::statusOf(refused.reason()), ra::toString(refused.reason()),
                                        {text.zh, text.en});
    if (const auto wait = refused.retryAfter(); wait.count() > 0) {
        response.headers.emplace_back("Retry-After", std::to_string(wait.count()));
    }
    return response;
}

}  // namespace

sqlite::Database openDatabase(const std::filesystem::path& dataFolder) {
    sqlite::Database database(dataFolder / "portal.sqlite");
    ra::createTables(database);
    return database;
}

Site::Site(const SiteOptions& options, ca::CertificateCentre& centre, ca::KeyCentre& keys)
    : clock_(options.clock),
      rules_(options.rules),
      database_(openDatabase(options.dataFolder)),
      // Browsers keep cookies by host, not by port: the trading site's has another name.
      sessions_(database_, "portal_session", clock_),
      outbox_(database_, clock_),
      codes_(database_, clock_),
      codeMessages_(outbox_, codes_, options.resendPause, clock_),
      accounts_(database_, codeMessages_, codes_, clock_),
      certificates_(database_, centre),
      orders_(database_, accounts_, certificates_, codeMessages_, codes_, options.rules, clock_),
      issuance_(database_, orders_, accounts_, certificates_, centre, keys, clock_),
      administratorPins_(database_, options.dataFolder, options.administratorPin),
      unlocks_(database_, certificates_, accounts_, outbox_, codeMessages_, codes_, administratorPins_,
               centre, options.unlockForm, clock_),
      unlockApi_(unlocks_, accounts_, codeMessages_),
      pages_(options.webFolder),
      router_(options.origins) {
    addRoutes();
}

void Site::on(const std::string& method, const std::string& path,
              std::function<Response(const Request&)> handler) {
    const auto guarded = [handler = std::move(handler)](const Request& request, const std::string&) {
        try {
            return handler(request);
        } catch (const Refused& refused) {
            return refusalResponse(refused);
        }
    };
    if (path.back() == '/') {
        router_.onPrefix(method, path, guarded);
    } else {
        router_.on(method, path, [guarded](const Request& request) { return guarded(request, ""); });
    }
}

void Site::onAccount(const std::string& method, const std::string& path,
                     std::function<Response(const Request&, const Account&)> handler) {
    on(method, path, [this, handler = std::move(handler)](const Request& request) {
        const auto account = accountOf(request);
        if (!account) throw Refused(Reason::loginRequired);
        return handler(request, *account);
    });
}

void Site::addRoutes() {
    const auto rest = [](const Request& request, std::string_view prefix) {
        return request.path.substr(prefix.size());
    };
    on("POST", "/api/verification", [this](const Request& r) { return sendVerification(r); });
    on("POST", "/api/register", [this](const Request& r) { return registerNew(r); });
    on("POST", "/api/login", [this](const Request& r) { return login(r); });
    on("POST", "/api/logout", [this](const Request& r) { return logout(r); });
    on("GET", "/api/session", [this](const Request& r) { return session(r); });
    on("GET", "/api/offer", [this](const Request&) {
        return http::jsonResponse({{"offer", toJson(ra::offer(), rules_)}});
    });
    on("GET", "/api/outbox", [this](const Request&) { return outbox(); });
    onAccount("POST", "/api/account/identity",
              [this](const Request&, const Account& a) { return identify(a); });
    onAccount("GET", "/api/certificates",
              [this](const Request&, const Account& a) { return listCertificates(a); });
    onAccount("GET", "/api/orders", [this](const Request&, const Account& a) { return listOrders(a); });
    onAccount("POST", "/api/orders", [this](const Request& r, const Account& a) { return placeOrder(r, a); });
    onAccount("GET", "/api/orders/", [this, rest](const Request& r, const Account& a) {
        return orderGet(a, rest(r, "/api/orders/"));
    });
    onAccount("POST", "/api/orders/", [this, rest](const Request& r, const Account& a) {
        return orderPost(r, a, rest(r, "/api/orders/"));
    });
    on("GET", "/api/clerk/orders", [this](const Request&) { return clerkOrders(); });
    on("POST", "/api/clerk/orders/",
       [this, rest](const Request& r) { return clerkPost(r, rest(r, "/api/clerk/orders/")); });
    addUnlockRoutes();
    router_.otherwise([this](const Request& request) { return pages_.serve(request); });
}

void Site::addUnlockRoutes() {
    const auto rest = [](const Request& request, std::string_view prefix) {
        return request.path.substr(prefix.size());
    };
    onAccount("GET", "/api/unlocks", [this](const Request&, const Account& a) { return unlockApi_.list(a); });
    onAccount("POST", "/api/unlocks",
              [this](const Request& r, const Account& a) { return unlockApi_.ask(r, a); });
    onAccount("GET", "/api/unlocks/", [this, rest](const Request& r, const Account& a) {
        return unlockApi_.get(a, rest(r, "/api/unlocks/"));
    });
    onAccount("POST", "/api/unlocks/", [this, rest](const Request& r, const Account& a) {
        return unlockApi_.post(r, a, rest(r, "/api/unlocks/"));
    });
    on("GET", "/api/clerk/unlocks", [this](const Request&) { return unlockApi_.clerkList(); });
    on("POST", "/api/clerk/unlocks/",
       [this, rest](const Request& r) { return unlockApi_.clerkPost(r, rest(r, "/api/clerk/unlocks/")); });
}

std::optional<Account> Site::accountOf(const Request& request) {
    const auto content = sessions_.find(request);
    if (!content || content->empty()) return std::nullopt;
    return accounts_.find(numberOf(*content, Reason::orderNotFound));
}

Response Site::logInAs(const Request& request, const Account& account, int status) {
    auto response = http::jsonResponse({{"account", toJson(account)}}, status);
    sessions_.begin(request, response, std::to_string(account.id));
    return response;
}

Response Site::sendVerification(const Request& request) {
    accounts_.sendCode(textField(http::jsonBody(request), "phone"));
    return http::jsonResponse(toJson(codeMessages_));
}

Response Site::registerNew(const Request& request) {
    const auto body = http::jsonBody(request);
    Account account;
    account.kind = textField(body, "kind");
    account.name = textField(body, "name", 120);
    account.identity = textField(body, "identityNumber", 40);
    account.phone = textField(body, "phone");
    return logInAs(request, accounts_.registerNew(account, textField(body, "code")), 201);
}

Response Site::login(const Request& request) {
    const auto body = http::jsonBody(request);
    return logInAs(request, accounts_.logIn(textField(body, "phone"), textField(body, "code")), 200);
}

Response Site::logout(const Request& request) {
    auto response = http::jsonResponse(json::object());
    sessions_.end(request, response);
    return response;
}

Response Site::session(const Request& request) {
    const auto account = accountOf(request);
    return http::jsonResponse(account ? json{{"account", toJson(*account)}} : json::object());
}

Response Site::identify(const Account& account) {
    accounts_.setIdentified(account.id);
    return http::jsonResponse({{"account", toJson(accounts_.find(account.id).value())}});
}

Response Site::outbox() { return http::jsonResponse({{"messages", listOf(outbox_.list())}}); }

Response Site::listCertificates(const Account& account) {
    auto list = json::array();
    for (const auto& certificate : certificates_.ofAccount(account.id)) {
        list.push_back(toJson(certificate, clock_(), rules_));
    }
    return http::jsonResponse({{"certificates", list}});
}

Response Site::listOrders(const Account& account) {
    auto list = json::array();
    for (const auto& order : orders_.ofAccount(account.id)) list.push_back(orderJson(order));
    return http::jsonResponse({{"orders", list}});
}

Response Site::placeOrder(const Request& request, const Account& account) {
    const auto body = http::jsonBody(request);
    ra::Order order;
    order.kind = textField(body, "kind");
    if (body.contains("algorithm")) {
        const auto algorithm = token::keyAlgorithmFrom(textField(body, "algorithm"));
        if (!algorithm) throw Refused(Reason::badOrder);
        order.algorithm = *algorithm;
    }
    order.quantity = numberField(body, "quantity", 1);
    order.years = numberField(body, "years", 1);
    if (body.contains("certificate")) order.certificate = numberField(body, "certificate", 0);
    order.newName = optionalTextField(body, "newName", 120);
    return http::jsonResponse({{"order", orderJson(orders_.place(account, order))}}, 201);
}

Response Site::orderGet(const Account& account, const std::string& rest) {
    return http::jsonResponse(
        {{"order", orderJson(orders_.get(account.id, numberOf(rest, Reason::orderNotFound)))}});
}

json Site::orderJson(const ra::Order& order) {
    auto result = toJson(order);
    result["pending"] = listOf(issuance_.pending(order.id));
    const bool isOpen = order.state == "unpaid" || order.state == "in-review" || order.state == "ready";
    if (isOpen) {
        const auto old = order.certificate ? certificates_.find(*order.certificate) : std::nullopt;
        result["notAfter"] = http::toRfc3339(ra::expiryOf(order, old, clock_()));
    }
    return result;
}

Response Site::orderPost(const Request& request, const Account& account, const std::string& rest) {
    const auto [order, action] = idAndAction(rest, Reason::orderNotFound);
    if (action == "pay") return http::jsonResponse({{"order", orderJson(orders_.pay(account, order))}});
    if (action == "receive")
        return http::jsonResponse({{"order", orderJson(orders_.receive(account, order))}});
    if (action == "cancel")
        return http::jsonResponse({{"order", orderJson(orders_.cancel(account.id, order))}});
    if (action == "code") {
        orders_.sendCode(account, order);
        return http::jsonResponse(toJson(codeMessages_));
    }
    if (action == "check") return check(request, account, order);
    if (action == "issue") return issue(request, account, order);
    if (action == "withdraw") return withdraw(request, account, order);
    if (action == "confirm") return confirm(request, account, order);
    return notFound();
}

Response Site::check(const Request& request, const Account& account, std::int64_t order) {
    const auto body = http::jsonBody(request);
    issuance_.check(account, order, textField(body, "code"), textField(body, "tokenSerial"));
    return http::jsonResponse(json::object());
}

Response Site::withdraw(const Request& request, const Account& account, std::int64_t order) {
    const auto body = http::jsonBody(request);
    return http::jsonResponse(
        {{"order", orderJson(issuance_.withdraw(account, order, numberField(body, "issue", 0)))}});
}

Response Site::issue(const Request& request, const Account& account, std::int64_t order) {
    const auto body = http::jsonBody(request);
    ra::IssueRequest asked;
    asked.order = order;
    asked.code = textField(body, "code");
    asked.tokenSerial = textField(body, "tokenSerial");
    asked.csr = textField(body, "csr", kMaxCsr);
    asked.proof = optionalTextField(body, "proof", kMaxProof);
    asked.single = body.value("single", json(false)) == json(true);
    return http::jsonResponse(toJson(issuance_.issue(account, asked)));
}

Response Site::confirm(const Request& request, const Account& account, std::int64_t order) {
    const auto body = http::jsonBody(request);
    return http::jsonResponse(
        {{"order", orderJson(issuance_.confirm(account, order, numberField(body, "issue", 0)))}});
}

Response Site::clerkOrders() {
    auto list = json::array();
    for (const auto& order : orders_.inReview()) {
        auto line = toJson(order);
        if (const auto account = accounts_.find(order.account)) line["account"] = toJson(*account);
        list.push_back(std::move(line));
    }
    return http::jsonResponse({{"orders", list}});
}

Response Site::clerkPost(const Request& request, const std::string& rest) {
    const auto [order, action] = idAndAction(rest, Reason::orderNotFound);
    if (action == "approve") return http::jsonResponse({{"order", toJson(orders_.approve(order))}});
    if (action == "reject") {
        const auto note = textField(http::jsonBody(request), "note", 500);
        return http::jsonResponse({{"order", toJson(orders_.reject(order, note))}});
    }
    return notFound();
}

}  // namespace ukey::portal
