// What handlers of methods work with.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "daemon/api/names.hpp"
#include "daemon/api/token_catalogue.hpp"
#include "daemon/consent/consent.hpp"
#include "daemon/enrolment/desk.hpp"
#include "daemon/policy/policy.hpp"
#include "daemon/policy/pseudonyms.hpp"
#include "daemon/session/logins.hpp"
#include "daemon/session/session.hpp"

namespace ukey::api {

/// Shared by all pages.
struct Services {
    boost::asio::any_io_executor executor;
    policy::Policy policy;
    policy::Pseudonyms pseudonyms;
    TokenCatalogue catalogue;
    session::Logins logins;
    consent::Consent consent;
    std::uint32_t promptTimeoutSeconds;
    enrolment::Desk enrolments;
    /// What users granted to origins since the program started.
    std::map<std::string, policy::Scopes> granted;
};

/// One page. Lives as long as a call of it is under way.
struct Page {
    Services& services;
    std::shared_ptr<session::Session> session;
    Names names;
    /// Gives up the calls of this page with that id.
    std::function<void(const nlohmann::json& id)> cancel;
    /// Sends it a notification, as long as it is connected.
    std::function<void(std::string_view method, const nlohmann::json& params)> notify;
};

}  // namespace ukey::api
