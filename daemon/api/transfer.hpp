// Where a method's octets come from and go to: its params and its result, or streams.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "daemon/api/call.hpp"
#include "daemon/api/params/choices.hpp"
#include "daemon/api/services.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::api {

/// Work over fewer octets than these takes less time than its way to the worker and back.
inline constexpr std::size_t kShortWork = 64UL * 1024UL;

/// Runs `work` over so many octets of one call: here when they are few, else on the worker. Not for streams,
/// of which one piece follows the other. What `work` uses must live until it returns.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work&>> runWhere(Page& page, std::size_t octets, Work work) {
    if (octets <= kShortWork) co_return work();
    auto running = page.services.work.run(std::move(work));
    co_return co_await std::move(running);
}

/// Throws bad-request for what is no certificate as PEM.
std::vector<pki::Certificate> certificatesFrom(const std::vector<std::string>& texts);

/// Octets that a handler's params hold or announce; pieces of them are read once, in order.
class Source {
  public:
    /// `octets` count where there is no stream. Throws what Streams::accept throws.
    Source(Page& page, std::optional<stream::StreamId> stream, std::optional<Bytes> octets);

    /// Empty at the end. Throws what Incoming::read throws.
    boost::asio::awaitable<Bytes> read();
    bool isStream() const noexcept { return stream_ != nullptr; }

  private:
    std::unique_ptr<stream::Incoming> stream_;
    Bytes octets_;
    std::size_t at_ = 0;
};

/// Octets on their way to the page.
class Sink {
  public:
    /// Answers the call where it wants a stream; so what can be refused was checked before.
    Sink(Call& call, std::optional<Output> output);

    /// `octets` must live until it returns. Throws too-large for more than a result can hold.
    boost::asio::awaitable<void> write(ByteView octets);
    /// Puts what was not streamed into the result.
    boost::asio::awaitable<void> finish(const char* member, nlohmann::json& result);

  private:
    Page& page_;
    stream::Outgoing* stream_ = nullptr;
    Bytes kept_;
};

}  // namespace ukey::api
