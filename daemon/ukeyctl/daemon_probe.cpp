#include "daemon/ukeyctl/daemon_probe.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <nlohmann/json.hpp>

namespace ukey::ctl {
namespace {

namespace asio = boost::asio;
constexpr std::size_t kMostAnswer = 64UL * 1024;

/// The answer to GET /health, as far as it came within a second; empty when nobody listens.
std::string healthAnswer(std::uint16_t port) {
    asio::io_context context(1);
    asio::ip::tcp::socket socket(context);
    boost::system::error_code failed;
    socket.connect({asio::ip::address_v4::loopback(), port}, failed);
    if (failed) return {};
    const std::string request =
        "GET /health HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\nConnection: close\r\n\r\n";
    asio::write(socket, asio::buffer(request), failed);
    std::string answer;
    asio::async_read(socket, asio::dynamic_buffer(answer, kMostAnswer),
                     [](boost::system::error_code, std::size_t) {});
    context.run_for(std::chrono::seconds(1));
    // An answer, even an empty one, tells a listener from a refused connection.
    return answer.empty() ? " " : answer;
}

ProbeResult probe(std::uint16_t port) {
    const std::string answer = healthAnswer(port);
    if (answer.empty()) return {port, ProbeResult::Kind::nothing, {}};
    const auto body = answer.find("\r\n\r\n");
    const auto health = nlohmann::json::parse(body == std::string::npos ? "" : answer.substr(body + 4),
                                              nullptr, /*allow_exceptions=*/false);
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

}  // namespace ukey::ctl
