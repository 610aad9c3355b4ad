// End-to-end speed of the bridge, always as a ratio to what was measured in the same round: an echo through a
// bare WebSocket server and a helper process, and the token called directly.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/bench/support/child_process.hpp"
#include "tests/bench/support/direct_tokens.hpp"
#include "tests/bench/support/echo_server.hpp"
#include "tests/bench/support/process_meter.hpp"
#include "tests/bench/support/statistics.hpp"
#include "tests/bench/support/websocket_client.hpp"

namespace ukey::bench {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr auto kOrigin = "http://localhost:8600";
constexpr auto kPin = "123456";
constexpr auto kSoftSerial = "BENCH-SM2";
constexpr auto kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";

/// Folders, tokens and configuration of one run.
struct Workshop {
    fs::path build;
    fs::path dir;

    std::string program(const char* name) const { return build / "bin" / name; }
    std::string softToken() const { return build / "lib/libukey-softtoken.so"; }
    std::string log() const { return dir / "log"; }
    std::string config() const { return dir / "ukeyd.json"; }
};

void writeConfiguration(const Workshop& shop) {
    const fs::path script = fs::path(UKEY_SOURCE_DIR) / "tests/support/pinentry_script";
    const fs::path pinentry = shop.dir / "pinentry";
    std::ofstream(pinentry) << "#!/bin/sh\nUKEY_TEST_PIN=" << kPin << " exec " << script.string()
                            << " \"$@\"\n";
    fs::permissions(pinentry, fs::perms::owner_all);
    std::ofstream(shop.config()) << json{

        {"drivers",
         {{{"name", "soft"}, {"kind", "skf"}, {"library", shop.softToken()}},
          {{"name", "softhsm"}, {"kind", "pkcs11"}, {"library", kSoftHsm}}}},
        {"origins",
         {{{"origin", kOrigin},
           {"scopes", {"tokens", "certificates", "sign", "digest"}},
           {"confirm", "login"}}}},
        {"limits", {{"rate", 1000000}, {"burst", 1000000}}},
        // Idle is when nobody can come back to a login any more.
        {"resumeSeconds", 1},
        {"pinentry", pinentry}}.dump(2);
}

void mintHsm(const Workshop& shop, const std::string& label, const std::string& algorithm) {
    runProgram({"softhsm2-util", "--init-token", "--free", "--label", label, "--pin", kPin, "--so-pin",
                "so-pin-1234"},
               shop.log());
    runProgram({shop.program("ukey-sandbox"), "mint", "--data", shop.dir / "sandbox", "--pkcs11", kSoftHsm,
                "--slot-label", label, "--algorithm", algorithm, "--name", "Bench", "--pin", kPin},
               shop.log());
}

void prepare(const Workshop& shop) {
    fs::create_directories(shop.dir / "softhsm");
    fs::create_directories(shop.dir / "tokens");
    std::ofstream(shop.dir / "softhsm2.conf")
        << "directories.tokendir = " << (shop.dir / "softhsm").string() << "\nlog.level = ERROR\n";
    ::setenv("SOFTHSM2_CONF", (shop.dir / "softhsm2.conf").c_str(), 1);
    ::setenv("UKEY_SOFTTOKEN_DIR", (shop.dir / "tokens").c_str(), 1);
    writeConfiguration(shop);
    runProgram({shop.program("ukey-sandbox"), "mint", "--data", shop.dir / "sandbox", "--serial", kSoftSerial,
                "--algorithm", "sm2", "--name", "Bench", "--pin", kPin},
               shop.log());
    mintHsm(shop, "BENCH-RSA", "rsa2048");
    mintHsm(shop, "BENCH-P256", "p256");
}

struct RunningDaemon {
    ChildProcess process;
    unsigned short port;
    double startMilliseconds;
};

unsigned short portOf(const std::string& line) {
    const auto colon = line.find(':', line.find("127.0.0.1"));
    return static_cast<unsigned short>(std::stoi(line.substr(colon + 1)));
}

/// Starts ukeyd; the time is from the start of the process to the first WebSocket connection that it
/// accepted.
RunningDaemon startDaemon(const Workshop& shop) {
    const auto start = std::chrono::steady_clock::now();
    ChildProcess process(
        {shop.program("ukeyd"), "--config", shop.config(), "--state-dir", shop.dir / "state", "--port", "0"},
        shop.log());
    const unsigned short port = portOf(process.readLine());
    const WebSocketClient first(port, kOrigin);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    return {std::move(process), port, took.count()};
}

/// A page that has logged in on one token; `request` is a ready sign.digest call.
class Page {
  public:
    Page(unsigned short port, const std::string& serial, const std::string& digestAlgorithm)
        : socket_(port, kOrigin) {
        socket_.call("bridge.hello", {{"client", {{"name", "bench"}, {"version", "1"}}}});
        const std::string token = tokenWith(serial);
        socket_.call("pin.verify", {{"token", token}});
        const json certificates =
            socket_.call("certificates.list", {{"token", token}, {"usage", "sign"}})["certificates"];
        certificate_ = certificates.at(0)["id"];
        request_ = json{{"jsonrpc", "2.0"},
                        {"id", 1000},
                        {"method", "sign.digest"},
                        {"params",
                         {{"certificate", certificate_},
                          {"digest", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"},
                          {"digestAlgorithm", digestAlgorithm}}}}
                       .dump();
        if (json::parse(answered()).contains("error")) throw std::runtime_error("the bridge does not sign");
    }

    const std::string& request() const { return request_; }

    std::string_view answered() {
        socket_.send(request_);
        return socket_.receive();
    }

    /// Keeps `depth` requests under way until `calls` are answered.
    double pipelinedPerSecond(int calls, int depth) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < depth; ++i) socket_.send(request_);
        for (int done = 0; done < calls; ++done) {
            if (socket_.receive().find("\"error\"") != std::string_view::npos)
                throw std::runtime_error("error");
            if (done + depth < calls) socket_.send(request_);
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        return calls / took.count();
    }

    /// Signatures a second of one list of that many.
    double listedPerSecond(int items) {
        json list = json::array();
        for (int i = 0; i < items; ++i) list.push_back({{"name", std::to_string(i)}, {"data", "aGVsbG8"}});
        const json params{{"certificate", certificate_}, {"format", "raw"}, {"items", std::move(list)}};
        const auto start = std::chrono::steady_clock::now();
        socket_.call("sign.batch", params);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        return items / took.count();
    }

  private:
    std::string tokenWith(const std::string& label) {
        const json answer = socket_.call("tokens.list", json::object());
        for (const json& token : answer["tokens"]) {
            if (token["serial"] == label || token["label"] == label) return token["id"];
        }
        throw std::runtime_error("no token " + label + " in " + answer.dump());
    }

    WebSocketClient socket_;
    std::string certificate_;
    std::string request_;
};

constexpr int kListed = 1000;

/// Each signature is checked before it leaves; a token is meant to take longer for one than that takes.
void sayList(const std::vector<double>& ratios) {
    say("rate of a list of 1,000 / direct", median(ratios), "x", ">= 0.95", median(ratios) >= 0.95);
}

void benchSm2(const Workshop& shop, unsigned short port, int rounds) {
    const EchoServer echo;
    WebSocketClient echoClient(echo.port(), kOrigin);
    const auto direct = openDirectSkf(shop.softToken(), kSoftSerial, kPin);
    Page page(port, kSoftSerial, "sm3");
    std::vector<double> echoes;
    std::vector<double> directs;
    std::vector<double> bridges;
    std::vector<double> ratios;
    std::vector<double> lists;
    for (int round = 0; round < rounds; ++round) {
        echoes.push_back(medianMicroseconds(400, [&] {
            echoClient.send(page.request());
            echoClient.receive();
        }));
        directs.push_back(medianMicroseconds(200, [&] { direct->sign(); }));
        bridges.push_back(medianMicroseconds(200, [&] { page.answered(); }));
        ratios.push_back(bridges.back() / (echoes.back() + directs.back()));
        lists.push_back(page.listedPerSecond(kListed) / callsPerSecond(kListed, [&] { direct->sign(); }));
    }
    std::printf("SM2, soft token: echo %.1f us, direct %.1f us, bridge %.1f us (medians of %d rounds)\n",
                median(echoes), median(directs), median(bridges), rounds);
    say("p50 of a signature / (echo + direct)", median(ratios), "x", "<= 1.3", median(ratios) <= 1.3);
    sayList(lists);
}

void benchHsm(const char* label, Pkcs11Key key, unsigned short port, int rounds, int calls, double aim1,
              double aim16) {
    const auto direct = openDirectPkcs11(kSoftHsm, label, kPin, key);
    Page page(port, label, "sha256");
    std::vector<double> directs;
    std::vector<double> ratio1;
    std::vector<double> ratio16;
    std::vector<double> lists;
    for (int round = 0; round < rounds; ++round) {
        const double rate = callsPerSecond(calls, [&] { direct->sign(); });
        directs.push_back(rate);
        ratio1.push_back(callsPerSecond(calls, [&] { page.answered(); }) / rate);
        ratio16.push_back(page.pipelinedPerSecond(calls, 16) / rate);
        lists.push_back(page.listedPerSecond(kListed) / callsPerSecond(kListed, [&] { direct->sign(); }));
    }
    std::printf("%s, SoftHSM2: direct %.0f signatures/s\n", label, median(directs));
    char aim[32];
    std::snprintf(aim, sizeof aim, ">= %.2f", aim1);
    say("rate at depth 1 / direct", median(ratio1), "x", aim, median(ratio1) >= aim1);
    std::snprintf(aim, sizeof aim, ">= %.2f", aim16);
    say("rate at depth 16 / direct", median(ratio16), "x", aim, median(ratio16) >= aim16);
    sayList(lists);
}

void benchStart(const Workshop& shop, int rounds) {
    std::vector<double> starts;
    for (int i = 0; i < rounds; ++i) starts.push_back(startDaemon(shop).startMilliseconds);
    std::printf("Start of ukeyd, %d times\n", rounds);
    say("process start to first accepted connection", median(starts), "ms", "< 20", median(starts) < 20);
}

void benchIdle(const RunningDaemon& daemon) {
    // Wake-ups are counted over real time in which nothing is asked of the daemon; that is what this sleep
    // is.
    struct timespec pause = {.tv_sec = 3, .tv_nsec = 0};
    ::nanosleep(&pause, nullptr);
    const auto tree = processTree(daemon.process.pid());
    const auto before = wakeUps(tree);
    pause.tv_sec = 10;
    ::nanosleep(&pause, nullptr);
    const auto woken = static_cast<double>(wakeUps(tree) - before);
    const double mebibytes = static_cast<double>(pssKiB(tree)) / 1024;
    std::printf("Idle, ukeyd and its %zu token hosts, after all of the above, no page connected\n",
                tree.size() - 1);
    say("memory of all processes (PSS)", mebibytes, "MiB", "< 12", mebibytes < 12);
    say("wake-ups in 10 s", woken, "", "0", woken == 0);
}

int run(const fs::path& build, int rounds) {
    std::string pattern = (fs::temp_directory_path() / "ukey-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return 1;
    const Workshop shop{fs::absolute(build), pattern};
    prepare(shop);
    benchStart(shop, rounds);
    {
        RunningDaemon daemon = startDaemon(shop);
        benchSm2(shop, daemon.port, rounds);
        benchHsm("BENCH-RSA", Pkcs11Key::rsa2048, daemon.port, rounds, 300, 0.78, 0.95);
        benchHsm("BENCH-P256", Pkcs11Key::p256, daemon.port, rounds, 2000, 0.40, 0.60);
        benchIdle(daemon);
    }
    fs::remove_all(shop.dir);
    return 0;
}

}  // namespace
}  // namespace ukey::bench

int main(int argc, char** argv) {
    try {
        return ukey::bench::run(argc > 1 ? argv[1] : "build/release", argc > 2 ? std::atoi(argv[2]) : 11);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_bridge: %s\n", e.what());
        return 1;
    }
}
