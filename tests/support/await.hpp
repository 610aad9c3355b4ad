// Runs coroutines to their end from a test.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "tokenlib/base/error.hpp"

namespace ukey::test {

inline constexpr std::chrono::seconds kPatience{60};

/// Runs the context until `done`, which may also look at other processes' traces; throws after a minute.
inline void runUntil(boost::asio::io_context& context, const std::function<bool()>& done) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    const auto work = boost::asio::make_work_guard(context);
    context.restart();
    while (!done()) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("waited too long");
        (void)context.run_one_for(std::chrono::milliseconds(5));
    }
}

/// The outcome of a coroutine that was started and may still run.
template <class T>
struct Started {
    std::optional<T> value;
    std::exception_ptr error;
    bool done = false;
};

template <class T>
std::shared_ptr<Started<T>> start(boost::asio::io_context& context, boost::asio::awaitable<T> task) {
    auto started = std::make_shared<Started<T>>();
    boost::asio::co_spawn(context, std::move(task), [started](std::exception_ptr error, T value) {
        started->error = std::move(error);
        started->value = std::move(value);
        started->done = true;
    });
    return started;
}

/// The same for one without a value.
template <>
struct Started<void> {
    std::exception_ptr error;
    bool done = false;
};

inline std::shared_ptr<Started<void>> start(boost::asio::io_context& context,
                                            boost::asio::awaitable<void> task) {
    auto started = std::make_shared<Started<void>>();
    boost::asio::co_spawn(context, std::move(task), [started](std::exception_ptr error) {
        started->error = std::move(error);
        started->done = true;
    });
    return started;
}

template <class T>
T finish(boost::asio::io_context& context, const std::shared_ptr<Started<T>>& started) {
    runUntil(context, [&] { return started->done; });
    if (started->error) std::rethrow_exception(started->error);
    if constexpr (!std::is_void_v<T>) return std::move(*started->value);
}

template <class T>
T await(boost::asio::io_context& context, boost::asio::awaitable<T> task) {
    return finish(context, start(context, std::move(task)));
}

/// The code of the ukey::Error that the call throws; nothing when it throws none.
template <class Call>
std::optional<ErrorCode> codeOf(Call call) {
    try {
        (void)call();
        return std::nullopt;
    } catch (const Error& error) {
        return error.code();
    }
}

}  // namespace ukey::test
