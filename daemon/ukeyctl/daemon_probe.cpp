#include "daemon/ukeyctl/daemon_probe.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <nlohmann/json.hpp>

#include "daemon/server/handshake.hpp"
#include "daemon/server/peer.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::ctl {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr std::size_t kMostAnswer = 4UL * 1024 * 1024;
constexpr std::chrono::seconds kForHealth{1};
constexpr std::chrono::seconds kForStatus{25};  ///< It asks its drivers.

struct Answer {
    std::string text;     ///< As far as it came in time; empty when nobody listens.
    bool isOurs = false;  ///< Of a process of this user.
    std::string body() const {
        const auto at = text.find("\r\n\r\n");
        return at == std::string::npos ? std::string() : text.substr(at + 4);
    }
    bool isGood() const { return text.starts_with("HTTP/1.1 200 "); }
};

Answer ask(std::uint16_t port, std::string_view path, const std::string& fields, std::chrono::seconds time) {
    asio::io_context context(1);
    tcp::socket socket(context);
    boost::system::error_code failed;
    socket.connect({asio::ip::address_v4::loopback(), port}, failed);
    if (failed) return {};
    const std::string request = "GET " + std::string(path) +
                                " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n" + fields +
                                "Connection: close\r\n\r\n";
    asio::write(socket, asio::buffer(request), failed);
    Answer answer;
    asio::async_read_until(socket, asio::dynamic_buffer(answer.text, kMostAnswer), "\r\n\r\n",
                           [&](boost::system::error_code error, std::size_t) {
                               if (error) return;
                               // Now that it has answered, its end of the connection has an owner.
                               answer.isOurs = server::PeerLookup().isSameUser(socket.local_endpoint(),
                                                                               socket.remote_endpoint());
                               asio::async_read(socket, asio::dynamic_buffer(answer.text, kMostAnswer),
                                                [](boost::system::error_code, std::size_t) {});
                           });
    context.run_for(time);
    // An answer, even an empty one, tells a listener from a refused connection.
    if (answer.text.empty()) answer.text = " ";
    return answer;
}

ProbeResult probe(std::uint16_t port) {
    const Answer answer = ask(port, server::kHealthPath, {}, kForHealth);
    if (answer.text.empty()) return {port, ProbeResult::Kind::nothing, {}};
    const auto health = nlohmann::json::parse(answer.body(), nullptr, /*allow_exceptions=*/false);
    if (!health.is_object() || health.value("name", "") != "ukeyd")
        return {port, ProbeResult::Kind::somethingElse, {}};
    return {port, ProbeResult::Kind::ukeyd, health.value("version", "")};
}

}  // namespace

std::vector<ProbeResult> probeDaemon(const std::vector<std::uint16_t>& ports) {
    std::vector<ProbeResult> results;
    for (const std::uint16_t port : ports) results.push_back(probe(port));
    return results;
}

std::optional<wiring::DaemonStatus> statusOfDaemon(std::uint16_t port) {
    const std::string field = std::string(server::kStatusField) + ": 1\r\n";
    const Answer answer = ask(port, server::kStatusPath, field, kForStatus);
    // Another user's program at this port could tell anything.
    if (!answer.isOurs || !answer.isGood()) return std::nullopt;
    try {
        return wiring::statusFromText(answer.body());
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace ukey::ctl
