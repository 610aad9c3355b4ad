#include "sandbox/trading/parcels.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "sandbox/http/rfc3339.hpp"

namespace ukey::trading {
namespace {

using namespace std::chrono_literals;
constexpr auto kDay = 24h;

struct Bilingual {
    const char* zh;
    const char* en;
};

struct Seed {
    const char* number;
    Bilingual location;
    std::int64_t area;
    Bilingual use;
    std::int64_t startPrice;
    std::int64_t deposit;
    int opensInDays;
    int closesInDays;
};

constexpr Bilingual kHousing{"城镇住宅用地（70年）", "Urban housing (70 years)"};
constexpr Bilingual kCommerce{"商业商务用地（40年）", "Commerce and business (40 years)"};
constexpr Bilingual kIndustry{"工业用地（50年）", "Industry (50 years)"};

// Made up, in the manner of the real ones.
constexpr std::array<Seed, 9> kSeeds{{
    {"沙盒政储出〔2026〕1号",
     {"杭州市萧山区北干单元 BG0403-R21-17 地块，东至金惠路，南至规划支路，西至河道绿化，北至金鸡路",
      "Hangzhou, Xiaoshan District, Beigan unit, lot BG0403-R21-17, between Jinhui Road and Jinji Road"},
     43862,
     kHousing,
     1368500000,
     273700000,
     -9,
     3},
    {"沙盒政储出〔2026〕2号",
     {"杭州市余杭区未来科技城 YH-15-B 地块，东至良睦路，南至创景路",
      "Hangzhou, Yuhang District, Future Sci-Tech City, lot YH-15-B, at Liangmu Road and Chuangjing Road"},
     21340,
     kCommerce,
     412600000,
     82520000,
     -6,
     6},
    {"沙盒土挂〔2026〕工业7号",
     {"宁波市北仑区柴桥街道临港片区 LG-03-1 地块",
      "Ningbo, Beilun District, Chaiqiao harbour area, lot LG-03-1"},
     66705,
     kIndustry,
     48030000,
     9610000,
     -4,
     8},
    {"沙盒土挂〔2026〕12号",
     {"宁波市鄞州区东部新城核心区 A5-14 地块", "Ningbo, Yinzhou District, Eastern New Town core, lot A5-14"},
     18277,
     kCommerce,
     365540000,
     73110000,
     -2,
     11},
    {"沙盒自然资告〔2026〕3号",
     {"温州市鹿城区滨江商务区桃花岛 T04-21 地块",
      "Wenzhou, Lucheng District, Riverside business area, lot T04-21"},
     52918,
     kHousing,
     1124800000,
     224960000,
     -1,
     14},
    {"沙盒自然资告〔2026〕5号",
     {"嘉兴市南湖区高铁新城 NH-2026-08 地块",
      "Jiaxing, Nanhu District, High-speed Rail New Town, lot NH-2026-08"},
     38450,
     kHousing,
     403730000,
     80750000,
     2,
     18},
    {"沙盒土让〔2026〕工业21号",
     {"绍兴市柯桥区钱清街道纺织产业园 QQ-17 地块",
      "Shaoxing, Keqiao District, Qianqing textile park, lot QQ-17"},
     80004,
     kIndustry,
     57600000,
     11520000,
     4,
     21},
    {"沙盒土让〔2026〕9号",
     {"金华市义乌市福田街道国际商贸区 FT-06 地块",
      "Jinhua, Yiwu, Futian, International Trade area, lot FT-06"},
     15632,
     kCommerce,
     218850000,
     43770000,
     7,
     25},
    {"沙盒储出〔2026〕4号",
     {"台州市椒江区心海片区 XH-11-02 地块", "Taizhou, Jiaojiang District, Xinhai area, lot XH-11-02"},
     61290,
     kHousing,
     772260000,
     154460000,
     10,
     30},
}};

std::int64_t seconds(Parcels::Time time) { return std::chrono::system_clock::to_time_t(time); }

const char* statusOf(std::int64_t opens, std::int64_t closes, std::int64_t now) {
    if (now < opens) return "announced";
    return now < closes ? "listing" : "closed";
}

const std::string kSelect =
    "SELECT id, number, location_zh, location_en, area, use_zh, use_en, start_price, deposit, opens, closes "
    "FROM parcel ";

Parcel read(sqlite::Statement& row, Parcels::Time now) {
    Parcel parcel;
    parcel.id = row.number(0);
    parcel.number = row.text(1);
    parcel.locationZh = row.text(2);
    parcel.locationEn = row.text(3);
    parcel.area = row.number(4);
    parcel.useZh = row.text(5);
    parcel.useEn = row.text(6);
    parcel.startPriceYuan = row.number(7);
    parcel.depositYuan = row.number(8);
    parcel.opens = std::chrono::system_clock::from_time_t(row.number(9));
    parcel.closes = std::chrono::system_clock::from_time_t(row.number(10));
    parcel.status = statusOf(row.number(9), row.number(10), seconds(now));
    return parcel;
}

}  // namespace

Parcels::Parcels(sqlite::Database& database, Time now) : database_(database) {
    database_.execute(
        "CREATE TABLE IF NOT EXISTS parcel (id INTEGER PRIMARY KEY, number TEXT NOT NULL, location_zh TEXT "
        "NOT NULL, "
        "location_en TEXT NOT NULL, area INTEGER NOT NULL, use_zh TEXT NOT NULL, use_en TEXT NOT NULL, "
        "start_price INTEGER NOT NULL, deposit INTEGER NOT NULL, opens INTEGER NOT NULL, closes INTEGER NOT "
        "NULL)");
    sqlite::Transaction transaction(database_);
    bool open = false;
    {
        auto row = database_.query("SELECT count(*) FROM parcel WHERE closes > ?", seconds(now));
        open = row.step() && row.number(0) > 0;
    }
    if (!open) seed(now);
    transaction.commit();
}

void Parcels::seed(Time now) {
    database_.execute("DELETE FROM parcel");
    for (const auto& parcel : kSeeds) {
        database_.run(
            "INSERT INTO parcel (number, location_zh, location_en, area, use_zh, use_en, start_price, "
            "deposit, "
            "opens, closes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            parcel.number, parcel.location.zh, parcel.location.en, parcel.area, parcel.use.zh, parcel.use.en,
            parcel.startPrice, parcel.deposit, seconds(now + parcel.opensInDays * kDay),
            seconds(now + parcel.closesInDays * kDay));
    }
}

std::vector<Parcel> Parcels::list(Time now) {
    auto rows = database_.query(kSelect + "ORDER BY closes");
    std::vector<Parcel> parcels;
    while (rows.step()) parcels.push_back(read(rows, now));
    return parcels;
}

std::optional<Parcel> Parcels::find(std::int64_t id, Time now) {
    auto row = database_.query(kSelect + "WHERE id = ?", id);
    if (!row.step()) return std::nullopt;
    return read(row, now);
}

void Parcels::close(std::int64_t id, Time now) {
    database_.run("UPDATE parcel SET closes = ? WHERE id = ? AND closes > ?", seconds(now), id, seconds(now));
}

std::string Parcel::key() const { return number + "@" + std::to_string(seconds(opens)); }

nlohmann::json toJson(const Parcel& parcel) {
    return {{"id", parcel.id},
            {"number", parcel.number},
            {"location", {{"zh-CN", parcel.locationZh}, {"en", parcel.locationEn}}},
            {"areaSquareMetres", parcel.area},
            {"use", {{"zh-CN", parcel.useZh}, {"en", parcel.useEn}}},
            {"startPriceYuan", parcel.startPriceYuan},
            {"depositYuan", parcel.depositYuan},
            {"opens", http::toRfc3339(parcel.opens)},
            {"deadline", http::toRfc3339(parcel.closes)},
            {"status", parcel.status}};
}

}  // namespace ukey::trading
