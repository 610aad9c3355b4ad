#include "daemon/api/enrolment_work.hpp"

#include <algorithm>
#include <utility>

#include "daemon/api/signing.hpp"
#include "daemon/enrolment/host_access.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::api {

using boost::asio::awaitable;
using enrolment::Enroller;
using enrolment::Phase;
using enrolment::Record;

namespace {

class Progress {
  public:
    Progress(std::shared_ptr<LongWorks::Work> work, ShownSteps steps)
        : work_(std::move(work)), steps_(std::move(steps)) {}

    void operator()(Phase phase) const {
        const auto& phases = steps_.phases;
        const auto found = std::find(phases.begin(), phases.end(), phase);
        if (found == phases.end()) return;
        work_->reached({steps_.operation, *steps_.enrolment,
                        "enrolment.phase." + std::string(toString(phase)),
                        static_cast<std::size_t>(found - phases.begin()) + 1, phases.size()});
    }

  private:
    std::shared_ptr<LongWorks::Work> work_;
    ShownSteps steps_;
};

Enroller::Watch watchOf(Page& page, const EnrolmentWork& work) {
    if (!work.steps) return {};
    return Progress(page.services.works.begin(*page.session, work.identity.name()), *work.steps);
}

auto withCancellation() {
    return boost::asio::this_coro::reset_cancellation_state(boost::asio::enable_terminal_cancellation());
}

}  // namespace

awaitable<std::optional<Record>> findOwnRecord(Page& page, std::string id) {
    auto record = co_await page.services.enrolments.find(std::move(id));
    if (record && record->origin != page.session->originText) record.reset();
    co_return record;
}

Record requireRecord(std::optional<Record> record) {
    if (!record) throw Error(ErrorCode::enrolmentNotFound, "no such enrolment of this origin");
    return std::move(*record);
}

hosts::HostedToken requireReady(Page& page, const hosts::TokenAddress& address) {
    hosts::HostedToken token = page.services.catalogue.requireUsable(address);
    if (token.info.state == token::TokenState::locked)
        throw Error(ErrorCode::pinLocked, "the token is locked");
    return token;
}

awaitable<hosts::HostedToken> requireTokenOf(Call& call, Record record) {
    Page& page = call.page();
    call.draft().token = record.token.serial;
    std::vector<hosts::HostedToken> plugged = co_await page.services.catalogue.tokens();
    const auto found =
        co_await enrolment::tokenOf(page.services.catalogue.hosts(), std::move(plugged), std::move(record));
    if (!found) throw Error(ErrorCode::tokenNotFound, "the enrolment's token is not plugged in");
    co_return requireReady(page, found->address());
}

awaitable<void> workOnToken(Page& page, EnrolmentWork work) {
    const hosts::TokenAddress address = work.token.address();
    requireLogin(page, address);
    enrolment::HostAccess access(page.services.catalogue.hosts(), address);
    bool begun = false;
    std::function<awaitable<void>()> working = [&]() -> awaitable<void> {
        begun = true;
        Enroller enroller(page.services.enrolments, access, watchOf(page, work), std::move(work.rules));
        auto doing = work.run(enroller);
        co_await std::move(doing);
    };
    auto alone = page.services.enrolments.alone(work.identity, std::move(working));
    try {
        co_await std::move(alone);
    } catch (const Error& error) {
        if (!begun) page.services.works.join(*page.session, work.identity.name());
        // A library that knows of no login any more ends those that we know of.
        if (error.code() == ErrorCode::pinRequired) page.services.logins.forget(address);
        throw;
    }
}

awaitable<void> askBetweenSteps(Page& page, hosts::TokenAddress address,
                                std::function<awaitable<void>()> ask) {
    co_await withCancellation();
    auto asking = ask();
    co_await std::move(asking);
    co_await withoutCancellation();
    if (page.session->closed) throw Error(ErrorCode::userCancelled, "the page is gone");
    requireLogin(page, address);
}

}  // namespace ukey::api
