// What is said of a message's signers, as the protocol has it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/message/verdict.hpp"

namespace ukey::api {

/// By a signer's certificate and trusted ones, PEM, as pages give them; now. Throws bad-request for what is
/// no certificate.
cms::VerifyOptions verifyOptions(const std::optional<std::string>& certificate,
                                 const std::optional<std::vector<std::string>>& trusted);

/// `SignatureVerifyResult` of the description.
nlohmann::json verdictJson(const std::vector<cms::SignerVerdict>& signers);

}  // namespace ukey::api
