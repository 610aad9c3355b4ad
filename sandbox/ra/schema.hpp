// The registration authority's tables.
#pragma once

#include <chrono>
#include <functional>

#include "tokenlib/sqlite/database.hpp"

namespace ukey::ra {

using Time = std::chrono::system_clock::time_point;
using Clock = std::function<Time()>;

/// Makes what is missing.
void createTables(sqlite::Database& database);

inline std::int64_t toSeconds(Time time) { return std::chrono::system_clock::to_time_t(time); }
inline Time fromSeconds(std::int64_t seconds) { return std::chrono::system_clock::from_time_t(seconds); }

}  // namespace ukey::ra
