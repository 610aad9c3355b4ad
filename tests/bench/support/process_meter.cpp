#include "tests/bench/support/process_meter.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace ukey::bench {
namespace {

std::uint64_t numberAfter(const std::filesystem::path& file, const std::string& name) {
    std::ifstream in(file);
    std::string line;
    while (std::getline(in, line)) {
        if (line.starts_with(name)) return std::stoull(line.substr(name.size()));
    }
    return 0;
}

std::filesystem::path procOf(pid_t pid) { return std::filesystem::path("/proc") / std::to_string(pid); }

}  // namespace

std::vector<pid_t> processTree(pid_t root) {
    std::vector<pid_t> tree{root};
    for (std::size_t i = 0; i < tree.size(); ++i) {
        for (const auto& thread : std::filesystem::directory_iterator(procOf(tree[i]) / "task")) {
            std::ifstream children(thread.path() / "children");
            for (pid_t child = 0; children >> child;) tree.push_back(child);
        }
    }
    return tree;
}

std::uint64_t pssKiB(const std::vector<pid_t>& processes) {
    std::uint64_t sum = 0;
    for (const pid_t pid : processes) sum += numberAfter(procOf(pid) / "smaps_rollup", "Pss:");
    return sum;
}

std::uint64_t residentKiB(pid_t process) { return numberAfter(procOf(process) / "status", "VmRSS:"); }

double processorMicroseconds(pid_t process) {
    double nanoseconds = 0;
    for (const auto& thread : std::filesystem::directory_iterator(procOf(process) / "task")) {
        std::uint64_t one = 0;
        std::ifstream(thread.path() / "schedstat") >> one;
        nanoseconds += static_cast<double>(one);
    }
    return nanoseconds / 1000;
}

std::uint64_t wakeUps(const std::vector<pid_t>& processes) {
    std::uint64_t sum = 0;
    for (const pid_t pid : processes) {
        for (const auto& thread : std::filesystem::directory_iterator(procOf(pid) / "task")) {
            sum += numberAfter(thread.path() / "status", "voluntary_ctxt_switches:");
        }
    }
    return sum;
}

}  // namespace ukey::bench
