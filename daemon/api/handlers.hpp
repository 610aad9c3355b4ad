// The handlers, one file a family.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

namespace ukey::api {

struct Page;
using Answer = boost::asio::awaitable<nlohmann::json>;

Answer bridgeHello(Page& page, const nlohmann::json& params);
Answer bridgeResume(Page& page, const nlohmann::json& params);
Answer bridgeConfirmIdentity(Page& page, const nlohmann::json& params);
Answer bridgeRequestAccess(Page& page, const nlohmann::json& params);
Answer bridgeCancel(Page& page, const nlohmann::json& params);

Answer tokensList(Page& page, const nlohmann::json& params);
Answer tokensSubscribe(Page& page, const nlohmann::json& params);
Answer tokensUnsubscribe(Page& page, const nlohmann::json& params);

Answer certificatesList(Page& page, const nlohmann::json& params);

Answer pinVerify(Page& page, const nlohmann::json& params);
Answer pinLogout(Page& page, const nlohmann::json& params);
Answer pinChange(Page& page, const nlohmann::json& params);
Answer pinUnlock(Page& page, const nlohmann::json& params);

Answer authSign(Page& page, const nlohmann::json& params);
Answer signData(Page& page, const nlohmann::json& params);
Answer signBatch(Page& page, const nlohmann::json& params);
Answer signTimestamp(Page& page, const nlohmann::json& params);
Answer signatureVerify(Page& page, const nlohmann::json& params);
Answer signDigest(Page& page, const nlohmann::json& params);

Answer envelopeSeal(Page& page, const nlohmann::json& params);
Answer envelopeInspect(Page& page, const nlohmann::json& params);
Answer envelopeOpen(Page& page, const nlohmann::json& params);

Answer enrolmentBegin(Page& page, const nlohmann::json& params);
Answer enrolmentComplete(Page& page, const nlohmann::json& params);
Answer enrolmentList(Page& page, const nlohmann::json& params);
Answer enrolmentAbort(Page& page, const nlohmann::json& params);

}  // namespace ukey::api
