#include "tokenlib/base/platform/idle_memory.hpp"

#include <malloc.h>
#include <sys/mman.h>

#include <charconv>
#include <cstdint>
#include <exception>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace ukey::platform {
namespace {

struct Mapping {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
};

std::optional<std::uintptr_t> hexadecimal(std::string_view text) {
    std::uintptr_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
    return value;
}

/// A line that opens a mapping of /proc/self/smaps: code that was mapped from a file.
std::optional<Mapping> codeIn(const std::string& line) {
    const auto dash = line.find('-');
    const auto space = line.find(' ');
    if (dash == std::string::npos || space == std::string::npos || dash > space) return std::nullopt;
    const std::string_view text(line);
    if (text.substr(space + 1, 4) != "r-xp" || text.find(" /") == std::string_view::npos) return std::nullopt;
    const auto begin = hexadecimal(text.substr(0, dash));
    const auto end = hexadecimal(text.substr(dash + 1, space - dash - 1));
    if (!begin || !end || *begin >= *end) return std::nullopt;
    return Mapping{*begin, *end};
}

void releaseCode() {
    std::ifstream smaps("/proc/self/smaps");
    std::optional<Mapping> code;
    std::string line;
    while (std::getline(smaps, line)) {
        if (line.find('-') < line.find(' ')) {
            code = codeIn(line);
        } else if (code && line.starts_with("Anonymous:")) {
            // A vendor's library may have unpacked itself here, or be relocated: that is in no file.
            const bool isAsInTheFile = line.find(" 0 kB") != std::string::npos;
            if (isAsInTheFile)
                (void)::madvise(reinterpret_cast<void*>(code->begin), code->end - code->begin, MADV_DONTNEED);
            code.reset();
        }
    }
}

}  // namespace

void releaseIdleMemory() noexcept {
    try {
        releaseCode();
    } catch (const std::exception&) {
        // Without the list nothing is given back, which is no harm.
    }
    (void)::malloc_trim(0);
}

}  // namespace ukey::platform
