// Content of any size: digests, seals and lists of signatures, as ratios to the parts they are made of,
// measured in the same round; and the daemon's memory while a gigabyte goes through it.
#include <gcrypt.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/support/process_meter.hpp"
#include "tests/bench/support/soft_daemon.hpp"
#include "tests/bench/support/statistics.hpp"
#include "tests/bench/support/websocket_client.hpp"
#include "tokenlib/message/envelope_reader.hpp"
#include "tokenlib/message/envelope_writer.hpp"
#include "tokenlib/pki/certificate.hpp"
#include "tokenlib/pki/digest.hpp"
#include "tokenlib/pki/sm2_cipher.hpp"

namespace ukey::bench {
namespace {

using nlohmann::json;
using pki::ContentCipher;
namespace fs = std::filesystem;

constexpr auto kOrigin = "https://bench.example";
constexpr std::size_t kMib = 1024UL * 1024UL;
constexpr std::size_t kPiece = 64UL * 1024UL;
constexpr int kRounds = 5;

double secondsOf(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void forPieces(std::size_t octets, const std::function<void()>& take) {
    for (std::size_t at = 0; at < octets; at += kPiece) take();
}

void bareOpensslSm3(std::size_t octets) {
    const Bytes piece(kPiece, 0x5A);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestInit_ex2(context, EVP_sm3(), nullptr);
    forPieces(octets, [&] { EVP_DigestUpdate(context, piece.data(), piece.size()); });
    std::array<unsigned char, EVP_MAX_MD_SIZE> value{};
    EVP_DigestFinal_ex(context, value.data(), nullptr);
    EVP_MD_CTX_free(context);
}

void ourSm3(std::size_t octets) {
    const Bytes piece(kPiece, 0x5A);
    pki::Digest digest(token::DigestAlgorithm::sm3);
    forPieces(octets, [&] { digest.update(piece); });
    (void)digest.finish();
}

struct BareCipher {
    const char* name;
    ContentCipher cipher;
    int algorithm;
    int mode;
};
constexpr std::array kCiphers{
    BareCipher{"SM4-CBC", ContentCipher::sm4Cbc, GCRY_CIPHER_SM4, GCRY_CIPHER_MODE_CBC},
    BareCipher{"SM4-GCM", ContentCipher::sm4Gcm, GCRY_CIPHER_SM4, GCRY_CIPHER_MODE_GCM},
    BareCipher{"AES-256-GCM", ContentCipher::aes256Gcm, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM}};

enum class Way : std::uint8_t { seal, open };

/// SM4-CBC as it is sealed: by OpenSSL, which is the faster one at that.
void bareSm4Cbc(std::size_t octets) {
    const Bytes piece(kPiece, 0x5A);
    Bytes out(kPiece);
    const Bytes key(16, 1);
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  &EVP_CIPHER_CTX_free);
    EVP_EncryptInit_ex(context.get(), EVP_sm4_cbc(), nullptr, key.data(), key.data());
    int written = 0;
    forPieces(octets, [&] {
        EVP_EncryptUpdate(context.get(), out.data(), &written, piece.data(), static_cast<int>(piece.size()));
    });
}

/// The cipher alone, in the library that the bridge uses.
void bareCipher(const BareCipher& one, Way way, std::size_t octets) {
    if (one.cipher == ContentCipher::sm4Cbc && way == Way::seal) return bareSm4Cbc(octets);
    const Bytes piece(kPiece, 0x5A);
    Bytes out(kPiece);
    const Bytes key(pki::keyLength(one.cipher), 1);
    const Bytes iv(pki::ivLength(one.cipher), 2);
    gcry_cipher_hd_t handle = nullptr;
    if (gcry_cipher_open(&handle, one.algorithm, one.mode, 0) != 0) throw std::runtime_error(one.name);
    gcry_cipher_setkey(handle, key.data(), key.size());
    gcry_cipher_setiv(handle, iv.data(), iv.size());
    forPieces(octets, [&] {
        if (way == Way::seal) {
            gcry_cipher_encrypt(handle, out.data(), out.size(), piece.data(), piece.size());
        } else {
            gcry_cipher_decrypt(handle, out.data(), out.size(), piece.data(), piece.size());
        }
    });
    gcry_cipher_close(handle);
}

/// How often the sum of the parts fits into what the whole takes: 1 where it costs nothing besides.
void sayRatio(const std::string& what, double aim, const std::function<double()>& parts,
              const std::function<double()>& whole, double mebibytes) {
    std::vector<double> ratios;
    std::vector<double> wholes;
    for (int round = 0; round < kRounds; ++round) {
        const double floor = parts();
        wholes.push_back(whole());
        ratios.push_back(floor / wholes.back());
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), ">= %.2f", aim);
    say((what + ", " + std::to_string(std::lround(mebibytes / median(wholes))) + " MiB/s").c_str(),
        median(ratios), "x", text.data(), median(ratios) >= aim);
}

void benchSealing(const pki::Certificate& recipient, std::size_t octets) {
    std::printf("Sealing and opening %zu MiB by the library / cipher and key alone\n", octets / kMib);
    const double mebibytes = static_cast<double>(octets) / static_cast<double>(kMib);
    const Bytes piece(kPiece, 0x5A);
    for (const BareCipher& one : kCiphers) {
        const Bytes key(pki::keyLength(one.cipher), 1);
        const auto sealing = [&] {
            return secondsOf([&] {
                cms::EnvelopeWriter writer({recipient}, {.cipher = one.cipher});
                forPieces(octets, [&] { (void)writer.update(piece); });
                (void)writer.finish();
            });
        };
        const auto sealingParts = [&] {
            return secondsOf([&] {
                bareCipher(one, Way::seal, octets);
                (void)pki::sm2Encrypt(*recipient.publicKey(), key);
            });
        };
        sayRatio(std::string("seal, ") + one.name, 0.75, sealingParts, sealing, mebibytes);

        cms::EnvelopeWriter writer({recipient}, {.cipher = one.cipher});
        std::vector<Bytes> message;
        forPieces(octets, [&] { message.push_back(writer.update(piece)); });
        // With a key that is as good as any for the time it takes; the end is not looked at.
        const auto opening = [&] {
            return secondsOf([&] {
                std::size_t opened = 0;
                cms::EnvelopeReader reader({}, [&](ByteView octetsOfIt) { opened += octetsOfIt.size(); });
                for (ByteView rest : message) {
                    while (!rest.empty()) {
                        rest = rest.subspan(reader.feed(rest));
                        if (!rest.empty()) reader.setKey(key);
                    }
                }
                if (opened + kPiece < octets) throw std::runtime_error("not opened");
            });
        };
        const auto openingParts = [&] { return secondsOf([&] { bareCipher(one, Way::open, octets); }); };
        sayRatio(std::string("open, ") + one.name, 0.75, openingParts, opening, mebibytes);
    }
}

/// A page that is logged in on the token.
class Page {
  public:
    explicit Page(SoftDaemon& daemon) : daemon_(daemon), socket_(daemon.port(), kOrigin) {
        socket_.call("bridge.hello", {{"client", {{"name", "bench"}, {"version", "1"}}}});
        const std::string token = socket_.call("tokens.list", json::object()).at("tokens").at(0).at("id");
        socket_.call("pin.verify", {{"token", token}});
        signing_ = certificate(token, "sign");
        encryption_ = certificate(token, "encrypt");
        idle_ = resident();
    }

    const json& signing() const { return signing_; }
    const json& encryption() const { return encryption_; }
    WebSocketClient& socket() { return socket_; }
    double idle() const { return idle_; }
    double highest() const { return highest_; }

    /// A call over a stream of that many octets; what it gives is counted, or kept.
    std::size_t stream(const std::string& method, json params, std::size_t octets,
                       const std::function<ByteView(std::size_t at, std::size_t most)>& source,
                       const std::function<void(std::string_view)>& sink) {
        const std::uint32_t name = nextStream_ += 2;
        params["stream"] = name;
        params["output"] = "stream";
        socket_.send(
            json{{"jsonrpc", "2.0"}, {"id", 7}, {"method", method}, {"params", std::move(params)}}.dump());
        std::size_t sent = 0;
        std::size_t given = 0;
        std::size_t credit = 0;
        std::uint32_t output = 0;
        bool hasEnded = false;
        for (;;) {
            const std::string_view message = socket_.receive();
            if (!message.starts_with('{')) {
                given += message.size() - 4;
                sink(message.substr(4));
                credit += message.size() - 4;
                if (credit >= 4 * kMib) allow(output, std::exchange(credit, 0));
                continue;
            }
            const json parsed = json::parse(message);
            if (parsed.contains("error") || parsed.value("method", "") == "stream.abort")
                throw std::runtime_error(parsed.dump());
            if (parsed.contains("result")) {
                output = parsed.at("result").at("output");
                allow(output, 16 * kMib);
            } else if (parsed.at("method") == "stream.credit") {
                std::size_t allowed = parsed.at("params").at("bytes");
                while (allowed > 0 && sent < octets) {
                    const ByteView piece = source(sent, std::min(allowed, octets - sent));
                    sendPiece(name, piece);
                    sent += piece.size();
                    allowed -= piece.size();
                    if (sent % (8 * kMib) < kPiece) highest_ = std::max(highest_, resident());
                }
                if (sent == octets && !std::exchange(hasEnded, true)) sendPiece(name, {});
            } else if (parsed.at("method") == "stream.ended") {
                return given;
            }
        }
    }

  private:
    json certificate(const std::string& token, const char* usage) {
        return socket_.call("certificates.list", {{"token", token}, {"usage", usage}})
            .at("certificates")
            .at(0);
    }
    void allow(std::uint32_t output, std::size_t octets) {
        socket_.send(json{{"jsonrpc", "2.0"},
                          {"method", "stream.credit"},
                          {"params", {{"stream", output}, {"bytes", octets}}}}
                         .dump());
    }
    void sendPiece(std::uint32_t name, ByteView octets) {
        frame_.clear();
        for (const unsigned shift : {24U, 16U, 8U, 0U}) frame_.push_back(static_cast<char>(name >> shift));
        frame_ += asText(octets);
        socket_.sendBinary(frame_);
    }
    double resident() const { return static_cast<double>(residentKiB(daemon_.process())) / 1024; }

    SoftDaemon& daemon_;
    WebSocketClient socket_;
    json signing_;
    json encryption_;
    std::string frame_;
    std::uint32_t nextStream_ = static_cast<std::uint32_t>(-1);
    double idle_ = 0;
    double highest_ = 0;
};

void benchStreams(Page& page, std::size_t octets) {
    const double mebibytes = static_cast<double>(octets) / static_cast<double>(kMib);
    std::printf("%zu MiB through ukeyd\n", octets / kMib);
    const Bytes piece(kPiece, 0x5A);
    const auto source = [&](std::size_t, std::size_t most) {
        return ByteView(piece).first(std::min(most, piece.size()));
    };
    const auto drop = [](std::string_view) {};
    const double bare = secondsOf([&] { bareOpensslSm3(octets); });
    const double streamed = secondsOf([&] {
        page.stream("sign.data", {{"certificate", page.signing().at("id")}, {"format", "raw"}}, octets,
                    source, drop);
    });
    std::printf("  bare OpenSSL SM3 %.0f MiB/s, a signature over the stream %.0f MiB/s\n", mebibytes / bare,
                mebibytes / streamed);
    const std::size_t part = octets / 4;
    for (const char* cipher : {"sm4-cbc", "sm4-gcm", "aes256-gcm"}) {
        std::string sealed;
        const json how{{"layers", {{page.encryption().at("pem")}}}, {"cipher", cipher}};
        const double sealing = secondsOf([&] {
            page.stream("envelope.seal", how, part, source, [&](std::string_view more) { sealed += more; });
        });
        const auto again = [&](std::size_t at, std::size_t most) {
            return asBytes(std::string_view(sealed).substr(at, std::min(most, kPiece)));
        };
        std::size_t opened = 0;
        const double opening = secondsOf(
            [&] { opened = page.stream("envelope.open", json::object(), sealed.size(), again, drop); });
        if (opened != part) throw std::runtime_error("not what was sealed");
        std::printf("  %-12s sealed %.0f MiB/s, opened %.0f MiB/s\n", cipher, mebibytes / 4 / sealing,
                    mebibytes / 4 / opening);
    }
    const double more = page.highest() - page.idle();
    say("resident memory of ukeyd above idle, at most", more, "MiB", "<= 8", more <= 8);
}

int run(const fs::path& build, std::size_t mebibytes) {
    SoftDaemon daemon(build, {kOrigin});
    Page page(daemon);
    std::printf("SM3 by the library, in pieces of 64 KiB\n");
    const std::size_t digested = mebibytes * kMib;
    sayRatio(
        "bare OpenSSL SM3 / ours", 1.0, [&] { return secondsOf([&] { bareOpensslSm3(digested); }); },
        [&] { return secondsOf([&] { ourSm3(digested); }); }, static_cast<double>(mebibytes));
    benchSealing(pki::Certificate::fromPem(page.encryption().at("pem").get_ref<const std::string&>()),
                 128 * kMib);
    benchStreams(page, mebibytes * kMib);
    return 0;
}

}  // namespace
}  // namespace ukey::bench

int main(int argc, char** argv) {
    try {
        return ukey::bench::run(std::filesystem::absolute(argc > 1 ? argv[1] : "build/release"),
                                argc > 2 ? std::stoul(argv[2]) : 1024);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_streams: %s\n", e.what());
        return 1;
    }
}
