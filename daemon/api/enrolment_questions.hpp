// What the user is asked during an enrolment, each time with its consequences.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/api/services.hpp"
#include "tokenlib/enrolment/record.hpp"
#include "tokenlib/pki/certificate.hpp"

namespace ukey::api {

/// Before anything is made: what the plan does to the old certificate, and to the files that were sealed for
/// it. Throws user-cancelled.
boost::asio::awaitable<void> askAboutPlan(Page& page, hosts::HostedToken token, enrolment::Record plan);

/// Another holder or issuer under the same keys: shown, old and new, before anything is written. Throws
/// user-cancelled.
boost::asio::awaitable<void> askAboutHolder(Page& page, hosts::HostedToken token, pki::Certificate before,
                                            pki::Certificate now);

}  // namespace ukey::api
