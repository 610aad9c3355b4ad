// The real programs on Windows: ukeyd.exe, its token host, the soft token's library, a page.
#include <gtest/gtest.h>

// Winsock2.h must come before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
// clang-format on

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <utility>

#include "tests/support/environment.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using nlohmann::json;

/// A page, with the calls of JSON-RPC one after the other.
class Page {
  public:
    explicit Page(unsigned port) : stream_(context_) {
        stream_.next_layer().connect({asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)});
        stream_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
            request.set("Origin", "https://portal.example");
            request.set("Sec-WebSocket-Protocol", "ukey.v1");
        }));
        stream_.handshake("127.0.0.1:" + std::to_string(port), "/ukey/v1");
    }
    json result(const std::string& method, const json& params = json::object()) {
        const int id = ++lastId_;
        stream_.write(asio::buffer(
            json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}.dump()));
        for (;;) {
            boost::beast::flat_buffer buffer;
            stream_.read(buffer);
            const json message = json::parse(boost::beast::buffers_to_string(buffer.data()));
            if (message.value("id", 0) != id) continue;
            if (!message.contains("result")) throw std::runtime_error(message.dump());
            return message.at("result");
        }
    }

  private:
    asio::io_context context_;
    websocket::stream<asio::ip::tcp::socket> stream_;
    int lastId_ = 0;
};

class Ukeyd : public testing::Test {
  protected:
    Ukeyd() {
        test::setEnvironment("UKEY_SOFTTOKEN_DIR", pathText(folder_.path() / "tokens"));
        platform::keepForOwner(folder_.path());
        std::ofstream(configuration()) << json{
            {"drivers",
             {{{"name", "soft"},
               {"kind", "skf"},
               {"library", pathText(test::builtLibrary("ukey-softtoken"))}}}},
            {"origins", {{{"origin", "https://portal.example"}, {"scopes", {"tokens", "certificates"}}}}},
            {"stateDir", pathText(folder_.path() / L"状态")}};
        platform::keepForOwner(configuration());
    }
    ~Ukeyd() override { (void)stop(); }

    std::filesystem::path configuration() const { return folder_.path() / "ukeyd.json"; }
    std::string commandLine(const std::string& more) const {
        const char* programs = std::getenv("UKEY_BIN_DIR");
        auto program =
            std::filesystem::absolute(pathFrom(programs == nullptr ? "bin" : programs)) / "ukeyd.exe";
        // Cmd takes the outermost quotation marks away.
        return "\"\"" + pathText(program.make_preferred()) + "\" --config \"" + pathText(configuration()) +
               "\" " + more + "\"";
    }
    /// Starts it and waits until it says where it listens.
    unsigned start() {
        out_ = ::_popen(commandLine("--port 0").c_str(), "r");
        std::array<char, 256> line{};
        unsigned port = 0;
        if (out_ == nullptr || std::fgets(line.data(), line.size(), out_) == nullptr ||
            std::sscanf(line.data(), "listening on ws://127.0.0.1:%u/", &port) != 1)
            throw std::runtime_error("ukeyd did not come up: " + std::string(line.data()));
        return port;
    }
    /// `ukeyd stop`, and the exit code of the daemon that it ended.
    std::pair<int, std::optional<int>> stop() {
        const int code = std::system(commandLine("stop").c_str());
        if (out_ == nullptr) return {code, std::nullopt};
        return {code, ::_pclose(std::exchange(out_, nullptr))};
    }
    std::string log() const {
        std::ifstream file(folder_.path() / L"状态" / "ukeyd.log");
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

    test::ScratchFolder folder_;
    FILE* out_ = nullptr;
};

TEST_F(Ukeyd, pageOfThisUser_seesTheSoftTokenThatIsPluggedIn) {
    softtoken::createToken({.serial = "WIN1", .label = "用户的锁"});
    softtoken::plug("WIN1");
    const unsigned port = start();
    Page page(port);
    page.result("hello", {{"client", {{"name", "test"}, {"version", "1"}}}});
    const json list = page.result("tokens.list");
    ASSERT_EQ(list.at("tokens").size(), 1U) << list << log();
    EXPECT_EQ(list.at("tokens").at(0).at("serial"), "WIN1");
    EXPECT_EQ(list.at("tokens").at(0).at("label"), "用户的锁");
}

TEST_F(Ukeyd, stop_endsTheOneThatRunsAndWaitsForIt) {
    (void)start();
    EXPECT_EQ(stop(), (std::pair<int, std::optional<int>>(0, 0)));
    EXPECT_EQ(stop(), (std::pair<int, std::optional<int>>(0, std::nullopt))) << "none runs";
}

TEST_F(Ukeyd, secondOneOfAUser_isRefusedAndSaysWhy_S49) {
    (void)start();
    EXPECT_EQ(std::system(commandLine("--port 0").c_str()), 3);
}

}  // namespace
}  // namespace ukey
