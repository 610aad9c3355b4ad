// Land parcels that are for sale.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/sqlite/database.hpp"

namespace ukey::trading {

struct Parcel {
    std::int64_t id = 0;
    std::string number;  ///< Of the notice.
    std::string locationZh;
    std::string locationEn;
    std::int64_t area = 0;  ///< In square metres.
    std::string useZh;
    std::string useEn;
    std::int64_t startPriceYuan = 0;
    std::int64_t depositYuan = 0;
    std::chrono::system_clock::time_point opens;
    std::chrono::system_clock::time_point closes;
    /// "announced" (registration has not begun), "listing" (bids are taken) or "closed".
    std::string status;

    /// Tells this sale from a later one under the same number.
    std::string key() const;
};

nlohmann::json toJson(const Parcel& parcel);

class Parcels {
  public:
    using Time = std::chrono::system_clock::time_point;

    /// Fills the table with made-up parcels when it is empty, or when all that are in it have closed.
    Parcels(sqlite::Database& database, Time now);

    /// The next deadline first.
    std::vector<Parcel> list(Time now);
    std::optional<Parcel> find(std::int64_t id, Time now);
    /// Its deadline is now.
    void close(std::int64_t id, Time now);

  private:
    void seed(Time now);

    sqlite::Database& database_;
};

}  // namespace ukey::trading
