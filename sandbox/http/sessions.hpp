// Who is behind a cookie.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "sandbox/http/message.hpp"
#include "tokenlib/sqlite/database.hpp"

namespace ukey::http {

/// Sessions in the site's database. A session holds an opaque text of the site's (JSON of the user), empty
/// for a visitor who has not logged in. The cookie is HttpOnly and SameSite=Strict; the database holds only
/// its hash.
class Sessions {
  public:
    using Time = std::chrono::system_clock::time_point;
    using Clock = std::function<Time()>;

    Sessions(sqlite::Database& database, std::string cookieName, Clock clock,
             std::chrono::seconds lifetime = std::chrono::minutes(30));

    /// What is kept of the request's session; nothing when it has none, or it has expired. Use prolongs it.
    std::optional<std::string> find(const Request& request);
    /// A text that names the visitor's session; nothing when there is none.
    std::optional<std::string> visitor(const Request& request);

    /// Begins a new session, ends the request's old one (so that a cookie known before a login is worth
    /// nothing after it), and puts the cookie into the response. Returns the new visitor's name.
    std::string begin(const Request& request, Response& response, const std::string& content);
    void end(const Request& request, Response& response);

  private:
    std::string idOf(const Request& request) const;
    void remove(const std::string& id);

    sqlite::Database& database_;
    std::string cookieName_;
    Clock clock_;
    std::chrono::seconds lifetime_;
};

}  // namespace ukey::http
