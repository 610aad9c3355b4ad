#include "daemon/consent/turns.hpp"

#include <algorithm>
#include <list>
#include <utility>

#include "tokenlib/async/event.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::consent {

namespace asio = boost::asio;

class Turns::Queue : public std::enable_shared_from_this<Queue> {
  public:
    explicit Queue(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    static asio::awaitable<Place> take(std::shared_ptr<Queue> queue, std::string site, Kind kind) {
        if (std::exchange(queue->taken_, true)) {
            Waiting waiting(*queue, std::move(site), kind);
            auto called = waiting.called.wait();
            co_await std::move(called);
            if (!waiting.hasTurn) throw Error(ErrorCode::userCancelled, "request withdrawn");
            waiting.hasTurn = false;
        }
        queue->last_ = kind;
        co_return queue->turn();
    }

  private:
    /// One in the line; passes on a turn that it was given and did not take.
    struct Waiting {
        Waiting(Queue& q, std::string s, Kind k)
            : queue(q.shared_from_this()), site(std::move(s)), kind(k), called(q.executor_) {
            const bool another =
                std::any_of(q.line_.begin(), q.line_.end(), [&](Waiting* w) { return w->site == site; });
            if (another) throw Error(ErrorCode::busy, "this site has a dialog waiting already");
            q.line_.push_back(this);
        }
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;
        ~Waiting() {
            queue->line_.remove(this);
            if (hasTurn) queue->callNext();
        }

        std::shared_ptr<Queue> queue;
        std::string site;
        Kind kind;
        Event called;  ///< The turn has come.
        bool hasTurn = false;
    };

    Place turn() {
        return {nullptr, [queue = shared_from_this()](void*) { queue->callNext(); }};
    }
    void callNext() {
        if (line_.empty()) {
            taken_ = false;
            return;
        }
        const auto other =
            std::find_if(line_.begin(), line_.end(), [&](const Waiting* w) { return w->kind != last_; });
        const auto place = other == line_.end() ? line_.begin() : other;
        Waiting* next = *place;
        line_.erase(place);
        next->hasTurn = true;
        next->called.notify();
    }

    asio::any_io_executor executor_;
    std::list<Waiting*> line_;
    bool taken_ = false;
    Kind last_ = Kind::stranger;  ///< Whose turn it was.
};

Turns::Turns(asio::any_io_executor executor) : queue_(std::make_shared<Queue>(std::move(executor))) {}

asio::awaitable<Place> Turns::take(std::string site, Kind kind) {
    return Queue::take(queue_, std::move(site), kind);
}

}  // namespace ukey::consent
