// The portal's answers.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "sandbox/ra/issuance.hpp"
#include "sandbox/ra/unlocks.hpp"

namespace ukey::portal {

nlohmann::json toJson(const ra::Account& account);
/// That a code was sent: when the next one may be.
nlohmann::json toJson(const ra::CodeMessages& messages);
nlohmann::json toJson(const ra::Order& order);
nlohmann::json toJson(const ra::PendingIssue& pending);
nlohmann::json toJson(const ra::Offer& offer, const ra::OrderRules& rules);
/// `now` and the renewal window tell whether it can be renewed.
nlohmann::json toJson(const ra::HolderCertificate& certificate, ra::Time now, const ra::OrderRules& rules);
nlohmann::json toJson(const ra::Message& message);
nlohmann::json toJson(const ra::IssueAnswer& answer);
nlohmann::json toJson(const ra::Unlock& unlock);
nlohmann::json toJson(const ra::UnlockAnswer& answer);

}  // namespace ukey::portal
