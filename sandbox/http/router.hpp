// Which function answers which address.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sandbox/http/message.hpp"

namespace ukey::http {

class Router {
  public:
    using Handler = std::function<Response(const Request&)>;
    /// `rest` is what stood in place of the '*' at the end of the pattern.
    using WildcardHandler = std::function<Response(const Request&, const std::string& rest)>;

    /// `origins`: the site's own addresses; a request for another host, or one that changes something and
    /// comes from a page of another site, is refused before a handler sees it (security.md 6, 7).
    explicit Router(std::vector<std::string> origins) : origins_(std::move(origins)) {}

    void on(const std::string& method, const std::string& path, Handler handler);
    /// `prefix` ends with '/'.
    void onPrefix(const std::string& method, const std::string& prefix, WildcardHandler handler);
    /// Answers GET for everything that nothing else answers.
    void otherwise(Handler handler) { otherwise_ = std::move(handler); }

    /// Never throws: what a handler throws becomes an error response. Adds the security headers.
    Response handle(const Request& request) const;

  private:
    struct Route {
        std::string method;
        std::string path;
        bool prefix;
        WildcardHandler handler;
    };

    Response dispatch(const Request& request) const;
    bool isOwnHost(const std::string& host) const;
    bool isForeign(const Request& request) const;

    std::vector<std::string> origins_;
    std::vector<Route> routes_;
    Handler otherwise_;
};

}  // namespace ukey::http
