// Land parcels that are for sale.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>

#include "tokenlib/sqlite/database.hpp"

namespace ukey::trading {

class Parcels {
  public:
    using Time = std::chrono::system_clock::time_point;

    /// Fills the table with made-up parcels when it is empty, or when all that are in it have closed.
    Parcels(sqlite::Database& database, Time now);

    /// The array of GET /api/parcels, the next deadline first. `status` is "announced" (registration has not
    /// begun), "listing" (bids are taken) or "closed".
    nlohmann::json list(Time now);

  private:
    void seed(Time now);

    sqlite::Database& database_;
};

}  // namespace ukey::trading
