// A browser without a screen: keeps cookies, speaks JSON.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace ukey::sandbox_test {

struct Reply {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< Names in lower case.
    std::string body;
    nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
};

class HttpClient {
  public:
    explicit HttpClient(std::uint16_t port) : port_(port) {}

    Reply get(const std::string& target);
    Reply post(const std::string& target, const nlohmann::json& body = nlohmann::json::object());
    Reply postOctets(const std::string& target, const std::string& octets);
    /// `headers` replace what a browser would send.
    Reply send(const std::string& method, const std::string& target, const std::string& body,
               const std::map<std::string, std::string>& headers);

    std::map<std::string, std::string>& cookies() { return cookies_; }
    std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
    std::string origin() const { return "http://" + host(); }

  private:
    void keepCookie(std::string_view header);

    std::uint16_t port_;
    std::map<std::string, std::string> cookies_;
};

}  // namespace ukey::sandbox_test
