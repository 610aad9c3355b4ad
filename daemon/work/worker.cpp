#include "daemon/work/worker.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>

namespace ukey::work {

namespace asio = boost::asio;

struct Worker::Threads {
    asio::thread_pool pool{1};
};

Worker::Worker() = default;
Worker::~Worker() {
    if (threads_) threads_->pool.join();
}

void Worker::drain() {
    if (!threads_) return;
    std::promise<void> reached;
    asio::post(threads_->pool, [&] { reached.set_value(); });
    reached.get_future().wait();
}

asio::awaitable<void> Worker::done(std::shared_ptr<Job> job) {
    if (!threads_) threads_ = std::make_unique<Threads>();
    const auto caller = co_await asio::this_coro::executor;
    const auto start = [&](auto handler) {
        asio::post(threads_->pool, [job = std::move(job), caller = asio::make_work_guard(caller),
                                    handler = std::move(handler)]() mutable {
            job->run();
            job.reset();  // What it holds belongs to the caller's thread again.
            asio::post(caller.get_executor(), std::move(handler));
        });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(start, asio::use_awaitable);
}

}  // namespace ukey::work
