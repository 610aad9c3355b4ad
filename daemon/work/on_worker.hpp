// A thing that one worker's thread alone touches.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <type_traits>
#include <utility>

#include "daemon/work/worker.hpp"

namespace ukey::work {

/// Made and destroyed by the thread that owns it, before the worker's first job and after its last.
template <class T>
class OnWorker {
  public:
    template <class... Arguments>
    explicit OnWorker(Worker& worker, Arguments&&... arguments)
        : worker_(worker), value_(std::forward<Arguments>(arguments)...) {}
    OnWorker(const OnWorker&) = delete;
    OnWorker& operator=(const OnWorker&) = delete;

    /// Runs `work` with it, as Worker::run does.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&, T&>> run(Work work) {
        auto job = [this, &work] { return work(value_); };
        auto running = worker_.run(std::move(job));
        co_return co_await std::move(running);
    }

    /// For the thread that owns it.
    T& afterLastJob() noexcept { return value_; }

  private:
    Worker& worker_;
    T value_;
};

}  // namespace ukey::work
