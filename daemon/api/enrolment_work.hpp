// What enrolment methods have in common: whose enrolment it is, its token, and the work on that, which nobody
// else interrupts.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/api/call.hpp"
#include "daemon/api/services.hpp"
#include "tokenlib/enrolment/enroller.hpp"

namespace ukey::api {

/// Of this origin: of another's, a page does not even learn that it is there.
boost::asio::awaitable<std::optional<enrolment::Record>> findOwnRecord(Page& page, std::string id);

/// Throws enrolment-not-found where there is none.
enrolment::Record requireRecord(std::optional<enrolment::Record> record);

/// Throws what TokenCatalogue::requireUsable throws, and pin-locked.
hosts::HostedToken requireReady(Page& page, const hosts::TokenAddress& address);

/// The token of an enrolment that was begun, for which the audit log has the call. Throws token-not-found,
/// and what requireReady throws.
boost::asio::awaitable<hosts::HostedToken> requireTokenOf(Call& call, enrolment::Record record);

/// Tells the pages of the steps that they can show: `phases`. `operation`: the enrolment's id, or the
/// method's name; `enrolment`: its id, which may come later.
struct ShownSteps {
    std::string operation;
    std::shared_ptr<const std::string> enrolment;
    std::vector<enrolment::Phase> phases;
};

struct EnrolmentWork {
    hosts::HostedToken token;
    token::Identity identity;  ///< As the journal knows the token.
    std::function<boost::asio::awaitable<void>(enrolment::Enroller&)> run;
    std::optional<ShownSteps> steps = {};
    enrolment::Rules rules = {};
};

/// Runs the work, of a page that is logged in, while nobody else works on the enrolment of the token. Where
/// this origin is at it already, the page hears from now on how far that is. Throws pin-required, busy.
boost::asio::awaitable<void> workOnToken(Page& page, EnrolmentWork work);

/// A step that was begun is not left half done because a tab closes.
inline auto withoutCancellation() {
    return boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
}

/// Lets the user decide between two steps: that may be given up. Throws user-cancelled where the page went
/// meanwhile, pin-required where its login did.
boost::asio::awaitable<void> askBetweenSteps(Page& page, hosts::TokenAddress address,
                                             std::function<boost::asio::awaitable<void>()> ask);

}  // namespace ukey::api
