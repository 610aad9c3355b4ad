#include "daemon/ukeyd/platform/log_sink.hpp"

#include <windows.h>

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cstdio>
#include <fstream>
#include <mutex>
#include <string>

#include "tokenlib/base/platform/windows/event_log.hpp"

namespace ukey {
namespace {

constexpr std::uintmax_t kLargest = 2U << 20;

/// spdlog's own opens files by names in the machine's code page, and a user's folder may be named in Chinese.
class FileSink : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit FileSink(std::filesystem::path file)
        : file_(std::move(file)), out_(file_, std::ios::app | std::ios::binary) {
        std::error_code none;
        size_ = std::filesystem::file_size(file_, none);
        if (none) size_ = 0;
    }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (size_ + line.size() > kLargest) startAnew();
        out_.write(line.data(), static_cast<std::streamsize>(line.size()));
        size_ += line.size();
    }
    void flush_() override { out_.flush(); }

  private:
    /// The one before is kept, and no more.
    void startAnew() {
        out_.close();
        std::error_code ignored;
        std::filesystem::path before = file_;
        before += L".1";
        std::filesystem::rename(file_, before, ignored);
        out_.open(file_, std::ios::trunc | std::ios::binary);
        size_ = 0;
    }

    std::filesystem::path file_;
    std::ofstream out_;
    std::uintmax_t size_ = 0;
};

/// Errors alone: it is read by people who look after many computers.
class EventLogSink : public spdlog::sinks::base_sink<std::mutex> {
  public:
    EventLogSink() { set_level(spdlog::level::err); }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        platform::reportToEventLog("ukeyd: " + std::string(message.payload.data(), message.payload.size()));
    }
    void flush_() override {}
};

}  // namespace

std::vector<spdlog::sink_ptr> makeLogSinks(const std::filesystem::path& stateDir) {
    std::vector<spdlog::sink_ptr> sinks{std::make_shared<FileSink>(stateDir / L"ukeyd.log"),
                                        std::make_shared<EventLogSink>()};
    const HANDLE errors = ::GetStdHandle(STD_ERROR_HANDLE);
    if (errors != nullptr && errors != INVALID_HANDLE_VALUE)
        sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    return sinks;
}

// It has no console where anybody would read it.
void reportFailure(const std::string& what) {
    std::fprintf(stderr, "ukeyd: %s\n", what.c_str());
    platform::reportToEventLog("ukeyd: " + what);
}

}  // namespace ukey
