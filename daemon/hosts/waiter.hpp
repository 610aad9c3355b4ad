// A place where one coroutine waits for an outcome that another part of the same thread delivers.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace ukey::hosts {

/// Holds the coroutine until `complete`, once.
template <class Value>
class Waiter {
  public:
    virtual ~Waiter() = default;
    virtual void complete(std::exception_ptr error, Value value) = 0;
    /// For use inside `begin`, where the coroutine must not be resumed yet.
    virtual void completeLater(std::exception_ptr error) = 0;
};

namespace detail {

template <class Value, class Handler>
class WaiterOf : public Waiter<Value> {
  public:
    explicit WaiterOf(Handler handler) : handler_(std::move(handler)) {}

    // The coroutine may end everything around this object: what runs it owns all it needs.
    void complete(std::exception_ptr error, Value value) override {
        const auto executor = boost::asio::get_associated_executor(handler_);
        boost::asio::dispatch(executor, resumption(std::move(error), std::move(value)));
    }
    void completeLater(std::exception_ptr error) override {
        const auto executor = boost::asio::get_associated_executor(handler_);
        boost::asio::post(executor, resumption(std::move(error), Value{}));
    }

  private:
    auto resumption(std::exception_ptr error, Value value) {
        return [handler = std::move(handler_), error = std::move(error), value = std::move(value)]() mutable {
            std::move(handler)(std::move(error), std::move(value));
        };
    }

    Handler handler_;
};

}  // namespace detail

/// Waits; `begin` gets the waiter and must see that it is completed one day. A cancellation of the coroutine
/// is only told (`onCancel`), it still waits for the outcome.
template <class Value, class Begin>
boost::asio::awaitable<Value> waitFor(Begin begin, std::function<void()> onCancel) {
    return boost::asio::async_initiate<decltype(boost::asio::use_awaitable), void(std::exception_ptr, Value)>(
        [begin = std::move(begin), onCancel = std::move(onCancel)]<class Handler>(Handler handler) mutable {
            auto slot = boost::asio::get_associated_cancellation_slot(handler);
            if (onCancel && slot.is_connected()) {
                slot.assign([onCancel = std::move(onCancel)](boost::asio::cancellation_type) { onCancel(); });
            }
            begin(std::unique_ptr<Waiter<Value>>(
                std::make_unique<detail::WaiterOf<Value, Handler>>(std::move(handler))));
        },
        boost::asio::use_awaitable);
}

}  // namespace ukey::hosts
