#include "daemon/stream/streams.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "tokenlib/async/event.hpp"

namespace ukey::stream {

namespace asio = boost::asio;

namespace {

/// Names after the first that the page left out.
constexpr std::size_t kMostGaps = 1024;

}  // namespace

struct IncomingState {
    IncomingState(StreamId name, const asio::any_io_executor& executor) : id(name), changed(executor) {}
    StreamId id;
    Event changed;  ///< Something came.
    Bytes waiting;
    std::size_t credit = kWindow;
    bool ended = false;
    std::optional<Error> failure;
};

struct OutgoingState {
    OutgoingState(StreamId name, const asio::any_io_executor& executor) : id(name), changed(executor) {}
    StreamId id;
    Event changed;  ///< There is more room, or never will be.
    std::size_t credit = 0;
    std::optional<Error> failure;
};

class Book {
  public:
    Book(asio::any_io_executor executor, Wire& wire) : executor_(std::move(executor)), wire_(&wire) {}

    std::shared_ptr<IncomingState> accept(StreamId id) {
        if (id % 2 == 0 || id < unused_ || used_.contains(id))
            throw Error(ErrorCode::badRequest, "a page names its streams by odd numbers, each once");
        requireRoom();
        use(id);
        auto state = std::make_shared<IncomingState>(id, executor_);
        incoming_[id] = state;
        wire_->allow(id, kWindow);
        return state;
    }

    std::shared_ptr<OutgoingState> open() {
        requireRoom();
        last_ += 2;
        auto state = std::make_shared<OutgoingState>(last_, executor_);
        outgoing_[last_] = state;
        return state;
    }

    bool received(StreamId id, ByteView octets) {
        const auto found = incoming_.find(id);
        if (found == incoming_.end()) return false;
        IncomingState& state = *found->second;
        if (state.failure) return true;
        if (state.ended || octets.size() > state.credit) {
            state.failure.emplace(ErrorCode::badRequest, "more octets than the stream was allowed");
            state.waiting = {};
        } else {
            state.credit -= octets.size();
            state.ended = octets.empty();
            state.waiting.insert(state.waiting.end(), octets.begin(), octets.end());
        }
        state.changed.notify();
        return true;
    }

    bool allowed(StreamId id, std::size_t octets) {
        const auto found = outgoing_.find(id);
        if (found == outgoing_.end()) return false;
        found->second->credit += std::min(octets, kMostCredit - found->second->credit);
        found->second->changed.notify();
        return true;
    }

    bool aborted(StreamId id) {
        const Error why(ErrorCode::userCancelled, "the page gave the stream up");
        return fail(incoming_, id, why) || fail(outgoing_, id, why);
    }

    void drained() {
        for (const auto& [id, state] : outgoing_) state->changed.notify();
    }

    void close() {
        wire_ = nullptr;
        const Error why(ErrorCode::userCancelled, "the page is gone");
        while (!incoming_.empty()) drop(incoming_, incoming_.begin()->first, why);
        while (!outgoing_.empty()) drop(outgoing_, outgoing_.begin()->first, why);
    }

    /// The reader took what was there: the page may send as much again.
    void giveBack(IncomingState& state, std::size_t octets) {
        if (state.ended || state.failure || octets == 0 || !wire_) return;
        state.credit += octets;
        wire_->allow(state.id, octets);
    }

    void forget(const IncomingState& state) {
        const bool isOver =
            state.ended || (state.failure && state.failure->code() == ErrorCode::userCancelled);
        if (incoming_.erase(state.id) > 0 && !isOver && wire_) wire_->abort(state.id);
    }
    void forget(const OutgoingState& state) { outgoing_.erase(state.id); }

    bool mayWrite(const OutgoingState& state) const { return state.credit > 0 && wire_ && !wire_->isFull(); }
    void write(StreamId id, ByteView octets) {
        if (wire_) wire_->piece(id, octets);
    }

  private:
    /// What was on its way to a stream that is over must not count as another's.
    void use(StreamId id) {
        if (used_.size() == kMostGaps) throw Error(ErrorCode::rateLimited, "too many names were left out");
        used_.insert(id);
        while (used_.erase(unused_) > 0) unused_ += 2;
    }

    void requireRoom() const {
        if (!wire_) throw Error(ErrorCode::userCancelled, "the page is gone");
        if (incoming_.size() + outgoing_.size() >= kMostOpen)
            throw Error(ErrorCode::rateLimited, "too many streams are open");
    }

    template <class States>
    static bool fail(States& states, StreamId id, const Error& why) {
        const auto found = states.find(id);
        if (found == states.end()) return false;
        if (!found->second->failure) found->second->failure.emplace(why);
        found->second->changed.notify();
        return true;
    }

    template <class States>
    static void drop(States& states, StreamId id, const Error& why) {
        fail(states, id, why);
        states.erase(id);
    }

    asio::any_io_executor executor_;
    Wire* wire_;
    std::map<StreamId, std::shared_ptr<IncomingState>> incoming_;
    std::map<StreamId, std::shared_ptr<OutgoingState>> outgoing_;
    StreamId last_ = 0;
    StreamId unused_ = 1;      ///< All of the page's names before it were used,
    std::set<StreamId> used_;  ///< and these.
};

Incoming::Incoming(std::shared_ptr<Book> book, std::shared_ptr<IncomingState> state)
    : book_(std::move(book)), state_(std::move(state)) {}
Incoming::~Incoming() { book_->forget(*state_); }

asio::awaitable<Bytes> Incoming::read() {
    const auto state = state_;
    const auto book = book_;
    while (state->waiting.empty() && !state->ended && !state->failure) {
        auto changed = state->changed.wait();
        co_await std::move(changed);
    }
    if (state->failure) throw Error(*state->failure);
    Bytes taken = std::exchange(state->waiting, {});
    book->giveBack(*state, taken.size());
    co_return taken;
}

Outgoing::Outgoing(std::shared_ptr<Book> book, std::shared_ptr<OutgoingState> state)
    : book_(std::move(book)), state_(std::move(state)) {}
Outgoing::~Outgoing() { book_->forget(*state_); }

StreamId Outgoing::id() const noexcept { return state_->id; }

asio::awaitable<void> Outgoing::write(ByteView octets) {
    const auto state = state_;
    const auto book = book_;
    while (!octets.empty()) {
        while (!state->failure && !book->mayWrite(*state)) {
            auto changed = state->changed.wait();
            co_await std::move(changed);
        }
        if (state->failure) throw Error(*state->failure);
        const ByteView piece = octets.first(std::min({octets.size(), state->credit, kPiece}));
        state->credit -= piece.size();
        book->write(state->id, piece);
        octets = octets.subspan(piece.size());
    }
    if (state->failure) throw Error(*state->failure);
}

void Outgoing::end() { book_->write(state_->id, {}); }

Streams::Streams(const asio::any_io_executor& executor, Wire& wire)
    : book_(std::make_shared<Book>(executor, wire)) {}
Streams::~Streams() = default;

std::unique_ptr<Incoming> Streams::accept(StreamId id) {
    auto state = book_->accept(id);
    return std::make_unique<Incoming>(book_, std::move(state));
}
std::unique_ptr<Outgoing> Streams::open() {
    auto state = book_->open();
    return std::make_unique<Outgoing>(book_, std::move(state));
}
bool Streams::received(StreamId id, ByteView octets) { return book_->received(id, octets); }
bool Streams::allowed(StreamId id, std::size_t octets) { return book_->allowed(id, octets); }
bool Streams::aborted(StreamId id) { return book_->aborted(id); }
void Streams::drained() { book_->drained(); }
void Streams::close() { book_->close(); }

}  // namespace ukey::stream
