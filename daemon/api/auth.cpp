// auth.*: a login at a server, bound to the origin of the handshake (docs/auth-token.md).
#include <nlohmann/json.hpp>

#include "daemon/api/call.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/signing.hpp"
#include "daemon/rpc/message.hpp"
#include "tokenlib/pki/auth_token.hpp"

namespace ukey::api {

using nlohmann::json;

namespace {

/// Web eID's form says of itself neither what it is nor for whom, so its key may sign nothing else.
void requireKeyFor(const Page& page, pki::AuthFormat format, const TokenKey& key) {
    if (format != pki::AuthFormat::webEid) return;
    if (!page.services.webEid)
        throw Error(ErrorCode::unsupported, "the configuration does not allow Web eID's form");
    if (!pki::isForAuthenticationAlone(key.certificate))
        throw Error(ErrorCode::unsupported, "the certificate is not for authentication alone");
}

}  // namespace

Answer authSign(Call& call, AuthSignParams params) {
    Page& page = call.page();
    if (!pki::isAuthNonce(params.challenge))
        throw rpc::BadMessage(rpc::kInvalidParams, "the challenge must be base64 of at least 256 bits");
    const auto key = co_await signingKey(page, params.certificate);
    const pki::AuthFormat format = params.format.value_or(pki::AuthFormat::ukey);
    requireKeyFor(page, format, *key);
    const pki::AuthRequest request =
        pki::authRequest(*key->certificate.publicKey(), page.session->originText, params.challenge, format);
    SigningJob job;
    job.digestAlgorithm = request.digestAlgorithm;
    job.digest = request.digest;
    job.message = request.message;
    job.operation = "operation.login";
    call.draft().digest = toHex(job.digest);
    const Bytes raw = co_await signWith(page, key, std::move(job));
    const pki::AuthToken token = pki::authToken(request, key->certificate.der(), raw);
    co_return json{{"format", token.format},
                   {"algorithm", token.algorithm},
                   {"certificate", key->certificate.pem()},
                   {"signature", toBase64Url(token.signature)}};
}

}  // namespace ukey::api
