#include "daemon/audit/recorder.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <optional>
#include <vector>

#include "daemon/audit/audit_log.hpp"
#include "daemon/session/token_bucket.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/text.hpp"

namespace ukey::audit {
namespace {

constexpr std::size_t kLongestField = 300;
constexpr std::uint32_t kRefusalsASecond = 20;
constexpr std::uint32_t kRefusalsAtOnce = 500;
constexpr std::size_t kShownOfHash = 8;

}  // namespace

class Recorder::Queue : public std::enable_shared_from_this<Queue> {
  public:
    Queue(boost::asio::any_io_executor executor, std::filesystem::path folder)
        : executor_(std::move(executor)), folder_(std::move(folder)) {}

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
        waiting_.push_back(std::move(entry));
        if (std::exchange(posted_, true)) return;
        boost::asio::post(executor_, [self = shared_from_this()] { self->write(); });
    }

    void finish() {
        addOmitted();
        write();
    }

  private:
    void addOmitted() {
        if (omitted_ == 0) return;
        Entry entry;
        entry.operation = kOmitted;
        entry.outcome = std::to_string(std::exchange(omitted_, 0));
        waiting_.push_back(std::move(entry));
    }

    void write() {
        posted_ = false;
        if (waiting_.empty()) return;
        try {
            if (!log_) log_.emplace(folder_);
            for (const Row& row : log_->write(std::exchange(waiting_, {}))) {
                // The journal is a witness that whoever changes the file would have to change too.
                spdlog::info("audit {} {} {} {} {}", row.number, row.entry.origin, row.entry.operation,
                             row.entry.outcome, toHex(ByteView(row.hash).first(kShownOfHash)));
            }
        } catch (const std::exception& error) {
            spdlog::error("the audit log cannot be written: {}", error.what());
        }
    }

    boost::asio::any_io_executor executor_;
    std::filesystem::path folder_;
    std::optional<AuditLog> log_;
    std::vector<Entry> waiting_;
    session::TokenBucket refusals_{kRefusalsASecond, kRefusalsAtOnce, session::TokenBucket::Clock::now()};
    std::uint64_t omitted_ = 0;
    bool posted_ = false;
};

Recorder::Recorder(boost::asio::any_io_executor executor, std::filesystem::path folder)
    : queue_(std::make_shared<Queue>(std::move(executor), std::move(folder))) {}
Recorder::~Recorder() { queue_->finish(); }

void Recorder::record(Entry entry) { queue_->record(std::move(entry)); }

}  // namespace ukey::audit
