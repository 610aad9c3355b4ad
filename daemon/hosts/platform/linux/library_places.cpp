#include "daemon/hosts/platform/library_places.hpp"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>

#include "daemon/hosts/platform/linux/loader_cache.hpp"

namespace ukey::platform {
namespace {

constexpr const char* kCache = "/etc/ld.so.cache";
constexpr std::string_view kMagic = "glibc-ld.so.cache1.1";
constexpr std::size_t kHead = 48;
constexpr std::size_t kEntry = 24;
// The processor, in an entry's flags.
constexpr std::uint32_t kProcessorMask = 0xff00;
#if defined(__x86_64__)
constexpr std::uint32_t kProcessor = 0x0300;
#elif defined(__aarch64__)
constexpr std::uint32_t kProcessor = 0x0a00;
#else
constexpr std::uint32_t kProcessor = 0x0000;
#endif

std::uint32_t numberAt(std::string_view octets, std::size_t at) {
    std::uint32_t number = 0;
    std::memcpy(&number, octets.data() + at, sizeof number);
    return number;
}

/// Empty when it does not lie inside.
std::string_view textAt(std::string_view octets, std::size_t at) {
    if (at >= octets.size()) return {};
    const std::string_view rest = octets.substr(at);
    const auto end = rest.find('\0');
    return end == std::string_view::npos ? std::string_view() : rest.substr(0, end);
}

}  // namespace

std::vector<std::filesystem::path> libraryFolders() {
#if defined(__x86_64__)
    const char* const multiarch = "x86_64-linux-gnu";
#elif defined(__aarch64__)
    const char* const multiarch = "aarch64-linux-gnu";
#else
    const char* const multiarch = ".";
#endif
    std::vector<std::filesystem::path> folders;
    for (const char* folder : {"/usr/local/lib", "/usr/lib", "/lib"}) {
        folders.push_back(std::filesystem::path(folder) / multiarch);
        folders.emplace_back(folder);
    }
    for (const char* folder : {"/usr/lib64", "/usr/local/lib64", "/lib64", "/opt"})
        folders.emplace_back(folder);
    return folders;
}

std::optional<std::string> pathInLoaderCache(std::string_view cache, std::string_view name) {
    // An old cache may stand in front of it.
    const auto start = cache.find(kMagic);
    if (start == std::string_view::npos) return std::nullopt;
    cache.remove_prefix(start);
    if (cache.size() < kHead) return std::nullopt;
    const std::size_t count = numberAt(cache, kMagic.size());
    if (count > (cache.size() - kHead) / kEntry) return std::nullopt;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = kHead + i * kEntry;
        if ((numberAt(cache, at) & kProcessorMask) != kProcessor) continue;
        if (textAt(cache, numberAt(cache, at + 4)) != name) continue;
        const std::string_view path = textAt(cache, numberAt(cache, at + 8));
        if (path.starts_with('/')) return std::string(path);
    }
    return std::nullopt;
}

std::optional<std::filesystem::path> libraryOfLoader(std::string_view name) {
    std::ifstream file(kCache, std::ios::binary);
    const std::string cache{std::istreambuf_iterator<char>(file), {}};
    const auto path = pathInLoaderCache(cache, name);
    return path ? std::optional<std::filesystem::path>(*path) : std::nullopt;
}

}  // namespace ukey::platform
