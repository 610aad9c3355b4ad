// Enrolments that are finished: their certificates, and what the page is given that asks again.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "daemon/api/params/enrolment.hpp"
#include "daemon/api/services.hpp"
#include "tokenlib/enrolment/record.hpp"

namespace ukey::api {

/// The result of enrolment.complete.
boost::asio::awaitable<nlohmann::json> completeResult(Page& page, hosts::HostedToken token,
                                                      std::string container);

/// Writes down that the answer was taken. The certificates are on the token, whether that succeeds or not.
/// `params` must live until it returns.
boost::asio::awaitable<void> noteAnswer(Page& page, const EnrolmentCompleteParams& params,
                                        enrolment::Record record, std::string thumbprint);

/// The result of an enrolment that was finished with the same answer within a day: the first may have been
/// lost on its way to the page. Nothing where there is none, or its certificates are not there any more.
/// `params` must live until it returns.
boost::asio::awaitable<std::optional<nlohmann::json>> resultAgain(Page& page,
                                                                  const EnrolmentCompleteParams& params);

}  // namespace ukey::api
