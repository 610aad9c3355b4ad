#include "daemon/audit/recorder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/audit/audit_log.hpp"
#include "daemon/session/token_bucket.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::audit {
namespace {

constexpr std::size_t kLongestField = 300;
constexpr double kRefusalsASecond = 0.1;
constexpr double kRefusalsAtOnce = 500;
constexpr double kStrangersRefusalsASecond = 1.0 / 120;
constexpr double kStrangersRefusalsAtOnce = 100;
constexpr std::size_t kShownOfHash = 8;
/// After a write the rows of this time are gathered for the next: a page that signs one thing after the other
/// would have the writer woken, and a transaction made, for each.
constexpr std::chrono::milliseconds kGathering{20};
constexpr std::size_t kMostGathered = 64;
/// Rows that wait for a file that cannot be written.
constexpr std::size_t kMostKept = 10'000;

/// Others' text cannot look like a field, or like a line, of its own.
std::string inQuotes(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

class Recorder::Writer {
  public:
    Writer(std::filesystem::path folder, ByteView installSecret)
        : folder_(std::move(folder)), secret_(installSecret.begin(), installSecret.end()) {}
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() {
        for (auto& [origin, refusals] : refusals_) addOmitted(origin, refusals);
        // Then the thread is told to end, and does when nothing waits any more.
    }

    void record(Entry entry, Standing standing) {
        if (folder_.empty()) return;
        // Who was granted nothing may come under as many names as it likes.
        const std::string origin = standing == Standing::stranger ? "" : entry.origin;
        if (isRefusal(entry.outcome)) {
            const auto now = session::TokenBucket::Clock::now();
            forgetQuiet(now);
            Refusals& refusals = refusals_.try_emplace(origin, standing, now).first->second;
            if (!refusals.room.take(now)) {
                ++refusals.omitted;
                return;
            }
        }
        for (std::string* field : {&entry.origin, &entry.operation, &entry.token, &entry.certificate,
                                   &entry.digest, &entry.outcome})
            *field = printable(*field, kLongestField);
        const auto refusals = refusals_.find(origin);
        if (refusals != refusals_.end()) addOmitted(refusals->first, refusals->second);
        hand(std::move(entry));
    }

  private:
    /// What one origin was refused lately: a flood of one hides nothing of another's.
    struct Refusals {
        Refusals(Standing standing, session::TokenBucket::Clock::time_point now)
            : room(standing == Standing::stranger
                       ? session::TokenBucket(kStrangersRefusalsASecond, kStrangersRefusalsAtOnce, now)
                       : session::TokenBucket(kRefusalsASecond, kRefusalsAtOnce, now)) {}
        session::TokenBucket room;
        std::uint64_t omitted = 0;
    };

    /// Not of those that the token or its user had a part in: they are as slow as these, and what matters
    /// most.
    static bool isRefusal(std::string_view outcome) {
        static const std::array kNeverOmitted{kFine,
                                              toString(ErrorCode::pinIncorrect),
                                              toString(ErrorCode::pinLocked),
                                              toString(ErrorCode::tokenRemoved),
                                              toString(ErrorCode::driverTimeout),
                                              toString(ErrorCode::driverCrashed),
                                              toString(ErrorCode::driverError)};
        return std::find(kNeverOmitted.begin(), kNeverOmitted.end(), outcome) == kNeverOmitted.end();
    }

    void forgetQuiet(session::TokenBucket::Clock::time_point now) {
        for (auto entry = refusals_.begin(); entry != refusals_.end();) {
            const bool quiet = entry->second.room.isFull(now);
            if (quiet) addOmitted(entry->first, entry->second);
            entry = quiet ? refusals_.erase(entry) : std::next(entry);
        }
    }

    void addOmitted(const std::string& origin, Refusals& refusals) {
        if (refusals.omitted == 0) return;
        Entry entry;
        entry.origin = printable(origin, kLongestField);
        entry.operation = kOmitted;
        entry.outcome = std::to_string(std::exchange(refusals.omitted, 0));
        hand(std::move(entry));
    }

    void hand(Entry entry) {
        bool isDue = false;
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(entry));
            isDue = !isGathering_ || waiting_.size() == kMostGathered;
        }
        if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
        if (isDue) ready_.notify_one();
    }

    void run(const std::stop_token& stop) {
        std::optional<AuditLog> log;
        std::vector<Entry> entries;
        std::unique_lock lock(mutex_);
        while (ready_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
            std::move(waiting_.begin(), waiting_.end(), std::back_inserter(entries));
            waiting_.clear();
            lock.unlock();
            write(log, entries);
            lock.lock();
            isGathering_ = true;
            ready_.wait_for(lock, stop, kGathering, [this] { return waiting_.size() >= kMostGathered; });
            isGathering_ = false;
        }
    }

    /// What cannot be written now waits for the next that comes.
    void write(std::optional<AuditLog>& log, std::vector<Entry>& entries) const {
        try {
            if (!log) log.emplace(folder_, secret_);
            for (const Row& row : log->write(entries)) {
                // The journal is a witness that whoever changes the file would have to change too.
                spdlog::info("audit {} {} {} {} {}", row.number, inQuotes(row.entry.origin),
                             inQuotes(row.entry.operation), inQuotes(row.entry.outcome),
                             toHex(ByteView(row.hash).first(kShownOfHash)));
            }
        } catch (const std::exception& error) {
            spdlog::error("the audit log cannot be written: {}", error.what());
            if (entries.size() <= kMostKept) return;
            spdlog::error("{} rows of the audit log are lost", entries.size());
        }
        entries.clear();
    }

    std::filesystem::path folder_;
    Bytes secret_;
    std::map<std::string, Refusals> refusals_;  ///< By origin; all strangers are under "".

    std::mutex mutex_;
    std::condition_variable_any ready_;
    std::vector<Entry> waiting_;
    bool isGathering_ = false;  ///< The writer looks by itself in a moment.
    std::jthread thread_;       // Last: it uses all of the above.
};

Recorder::Recorder(std::filesystem::path folder, ByteView installSecret)
    : writer_(std::make_unique<Writer>(std::move(folder), installSecret)) {}
Recorder::~Recorder() = default;

void Recorder::record(Entry entry, Standing standing) { writer_->record(std::move(entry), standing); }

}  // namespace ukey::audit
