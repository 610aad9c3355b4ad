#include "daemon/work/on_worker.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace ukey::work {
namespace {

class Work : public testing::Test {
  protected:
    template <class Task>
    void spawn(Task task) {
        boost::asio::co_spawn(context_, std::move(task), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
    }

    boost::asio::io_context context_;
    Worker worker_;
};

TEST_F(Work, job_runsOnAnotherThreadAndItsResultComesBackToThisOne) {
    std::thread::id there;
    std::thread::id after;
    int result = 0;
    spawn([&]() -> boost::asio::awaitable<void> {
        result = co_await worker_.run([&] {
            there = std::this_thread::get_id();
            return 7;
        });
        after = std::this_thread::get_id();
    });
    context_.run();
    EXPECT_EQ(result, 7);
    EXPECT_NE(there, std::this_thread::get_id());
    EXPECT_EQ(after, std::this_thread::get_id());
}

TEST_F(Work, whatAJobThrows_isThrownHere) {
    spawn([&]() -> boost::asio::awaitable<void> {
        co_await worker_.run([] { throw std::logic_error("no"); });
    });
    EXPECT_THROW(context_.run(), std::logic_error);
}

TEST_F(Work, jobs_runInTheirOrderWhileTheLoopGoesOn) {
    std::promise<void> begin;
    std::vector<int> order;
    spawn([&]() -> boost::asio::awaitable<void> {
        co_await worker_.run([&] {
            begin.get_future().wait();
            order.push_back(1);
        });
    });
    spawn([&]() -> boost::asio::awaitable<void> { co_await worker_.run([&] { order.push_back(2); }); });
    boost::asio::post(context_, [&] { begin.set_value(); });  // Only a loop that goes on comes to this.
    context_.run();
    EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_F(Work, callerThatIsCancelled_waitsForTheEndOfItsJob) {
    std::promise<void> begin;
    bool done = false;
    bool ended = false;
    boost::asio::cancellation_signal signal;
    boost::asio::co_spawn(
        context_, worker_.run([&] {
            begin.get_future().wait();
            done = true;
        }),
        boost::asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr&) { ended = done; }));
    boost::asio::post(context_, [&] {
        signal.emit(boost::asio::cancellation_type::terminal);
        begin.set_value();
    });
    context_.run();
    EXPECT_TRUE(ended);
}

TEST_F(Work, endOfTheWorker_comesAfterItsJobs) {
    bool done = false;
    {
        Worker worker;
        spawn([&]() -> boost::asio::awaitable<void> { co_await worker.run([&] { done = true; }); });
        context_.poll();
    }
    EXPECT_TRUE(done);
}

TEST_F(Work, drained_hasDoneItsJobsAndTheirCallersGoOnAtOnce) {
    bool done = false;
    spawn([&]() -> boost::asio::awaitable<void> {
        co_await worker_.run([] {});
        done = true;
    });
    worker_.drain();  // Of nothing.
    context_.poll();
    worker_.drain();
    context_.poll();
    EXPECT_TRUE(done);
}

TEST_F(Work, thingOnAWorker_isTouchedByOneOtherThreadAlone) {
    OnWorker<std::set<std::thread::id>> thing(worker_);
    std::set<std::thread::id> touchedBy;
    spawn([&]() -> boost::asio::awaitable<void> {
        auto touch = [](auto& ids) {
            ids.insert(std::this_thread::get_id());
            return ids;
        };
        co_await thing.run(touch);
        touchedBy = co_await thing.run(touch);
    });
    context_.run();
    EXPECT_EQ(touchedBy.size(), 1U);
    EXPECT_FALSE(touchedBy.contains(std::this_thread::get_id()));
}

}  // namespace
}  // namespace ukey::work
