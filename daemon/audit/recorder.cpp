#include "daemon/audit/recorder.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/audit/audit_log.hpp"
#include "daemon/session/token_bucket.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::audit {
namespace {

constexpr std::size_t kLongestField = 300;
constexpr std::uint32_t kRefusalsASecond = 20;
constexpr std::uint32_t kRefusalsAtOnce = 500;
constexpr std::size_t kShownOfHash = 8;
/// After a write the rows of this time are gathered for the next: a page that signs one thing after the other
/// would have the writer woken, and a transaction made, for each.
constexpr std::chrono::milliseconds kGathering{20};
constexpr std::size_t kMostGathered = 64;

}  // namespace

class Recorder::Writer {
  public:
    explicit Writer(std::filesystem::path folder) : folder_(std::move(folder)) {}
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() { addOmitted(); }  // Then the thread is told to end, and does when nothing waits any more.

    void record(Entry entry) {
        if (folder_.empty()) return;
        if (entry.outcome != kFine && !refusals_.take(session::TokenBucket::Clock::now())) {
            ++omitted_;
            return;
        }
        for (std::string* field : {&entry.origin, &entry.operation, &entry.token, &entry.certificate,
                                   &entry.digest, &entry.outcome})
            *field = printable(*field, kLongestField);
        addOmitted();
        hand(std::move(entry));
    }

  private:
    void addOmitted() {
        if (omitted_ == 0) return;
        Entry entry;
        entry.operation = kOmitted;
        entry.outcome = std::to_string(std::exchange(omitted_, 0));
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
        std::unique_lock lock(mutex_);
        while (ready_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
            std::vector<Entry> entries = std::exchange(waiting_, {});
            lock.unlock();
            write(log, std::move(entries));
            lock.lock();
            isGathering_ = true;
            ready_.wait_for(lock, stop, kGathering, [this] { return waiting_.size() >= kMostGathered; });
            isGathering_ = false;
        }
    }

    void write(std::optional<AuditLog>& log, std::vector<Entry> entries) const {
        try {
            if (!log) log.emplace(folder_);
            for (const Row& row : log->write(std::move(entries))) {
                // The journal is a witness that whoever changes the file would have to change too.
                spdlog::info("audit {} {} {} {} {}", row.number, row.entry.origin, row.entry.operation,
                             row.entry.outcome, toHex(ByteView(row.hash).first(kShownOfHash)));
            }
        } catch (const std::exception& error) {
            spdlog::error("the audit log cannot be written: {}", error.what());
        }
    }

    std::filesystem::path folder_;
    session::TokenBucket refusals_{kRefusalsASecond, kRefusalsAtOnce, session::TokenBucket::Clock::now()};
    std::uint64_t omitted_ = 0;

    std::mutex mutex_;
    std::condition_variable_any ready_;
    std::vector<Entry> waiting_;
    bool isGathering_ = false;  ///< The writer looks by itself in a moment.
    std::jthread thread_;       // Last: it uses all of the above.
};

Recorder::Recorder(std::filesystem::path folder) : writer_(std::make_unique<Writer>(std::move(folder))) {}
Recorder::~Recorder() = default;

void Recorder::record(Entry entry) { writer_->record(std::move(entry)); }

}  // namespace ukey::audit
