#include "daemon/audit/recorder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/audit/audit_log.hpp"
#include "daemon/session/token_bucket.hpp"
#include "daemon/work/on_worker.hpp"
#include "tokenlib/async/deadline.hpp"
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

/// The log with what could not be written into it yet. Of the worker.
class Backlog {
  public:
    Backlog(std::filesystem::path folder, ByteView installSecret)
        : folder_(std::move(folder)), secret_(installSecret.begin(), installSecret.end()) {}

    /// What cannot be written now waits for the next that comes.
    void write(std::vector<Entry> entries) {
        std::move(entries.begin(), entries.end(), std::back_inserter(unwritten_));
        try {
            if (!log_) log_.emplace(folder_, secret_);
            for (const Row& row : log_->write(unwritten_)) {
                // The journal is a witness that whoever changes the file would have to change too.
                spdlog::info("audit {} {} {} {} {}", row.number, inQuotes(row.entry.origin),
                             inQuotes(row.entry.operation), inQuotes(row.entry.outcome),
                             toHex(ByteView(row.hash).first(kShownOfHash)));
            }
        } catch (const std::exception& error) {
            spdlog::error("the audit log cannot be written: {}", error.what());
            if (unwritten_.size() <= kMostKept) return;
            spdlog::error("{} rows of the audit log are lost", unwritten_.size());
        }
        unwritten_.clear();
    }

  private:
    std::filesystem::path folder_;
    Bytes secret_;
    std::optional<AuditLog> log_;
    std::vector<Entry> unwritten_;
};

}  // namespace

class Recorder::Writer : public std::enable_shared_from_this<Writer> {
  public:
    Writer(const boost::asio::any_io_executor& executor, work::Worker& disk, std::filesystem::path folder,
           ByteView installSecret)
        : executor_(executor),
          isKept_(!folder.empty()),
          backlog_(disk, std::move(folder), installSecret),
          gathering_(executor, [this] { writeIfAny(); }) {}

    /// When the worker has ended.
    void finish() {
        isWriting_ = true;  // Nobody is asked any more.
        for (auto& [origin, refusals] : refusals_) addOmitted(origin, refusals);
        if (!waiting_.empty()) backlog_.afterLastJob().write(std::exchange(waiting_, {}));
    }

    void record(Entry entry, Standing standing) {
        if (!isKept_) return;
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
        waiting_.push_back(std::move(entry));
        if (!gathering_.at() || waiting_.size() >= kMostGathered) writeIfAny();
    }

    void writeIfAny() {
        if (waiting_.empty() || isWriting_) return;
        isWriting_ = true;
        gathering_.clear();
        boost::asio::co_spawn(executor_, write(weak_from_this()), boost::asio::detached);
    }

    /// The rows stay with the writer until the worker has them, so that none is lost where this never runs.
    static boost::asio::awaitable<void> write(std::weak_ptr<Writer> weak) {
        auto writing = take(weak);
        if (!writing) co_return;
        co_await *std::move(writing);
        if (const auto self = weak.lock()) self->written();
    }

    static std::optional<boost::asio::awaitable<void>> take(const std::weak_ptr<Writer>& weak) {
        const auto self = weak.lock();
        if (!self) return std::nullopt;
        return self->backlog_.run([entries = std::exchange(self->waiting_, {})](Backlog& log) mutable {
            log.write(std::move(entries));
        });
    }

    void written() {
        isWriting_ = false;
        if (waiting_.size() >= kMostGathered) return writeIfAny();
        gathering_.set(kGathering);
    }

    boost::asio::any_io_executor executor_;
    bool isKept_;
    work::OnWorker<Backlog> backlog_;
    std::map<std::string, Refusals> refusals_;  ///< By origin; all strangers are under "".
    std::vector<Entry> waiting_;
    bool isWriting_ = false;
    Deadline gathering_;  ///< Until then what comes is gathered.
};

Recorder::Recorder(const boost::asio::any_io_executor& executor, work::Worker& disk,
                   std::filesystem::path folder, ByteView installSecret)
    : writer_(std::make_shared<Writer>(executor, disk, std::move(folder), installSecret)) {}
Recorder::~Recorder() { writer_->finish(); }

void Recorder::record(Entry entry, Standing standing) { writer_->record(std::move(entry), standing); }

}  // namespace ukey::audit
