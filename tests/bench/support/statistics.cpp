#include "tests/bench/support/statistics.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>

namespace ukey::bench {
namespace {
using Clock = std::chrono::steady_clock;
double microsecondsSince(Clock::time_point start) {
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}
}  // namespace

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double medianMicroseconds(int calls, const std::function<void()>& call) {
    std::vector<double> times;
    times.reserve(static_cast<std::size_t>(calls));
    for (int i = 0; i < calls; ++i) {
        const auto start = Clock::now();
        call();
        times.push_back(microsecondsSince(start));
    }
    return median(std::move(times));
}

double callsPerSecond(int calls, const std::function<void()>& call) {
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i) call();
    return calls * 1e6 / microsecondsSince(start);
}

void say(const char* what, double value, const char* unit, const char* aim, bool holds) {
    std::printf("  %-58s %10.3f %-6s aim %-10s %s\n", what, value, unit, aim, holds ? "holds" : "MISSED");
}

}  // namespace ukey::bench
