// The handlers, one file a family. Each takes the call and its params, which fit the description.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

#include "daemon/api/params/bridge.hpp"
#include "daemon/api/params/certificates.hpp"
#include "daemon/api/params/enrolment.hpp"
#include "daemon/api/params/envelope.hpp"
#include "daemon/api/params/pin.hpp"
#include "daemon/api/params/sign.hpp"

namespace ukey::api {

class Call;
/// The result; a ukey::Error is the other answer.
using Answer = boost::asio::awaitable<nlohmann::json>;

Answer bridgeHello(Call& call, BridgeHelloParams params);
Answer bridgeResume(Call& call, BridgeResumeParams params);
Answer bridgeConfirmIdentity(Call& call, BridgeConfirmIdentityParams params);
Answer bridgeRequestAccess(Call& call, BridgeRequestAccessParams params);
Answer bridgeCancel(Call& call, BridgeCancelParams params);

Answer tokensList(Call& call, NoParams params);
Answer tokensSubscribe(Call& call, NoParams params);
Answer tokensUnsubscribe(Call& call, NoParams params);

Answer certificatesList(Call& call, CertificatesListParams params);

Answer pinVerify(Call& call, PinVerifyParams params);
Answer pinLogout(Call& call, PinLogoutParams params);
Answer pinChange(Call& call, PinChangeParams params);
Answer pinUnlock(Call& call, PinUnlockParams params);

Answer authSign(Call& call, AuthSignParams params);
Answer signData(Call& call, SignDataParams params);
Answer signBatch(Call& call, SignBatchParams params);
Answer signTimestamp(Call& call, SignTimestampParams params);
Answer signatureVerify(Call& call, SignatureVerifyParams params);
Answer signDigest(Call& call, SignDigestParams params);

Answer envelopeSeal(Call& call, EnvelopeSealParams params);
Answer envelopeInspect(Call& call, EnvelopeInspectParams params);
Answer envelopeOpen(Call& call, EnvelopeOpenParams params);

Answer enrolmentBegin(Call& call, EnrolmentBeginParams params);
Answer enrolmentComplete(Call& call, EnrolmentCompleteParams params);
Answer enrolmentList(Call& call, NoParams params);
Answer enrolmentAbort(Call& call, EnrolmentAbortParams params);

}  // namespace ukey::api
