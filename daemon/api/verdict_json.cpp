#include "daemon/api/verdict_json.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/api/transfer.hpp"

namespace ukey::api {
namespace {

using nlohmann::json;

json timeStampJson(const cms::TimeStampVerdict& stamp) {
    json out{{"valid", stamp.isValid()}};
    if (stamp.time != std::chrono::sys_seconds()) out["time"] = pki::toRfc3339(stamp.time);
    if (stamp.authority) out["certificate"] = stamp.authority->pem();
    if (!stamp.isValid()) out["reason"] = stamp.refusal;
    return out;
}

json signerJson(const cms::SignerVerdict& signer) {
    json out{{"valid", signer.isValid()}};
    if (signer.certificate) out["certificate"] = signer.certificate->pem();
    if (!signer.isValid()) out["reason"] = signer.refusal;
    if (signer.signingTime) out["signingTime"] = pki::toRfc3339(*signer.signingTime);
    if (signer.timeStamp) out["timestamp"] = timeStampJson(*signer.timeStamp);
    return out;
}

}  // namespace

cms::VerifyOptions verifyOptions(const std::optional<std::string>& certificate,
                                 const std::optional<std::vector<std::string>>& trusted) {
    cms::VerifyOptions options;
    options.time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (certificate) options.certificates.push_back(pki::Certificate::fromPem(*certificate));
    if (trusted) options.trusted = certificatesFrom(*trusted);
    return options;
}

json verdictJson(const std::vector<cms::SignerVerdict>& signers) {
    json list = json::array();
    std::string reason = signers.empty() ? std::string(cms::refusal::kSignature) : std::string();
    for (const cms::SignerVerdict& signer : signers) {
        if (reason.empty()) reason = signer.refusal;
        list.push_back(signerJson(signer));
    }
    json out{{"valid", reason.empty()}, {"signers", std::move(list)}};
    if (!reason.empty()) out["reason"] = reason;
    return out;
}

}  // namespace ukey::api
