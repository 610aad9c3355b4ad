#include "sandbox/http/rfc3339.hpp"

#include <array>
#include <ctime>

namespace ukey::http {

std::string toRfc3339(std::chrono::system_clock::time_point time) {
    const std::time_t value = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&value, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace ukey::http
