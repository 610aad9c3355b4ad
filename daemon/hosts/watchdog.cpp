#include "daemon/hosts/watchdog.hpp"

#include <algorithm>
#include <utility>

namespace ukey::hosts {

Watchdog::Watchdog(const boost::asio::any_io_executor& executor, std::chrono::milliseconds limit)
    : limit_(limit), alarm_(executor, [this] { check(); }) {}

void Watchdog::onOverrun(std::function<void(std::chrono::milliseconds)> told) { told_ = std::move(told); }

void Watchdog::begin(std::uint64_t id, std::chrono::seconds prompt, unsigned patience) {
    const auto now = Clock::now();
    const bool waiting = !calls_.empty() || !prompts_.empty();
    // A host that has been asked nothing is not late. With only a dialog open the time counts from here, too.
    if (!waiting || calls_.empty()) lastSign_ = now;
    if (prompt.count() > 0) {
        prompts_.emplace(id, Work{prompt, std::nullopt});
    } else {
        calls_.emplace(id, patience);
    }
    alarm_.setNoLater(now + limit_);
}

void Watchdog::end(std::uint64_t id) {
    if (prompts_.erase(id) == 0) calls_.erase(id);
    // The alarm may stand at the end of what took long.
    if (!calls_.empty()) alarm_.setNoLater(Clock::now() + limit_);
}

bool Watchdog::prompt(std::uint64_t id, pipe::Dialog dialog) {
    const auto found = prompts_.find(id);
    if (found == prompts_.end()) return false;
    Work& work = found->second;
    if (dialog == pipe::Dialog::overlooked) return work.openSince && !work.onToken;
    work.onToken = dialog == pipe::Dialog::onToken;
    if (dialog == pipe::Dialog::closed || dialog == pipe::Dialog::over) {
        work.openSince.reset();
        // The alarm may stand at the end of the dialog's time.
        alarm_.setNoLater(Clock::now() + limit_);
    } else if (!work.openSince) {
        work.openSince = Clock::now();
    }
    return true;
}

void Watchdog::clear() {
    prompts_.clear();
    calls_.clear();
}

std::optional<Watchdog::Limit> Watchdog::limit() const {
    std::optional<Limit> first;
    const auto consider = [&](const Limit& one) { first = first && first->at <= one.at ? first : one; };
    const auto silence = patience() * limit_;
    if (!calls_.empty()) consider({lastSign_ + silence, silence});
    for (const auto& [id, work] : prompts_) {
        // While people think the host is not late, but it has to close the dialog in the end. Without one, it
        // may be at what takes long.
        const Limit end = work.openSince ? Limit{*work.openSince + work.prompt + limit_, limit_}
                                         : Limit{lastSign_ + silence, silence};
        // What others ask has to wait for the one at the token's keypad.
        if (work.onToken) return end;
        consider(end);
    }
    return first;
}

void Watchdog::check() {
    const auto next = limit();
    if (!next) return;
    if (next->at > Clock::now()) return alarm_.setNoLater(next->at);
    // A copy: what it leads to may end this object.
    const auto told = told_;
    told(next->time);
}

}  // namespace ukey::hosts
