// The params of enrolment methods in the words of those who work with them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "daemon/api/params/enrolment.hpp"
#include "daemon/api/services.hpp"
#include "tokenlib/enrolment/enroller.hpp"
#include "tokenlib/pki/csr.hpp"
#include "tokenlib/pki/ra_answer.hpp"

namespace ukey::api {

/// Throws bad-request and unsupported for what no token, or not this one, does; certificate-not-found,
/// token-removed. `params` must live until it returns.
boost::asio::awaitable<enrolment::Order> orderIn(Page& page, hosts::HostedToken token,
                                                 const EnrolmentBeginParams& params);

/// The name for the request; empty where the page gave none.
std::vector<pki::NameAttribute> subjectIn(const EnrolmentBeginParams& params);

/// Throws bad-request for octets in no form that is known.
pki::RaAnswer answerIn(const EnrolmentCompleteParams& params);

}  // namespace ukey::api
