#include "daemon/enrolment/desk_access.hpp"

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <utility>

namespace ukey::enrolment {

using boost::asio::awaitable;

awaitable<std::optional<Record>> DeskAccess::find(std::string id) {
    auto look = [&](Desk& desk) { return desk.find(id); };
    co_return co_await desk_.run(look);
}

awaitable<std::vector<Record>> DeskAccess::all() {
    auto look = [](Desk& desk) { return desk.all(); };
    co_return co_await desk_.run(look);
}

awaitable<TokenView> DeskAccess::viewOf(token::Identity token) {
    auto look = [&](Desk& desk) { return desk.viewOf(token); };
    co_return co_await desk_.run(look);
}

awaitable<void> DeskAccess::alone(token::Identity token, std::function<awaitable<void>()> work) {
    std::optional<WorkLock> lock;
    auto take = [&](Desk& desk) { lock.emplace(desk.lock(token)); };
    co_await desk_.run(take);
    std::exception_ptr failure;
    try {
        auto working = work();
        co_await std::move(working);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    auto letGo = [&](Desk&) { lock.reset(); };
    co_await desk_.run(letGo);
    co_await boost::asio::this_coro::throw_if_cancelled(true);
    if (failure) std::rethrow_exception(failure);
}

awaitable<void> DeskAccess::run(std::function<void(Journal&)> work) {
    auto withJournal = [&](Desk& desk) { work(desk.journal()); };
    co_await desk_.run(withJournal);
}

}  // namespace ukey::enrolment
