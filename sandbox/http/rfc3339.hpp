// Times in JSON.
#pragma once

#include <chrono>
#include <string>

namespace ukey::http {

/// RFC 3339, UTC, to the second.
std::string toRfc3339(std::chrono::system_clock::time_point time);

}  // namespace ukey::http
