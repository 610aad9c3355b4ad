// Looks for a text in the memory of another process. Root reads any.
#pragma once

#include <gtest/gtest.h>
#include <sys/uio.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace ukey::test {

/// Whether the memory of a process holds the text.
inline bool memoryHolds(int pid, const std::string& text) {
    std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
    std::size_t readable = 0;
    for (std::string line; std::getline(maps, line);) {
        unsigned long long begin = 0;
        unsigned long long end = 0;
        char mode = 0;
        if (std::sscanf(line.c_str(), "%llx-%llx %c", &begin, &end, &mode) != 3 || mode != 'r') continue;
        if (end - begin > (1ULL << 28)) continue;
        std::string content(end - begin, '\0');
        iovec local{content.data(), content.size()};
        iovec remote{reinterpret_cast<void*>(begin), content.size()};
        const ssize_t got = ::process_vm_readv(pid, &local, 1, &remote, 1, 0);
        if (got <= 0) continue;
        readable += static_cast<std::size_t>(got);
        content.resize(static_cast<std::size_t>(got));
        if (content.find(text) != std::string::npos) return true;
    }
    EXPECT_GT(readable, 0U) << "nothing could be read";
    return false;
}

/// Processes that it started and that are still there.
inline std::vector<int> childrenOf(int pid) {
    const std::string id = std::to_string(pid);
    std::ifstream in("/proc/" + id + "/task/" + id + "/children");
    std::vector<int> children;
    for (int child = 0; in >> child;) children.push_back(child);
    return children;
}

}  // namespace ukey::test
