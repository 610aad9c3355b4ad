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
constexpr auto kRsaLabel = "BENCH-RSA";
constexpr auto kP256Label = "BENCH-P256";
constexpr auto kSoftHsm = "/usr/lib/softhsm/libsofthsm2.so";
constexpr auto kP11KitClient = UKEY_SYSTEM_LIBRARIES "/pkcs11/p11-kit-client.so";

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
    mintHsm(shop, kRsaLabel, "rsa2048");
    mintHsm(shop, kP256Label, "p256");
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

/// What one signature costs beside what has to be: the key that is called, and a server that passes the
/// question on.
void benchOne(const char* label, Page& page, DirectToken& direct, pid_t daemon, int rounds) {
    constexpr int kCalls = 400;
    const EchoServer echo;
    WebSocketClient echoClient(echo.port(), kOrigin);
    std::vector<double> echoes;
    std::vector<double> directs;
    std::vector<double> bridges;
    std::vector<double> ratios;
    std::vector<double> ours;
    std::vector<double> bare;
    for (int round = 0; round < rounds; ++round) {
        double before = processorMicroseconds(echo.pid());
        echoes.push_back(medianMicroseconds(kCalls, [&] {
            echoClient.send(page.request());
            echoClient.receive();
        }));
        bare.push_back((processorMicroseconds(echo.pid()) - before) / kCalls);
        directs.push_back(medianMicroseconds(kCalls, [&] { direct.sign(); }));
        before = processorMicroseconds(daemon);
        bridges.push_back(medianMicroseconds(kCalls, [&] { page.answered(); }));
        ours.push_back((processorMicroseconds(daemon) - before) / kCalls);
        ratios.push_back(bridges.back() / (echoes.back() + directs.back()));
    }
    std::printf(
        "%s: echo %.1f us, direct %.1f us, bridge %.1f us; processor time of ukeyd %.1f us, of a bare Beast "
        "server %.1f us\n",
        label, median(echoes), median(directs), median(bridges), median(ours), median(bare));
    say("p50 of a signature / (echo + direct)", median(ratios), "x", "<= 1.3", median(ratios) <= 1.3);
    const double processor = median(ours) / median(bare);
    say("processor time of ukeyd / bare Beast server", processor, "x", "<= 1.5", processor <= 1.5);
}

void benchSm2(const Workshop& shop, const RunningDaemon& daemon, int rounds) {
    const auto direct = openDirectSkf(shop.softToken(), kSoftSerial, kPin);
    Page page(daemon.port, kSoftSerial, "sm3");
    benchOne("SM2, soft token", page, *direct, daemon.process.pid(), rounds);
    std::vector<double> lists;
    for (int round = 0; round < rounds; ++round)
        lists.push_back(page.listedPerSecond(kListed) / callsPerSecond(kListed, [&] { direct->sign(); }));
    sayList(lists);
}

/// SoftHSM2 behind p11-kit's own process, as programs that want a library out of their own memory have it.
class Remoting {
  public:
    explicit Remoting(const Workshop& shop)
        : socket_(shop.dir / "p11-kit"),
          server_({"p11-kit", "server", "--foreground", "--sh", "--name", socket_, "--provider", kSoftHsm,
                   "pkcs11:"},
                  shop.log()) {
        // The line that tells a shell where to look comes once the socket is there.
        server_.readLine();
        ::setenv("P11_KIT_SERVER_ADDRESS", ("unix:path=" + socket_).c_str(), 1);
    }
    std::unique_ptr<DirectToken> open(const char* label, Pkcs11Key key) const {
        return openDirectPkcs11(kP11KitClient, label, kPin, key);
    }

  private:
    std::string socket_;
    ChildProcess server_;
};

void benchHsm(const char* label, Pkcs11Key key, const Workshop& shop, unsigned short port, int rounds,
              int calls, double aim16) {
    const auto direct = openDirectPkcs11(kSoftHsm, label, kPin, key);
    const Remoting remoting(shop);
    const auto remote = remoting.open(label, key);
    Page page(port, label, "sha256");
    std::vector<double> directs;
    std::vector<double> ratio1;
    std::vector<double> ratio16;
    std::vector<double> lists;
    for (int round = 0; round < rounds; ++round) {
        const double rate = callsPerSecond(calls, [&] { direct->sign(); });
        directs.push_back(rate);
        const double depth1 = callsPerSecond(calls, [&] { page.answered(); });
        ratio1.push_back(depth1 / callsPerSecond(calls, [&] { remote->sign(); }));
        ratio16.push_back(page.pipelinedPerSecond(calls, 16) / rate);
        lists.push_back(page.listedPerSecond(kListed) / callsPerSecond(kListed, [&] { direct->sign(); }));
    }
    std::printf("%s, SoftHSM2: direct %.0f signatures/s\n", label, median(directs));
    say("rate at depth 1 / p11-kit's remoting", median(ratio1), "x", ">= 1.00", median(ratio1) >= 1);
    char aim[32];
    std::snprintf(aim, sizeof aim, ">= %.2f", aim16);
    say("rate at depth 16 / direct", median(ratio16), "x", aim, median(ratio16) >= aim16);
    sayList(lists);
}

void benchP256(const RunningDaemon& daemon, int rounds) {
    const auto direct = openDirectPkcs11(kSoftHsm, kP256Label, kPin, Pkcs11Key::p256);
    Page page(daemon.port, kP256Label, "sha256");
    benchOne(kP256Label, page, *direct, daemon.process.pid(), rounds);
}

void benchStart(const Workshop& shop, int rounds) {
    std::vector<double> starts;
    for (int i = 0; i < rounds; ++i) starts.push_back(startDaemon(shop).startMilliseconds);
    std::printf("Start of ukeyd, %d times\n", rounds);
    say("process start to first accepted connection", median(starts), "ms", "<= 12", median(starts) <= 12);
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
    say("memory of all processes (PSS)", mebibytes, "MiB", "<= 8", mebibytes <= 8);
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
        benchSm2(shop, daemon, rounds);
        benchHsm(kRsaLabel, Pkcs11Key::rsa2048, shop, daemon.port, rounds, 300, 0.95);
        benchHsm(kP256Label, Pkcs11Key::p256, shop, daemon.port, rounds, 2000, 0.60);
        benchP256(daemon, rounds);
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
