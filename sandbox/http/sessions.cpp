#include "sandbox/http/sessions.hpp"

#include <openssl/rand.h>

#include "sandbox/http/sha256.hpp"
#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::http {
namespace {

constexpr std::size_t kCookieOctets = 32;

std::string randomCookie() {
    Bytes random(kCookieOctets);
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        throw Error(ErrorCode::internal, "no random numbers");
    }
    return toBase64Url(random);
}

std::int64_t seconds(Sessions::Time time) { return std::chrono::system_clock::to_time_t(time); }

}  // namespace

Sessions::Sessions(sqlite::Database& database, std::string cookieName, Clock clock,
                   std::chrono::seconds lifetime)
    : database_(database), cookieName_(std::move(cookieName)), clock_(std::move(clock)), lifetime_(lifetime) {
    database_.execute(
        "CREATE TABLE IF NOT EXISTS session (id TEXT PRIMARY KEY, content TEXT NOT NULL, "
        "expires INTEGER NOT NULL) WITHOUT ROWID");
}

std::string Sessions::idOf(const Request& request) const {
    const std::string cookie = request.cookie(cookieName_);
    return cookie.empty() ? std::string() : sha256Of(cookie);
}

std::optional<std::string> Sessions::find(const Request& request) {
    const std::string id = idOf(request);
    if (id.empty()) return std::nullopt;
    const Time now = clock_();
    auto row =
        database_.query("UPDATE session SET expires = ? WHERE id = ? AND expires >= ? RETURNING content",
                        seconds(now + lifetime_), id, seconds(now));
    if (!row.step()) return std::nullopt;
    auto content = row.text(0);
    row.step();
    return content;
}

std::optional<std::string> Sessions::visitor(const Request& request) {
    if (!find(request)) return std::nullopt;
    return idOf(request);
}

std::string Sessions::begin(const Request& request, Response& response, const std::string& content) {
    remove(idOf(request));
    const Time now = clock_();
    database_.run("DELETE FROM session WHERE expires < ?", seconds(now));
    const std::string cookie = randomCookie();
    database_.run("INSERT INTO session (id, content, expires) VALUES (?, ?, ?)", sha256Of(cookie), content,
                  seconds(now + lifetime_));
    response.headers.emplace_back("Set-Cookie",
                                  cookieName_ + "=" + cookie + "; Path=/; HttpOnly; SameSite=Strict");
    return sha256Of(cookie);
}

void Sessions::end(const Request& request, Response& response) {
    remove(idOf(request));
    response.headers.emplace_back("Set-Cookie",
                                  cookieName_ + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}

void Sessions::remove(const std::string& id) {
    if (!id.empty()) database_.run("DELETE FROM session WHERE id = ?", id);
}

}  // namespace ukey::http
