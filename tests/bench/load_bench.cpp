// How much an honest page feels of others that do their worst: its p50 under each load, as a ratio to that of
// the quiet minute before.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iterator>
#include <list>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/support/soft_daemon.hpp"
#include "tests/bench/support/statistics.hpp"
#include "tests/bench/support/websocket_client.hpp"

namespace ukey::bench {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr auto kHonest = "https://honest.example";
constexpr int kGreedyPages = 4;
constexpr std::size_t kLargeData = 5'592'404;  // 4 MiB as base64url.

std::string greedy(int page) { return "https://greedy" + std::to_string(page) + ".example"; }

/// A page that is logged in; `request` is a ready sign.data call.
class SigningPage {
  public:
    SigningPage(unsigned short port, const std::string& origin, const std::string& data)
        : socket_(port, origin) {
        socket_.call("bridge.hello", {{"client", {{"name", "bench"}, {"version", "1"}}}});
        const std::string token = socket_.call("tokens.list", json::object()).at("tokens").at(0).at("id");
        socket_.call("pin.verify", {{"token", token}});
        const json certificate =
            socket_.call("certificates.list", {{"token", token}, {"usage", "sign"}}).at("certificates").at(0);
        request_ =
            json{{"jsonrpc", "2.0"},
                 {"id", 1000},
                 {"method", "sign.data"},
                 {"params", {{"certificate", certificate.at("id")}, {"format", "raw"}, {"data", data}}}}
                .dump();
    }

    bool sign() {
        socket_.send(request_);
        return isSigned();
    }

    /// The same, as fast as a socket takes it: the frame is ready, and its mask is zero.
    bool signFast() {
        if (frame_.empty()) {
            frame_ = "\x81\xff";
            for (int shift = 56; shift >= 0; shift -= 8)
                frame_ += static_cast<char>(request_.size() >> shift);
            frame_ += std::string(4, '\0') + request_;
        }
        socket_.writeOctets(frame_);
        return isSigned();
    }

  private:
    bool isSigned() { return socket_.receive().find("\"error\"") == std::string_view::npos; }

    WebSocketClient socket_;
    std::string request_;
    std::string frame_;
};

/// Runs while others measure.
class Load {
  public:
    explicit Load(const std::function<void(const std::atomic<bool>& goOn)>& work, int threads) {
        for (int i = 0; i < threads; ++i) threads_.emplace_back([this, work] { work(goOn_); });
    }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;
    ~Load() {
        goOn_ = false;
        for (std::thread& thread : threads_) thread.join();
    }

  private:
    std::atomic<bool> goOn_ = true;
    std::vector<std::thread> threads_;
};

class Measurement {
  public:
    explicit Measurement(SoftDaemon& daemon) : daemon_(daemon), page_(daemon.port(), kHonest, "aGVsbG8") {}

    double p50() {
        return medianMicroseconds(400, [&] {
            if (!page_.sign()) throw std::runtime_error("the bridge does not sign");
        });
    }

    void under(const char* name, const std::function<void(const std::atomic<bool>&)>& work, int threads) {
        const double quiet = p50();
        double loaded = 0;
        double memory = 0;
        {
            const Load load(work, threads);
            (void)p50();  // Until the load is there.
            loaded = p50();
            memory = daemon_.mebibytes();
        }
        std::printf("  %-44s quiet %8.0f us  loaded %8.0f us  %6.2f x  aim <= 3  %s  (%.0f MiB)\n", name,
                    quiet, loaded, loaded / quiet, loaded <= 3 * quiet ? "holds" : "MISSED", memory);
    }

  private:
    SoftDaemon& daemon_;
    SigningPage page_;
};

/// Begins messages of 8 MiB and ends none; where it is cut off, it comes again.
void leaveMessagesUnfinished(unsigned short port, int page, const std::atomic<bool>& goOn) {
    const std::string head("\x81\xff\0\0\0\0\0\x80\0\0\0\0\0\0", 14);
    const std::string part = head + std::string(8UL * 1024UL * 1024UL - 1000, 'x');
    std::list<WebSocketClient> clients;
    while (goOn) {
        try {
            WebSocketClient& client = clients.emplace_back(port, greedy(page));
            client.call("bridge.hello", {{"client", {{"name", "bench"}, {"version", "1"}}}});
            client.writeOctets(part);
        } catch (const std::exception&) {
            if (clients.size() > 30) clients.clear();
        }
    }
}

/// The certificate of an encryption key on the token.
std::string recipientOf(SoftDaemon& daemon) {
    WebSocketClient socket(daemon.port(), greedy(0));
    socket.call("bridge.hello", {{"client", {{"name", "bench"}, {"version", "1"}}}});
    return socket.call("certificates.list", {{"usage", "encrypt"}}).at("certificates").at(0).at("pem");
}

/// Seals one stream that has no end, as fast as the bridge lets it.
void sealWithoutEnd(unsigned short port, int page, const std::string& recipient,
                    const std::atomic<bool>& goOn) {
    constexpr std::size_t kPiece = 64UL * 1024UL;
    constexpr std::size_t kWindow = 8UL * 1024UL * 1024UL;
    WebSocketClient socket(port, greedy(page));
    socket.call("bridge.hello", {{"client", {{"name", "bench"}, {"version", "1"}}}});
    const json params{{"layers", {{recipient}}}, {"cipher", "sm4-gcm"}, {"stream", 1}, {"output", "stream"}};
    socket.send(json{{"jsonrpc", "2.0"}, {"id", 7}, {"method", "envelope.seal"}, {"params", params}}.dump());
    const std::string piece = std::string("\0\0\0\1", 4) + std::string(kPiece, 'x');
    json output;
    const auto allow = [&](std::size_t octets) {
        const json credit{{"stream", output}, {"bytes", octets}};
        socket.send(json{{"jsonrpc", "2.0"}, {"method", "stream.credit"}, {"params", credit}}.dump());
    };
    std::size_t allowed = 0;
    std::size_t taken = 0;
    while (goOn) {
        for (; allowed >= kPiece; allowed -= kPiece) socket.sendBinary(piece);
        const std::string_view message = socket.receive();
        if (!message.starts_with('{')) {
            taken += message.size() - 4;
            if (taken < kWindow / 2) continue;
            allow(std::exchange(taken, 0));
            continue;
        }
        const json parsed = json::parse(message);
        if (parsed.contains("result")) {
            output = parsed.at("result").at("output");
            allow(kWindow);
        } else if (parsed.value("method", "") == "stream.credit") {
            allowed += parsed.at("params").at("bytes").get<std::size_t>();
        } else {
            throw std::runtime_error(parsed.dump());
        }
    }
}

int run(const fs::path& build) {
    std::vector<std::string> origins{kHonest};
    for (int i = 0; i < kGreedyPages; ++i) origins.push_back(greedy(i));
    SoftDaemon daemon(build, origins);
    Measurement honest(daemon);
    std::printf("An honest page that signs with SM2, beside\n");
    std::atomic<int> next = 0;
    std::list<SigningPage> greedyPages;  // One after the other: there is one dialog at a time.
    for (int i = 0; i < kGreedyPages; ++i)
        greedyPages.emplace_back(daemon.port(), greedy(i), std::string(kLargeData, 'A'));
    honest.under(
        "four pages of sign.data with 4 MiB each",
        [&](const auto& goOn) {
            SigningPage& page = *std::next(greedyPages.begin(), next++);
            while (goOn) {
                if (!page.signFast()) throw std::runtime_error("a large message is not signed");
            }
        },
        kGreedyPages);
    greedyPages.clear();
    const std::string recipient = recipientOf(daemon);
    next = 0;
    honest.under(
        "four pages that seal streams without end",
        [&](const auto& goOn) { sealWithoutEnd(daemon.port(), next++, recipient, goOn); }, kGreedyPages);
    honest.under(
        "120 connections of unfinished 8 MiB messages",
        [&](const auto& goOn) { leaveMessagesUnfinished(daemon.port(), next++ % kGreedyPages, goOn); },
        kGreedyPages);
    return 0;
}

}  // namespace
}  // namespace ukey::bench

int main(int argc, char** argv) {
    try {
        return ukey::bench::run(std::filesystem::absolute(argc > 1 ? argv[1] : "build/release"));
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_load: %s\n", e.what());
        return 1;
    }
}
