// A thread beside the network thread, for what would keep that one busy or let it wait for the disk.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace ukey::work {

/// Jobs run one after another, in the order in which they came. The thread begins with the first.
class Worker {
  public:
    Worker();
    /// Returns when all jobs are done. Who awaits one is not told any more once its executor has stopped.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Runs `work` on the thread, and goes on with its result, or what it threw, on the caller's executor.
    /// What `work` uses must live until then; a caller that is cancelled waits for the end all the same.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&>> run(Work work) {
        const auto job = std::make_shared<JobOf<Work>>(std::move(work));
        auto waiting = done(job);
        co_await std::move(waiting);
        co_return job->outcome();
    }

    /// Returns when the jobs that came so far are done, and those who await them will be told.
    void drain();

  private:
    class Job {
      public:
        virtual ~Job() = default;
        virtual void run() noexcept = 0;
    };

    template <class Work>
    class JobOf final : public Job {
      public:
        using Result = std::invoke_result_t<Work&>;
        explicit JobOf(Work work) : work_(std::move(work)) {}

        void run() noexcept override try {
            if constexpr (std::is_void_v<Result>) {
                work_();
            } else {
                result_.emplace(work_());
            }
        } catch (...) {
            failure_ = std::current_exception();
        }

        Result outcome() {
            if (failure_) std::rethrow_exception(failure_);
            if constexpr (!std::is_void_v<Result>) return std::move(*result_);
        }

      private:
        struct Nothing {};
        Work work_;
        std::optional<std::conditional_t<std::is_void_v<Result>, Nothing, Result>> result_;
        std::exception_ptr failure_;
    };

    boost::asio::awaitable<void> done(std::shared_ptr<Job> job);

    struct Threads;
    std::unique_ptr<Threads> threads_;
};

}  // namespace ukey::work
