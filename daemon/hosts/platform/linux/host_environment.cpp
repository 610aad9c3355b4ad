#include "daemon/hosts/platform/host_environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace ukey::hosts {
namespace {

// Vendors' libraries read variables of their own, so what is dropped is listed, not what is passed.
constexpr std::array<std::string_view, 7> kDropped{"PATH",    "IFS",     "GLIBC_TUNABLES", "GCONV_PATH",
                                                   "NLSPATH", "LOCPATH", "OLDPWD"};
constexpr std::array<std::string_view, 4> kDroppedPrefixes{"LD_", "MALLOC_", "PYTHON", "BASH_"};

bool isDropped(std::string_view name) {
    return std::find(kDropped.begin(), kDropped.end(), name) != kDropped.end() ||
           std::any_of(kDroppedPrefixes.begin(), kDroppedPrefixes.end(),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace

std::vector<std::string> hostEnvironment() {
    std::vector<std::string> passed{"PATH=/usr/local/bin:/usr/bin:/bin"};
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        if (!isDropped(text.substr(0, text.find('=')))) passed.emplace_back(text);
    }
    return passed;
}

}  // namespace ukey::hosts
