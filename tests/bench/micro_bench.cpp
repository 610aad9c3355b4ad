// The parts that stand on the way of every request.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/pki/digest.hpp"

namespace {

using ukey::Bytes;

void base64UrlOfADigest(benchmark::State& state) {
    const Bytes digest(32, 0x5a);
    for (auto _ : state) {
        const std::string text = ukey::toBase64Url(digest);
        benchmark::DoNotOptimize(ukey::fromBase64Url(text));
    }
}
BENCHMARK(base64UrlOfADigest);

/// The floor of reading a request: what the JSON library itself takes for it.
void parseOfASignRequest(benchmark::State& state) {
    const std::string request =
        R"({"jsonrpc":"2.0","id":1000,"method":"sign.digest","params":{"certificate":"0123456789abcdef0123456789abcdef",)"
        R"("digest":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","digestAlgorithm":"sm3"}})";
    for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(request));
}
BENCHMARK(parseOfASignRequest);

void digestSm3(benchmark::State& state) {
    const Bytes data(static_cast<std::size_t>(state.range(0)), 0x5a);
    for (auto _ : state) benchmark::DoNotOptimize(ukey::pki::digest(ukey::token::DigestAlgorithm::sm3, data));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(digestSm3)->Arg(64)->Arg(1 << 20);

}  // namespace

BENCHMARK_MAIN();
