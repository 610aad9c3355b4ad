#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "daemon/stream/streams.hpp"

namespace {

namespace asio = boost::asio;
using ukey::Bytes;
using ukey::ByteView;
using ukey::stream::StreamId;

/// The page's side: it knows what it was allowed, and what it allowed.
class Page final : public ukey::stream::Wire {
  public:
    void allow(StreamId stream, std::size_t octets) override {
        allowance_[stream] += octets;
        if (allowance_[stream] > ukey::stream::kWindow) __builtin_trap();
    }
    void piece(StreamId stream, ByteView octets) override {
        if (octets.size() > ukey::stream::kPiece || octets.size() > credit[stream]) __builtin_trap();
        credit[stream] -= octets.size();
    }
    void abort(StreamId) override {}
    bool isFull() const noexcept override { return full; }

    /// Of what it may send on a stream, it sends so much.
    void sends(StreamId stream, std::size_t octets) {
        allowance_[stream] -= std::min(octets, allowance_[stream]);
    }

    std::map<StreamId, std::size_t> credit;
    bool full = false;

  private:
    std::map<StreamId, std::size_t> allowance_;
};

asio::awaitable<void> readOne(std::shared_ptr<ukey::stream::Incoming> stream) {
    auto reading = stream->read();
    co_await std::move(reading);
}

asio::awaitable<void> writeOne(std::shared_ptr<ukey::stream::Outgoing> stream, std::size_t octets) {
    const Bytes content(octets, 1);
    auto writing = stream->write(content);
    co_await std::move(writing);
}

void ignore(const std::exception_ptr& failure) {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const ukey::Error&) {
    }
}

struct Steps {
    ByteView rest;
    std::uint8_t next() {
        if (rest.empty()) return 0;
        const std::uint8_t octet = rest.front();
        rest = rest.subspan(1);
        return octet;
    }
};

}  // namespace

/// Steps of two or three octets: what is done, to which stream, with how much.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    asio::io_context context(1);
    Page page;
    ukey::stream::Streams streams(context.get_executor(), page);
    std::vector<std::shared_ptr<ukey::stream::Incoming>> incoming;
    std::vector<std::shared_ptr<ukey::stream::Outgoing>> outgoing;
    Steps steps{{data, size}};
    const Bytes octets(512UL * 1024UL, 2);
    while (!steps.rest.empty()) {
        const std::uint8_t what = steps.next() % 9;
        const StreamId id = steps.next() % 20;
        const std::size_t count = std::size_t{steps.next()} << (id % 12);
        try {
            if (what == 0) incoming.push_back(streams.accept(id));
            if (what == 1) outgoing.push_back(streams.open());
            if (what == 2) {
                page.sends(id, count);
                streams.received(id, ByteView(octets).first(std::min(count, octets.size())));
            }
            if (what == 3) {
                const std::size_t had = page.credit[id];
                if (streams.allowed(id, count)) page.credit[id] = had + count;
            }
            if (what == 4) streams.aborted(id);
            if (what == 5 && !incoming.empty())
                asio::co_spawn(context, readOne(incoming[id % incoming.size()]), ignore);
            if (what == 6 && !outgoing.empty())
                asio::co_spawn(context, writeOne(outgoing[id % outgoing.size()], count), ignore);
            if (what == 7) {
                page.full = !page.full;
                if (!page.full) streams.drained();
            }
            if (what == 8 && !incoming.empty()) incoming.erase(incoming.begin());
        } catch (const ukey::Error&) {
        }
        context.poll();
        context.restart();
        if (incoming.size() > 64 || outgoing.size() > 64) break;
    }
    streams.close();
    context.poll();
    return 0;
}
