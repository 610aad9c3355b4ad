// How an enrolment reaches its journal: on a thread that may wait for the disk, or, where nobody else is kept
// waiting by that, at once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "tokenlib/enrolment/journal.hpp"

namespace ukey::enrolment {

class JournalAccess {
  public:
    virtual ~JournalAccess() = default;

    /// `call<&Journal::find>(id)`: what the function gives, or the ukey::Error that it throws. An argument
    /// that it is to change goes by std::ref.
    template <auto Function, class... Arguments>
    auto call(Arguments... arguments)
        -> boost::asio::awaitable<std::invoke_result_t<decltype(Function), Journal&, Arguments&...>> {
        using Result = std::invoke_result_t<decltype(Function), Journal&, Arguments&...>;
        if constexpr (std::is_void_v<Result>) {
            std::function<void(Journal&)> work = [&](Journal& journal) {
                std::invoke(Function, journal, arguments...);
            };
            co_await run(std::move(work));
        } else {
            std::optional<Result> result;
            std::function<void(Journal&)> work = [&](Journal& journal) {
                result.emplace(std::invoke(Function, journal, arguments...));
            };
            co_await run(std::move(work));
            co_return std::move(*result);
        }
    }

  private:
    /// Gives when the work is done.
    virtual boost::asio::awaitable<void> run(std::function<void(Journal&)> work) = 0;
};

/// For a program that does nothing else meanwhile.
class JournalAtOnce final : public JournalAccess {
  public:
    explicit JournalAtOnce(Journal& journal) : journal_(journal) {}

  private:
    boost::asio::awaitable<void> run(std::function<void(Journal&)> work) override;

    Journal& journal_;
};

}  // namespace ukey::enrolment
