// What handlers of methods work with.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/api/long_work.hpp"
#include "daemon/api/names.hpp"
#include "daemon/api/params/field.hpp"
#include "daemon/api/token_catalogue.hpp"
#include "daemon/audit/recorder.hpp"
#include "daemon/consent/consent.hpp"
#include "daemon/enrolment/answered.hpp"
#include "daemon/enrolment/desk_access.hpp"
#include "daemon/policy/grants.hpp"
#include "daemon/policy/identity.hpp"
#include "daemon/policy/policy.hpp"
#include "daemon/policy/pseudonyms.hpp"
#include "daemon/session/attempts.hpp"
#include "daemon/session/logins.hpp"
#include "daemon/session/session.hpp"
#include "daemon/stream/streams.hpp"
#include "daemon/unlock/requests.hpp"
#include "daemon/unlock/temporary_pins.hpp"
#include "daemon/work/on_worker.hpp"

namespace ukey::api {

/// Shared by all pages.
struct Services {
    boost::asio::any_io_executor executor;
    work::Worker& work;  ///< For what takes the processor longer than others should wait.
    work::Worker& disk;  ///< For what may wait for the disk.
    policy::Policy policy;
    policy::Pseudonyms pseudonyms;
    policy::Identity identity;
    policy::KeyedHash timeStampNonces;
    TokenCatalogue catalogue;
    session::Logins logins;
    consent::Consent consent;
    std::uint32_t promptTimeoutSeconds;
    enrolment::DeskAccess enrolments;
    work::OnWorker<enrolment::Answered> answered;
    LongWorks works;
    policy::Grants grants;  ///< Of users to origins that policy does not name.
    audit::Recorder audit;
    bool changeDefaultPin;  ///< A PIN that the maker set is changed before it is used.
    bool webEid;  ///< Keys for authentication alone log in in Web eID's form, and sign nothing else.
    std::uint32_t idleLogoutSeconds;
    session::Attempts wrongPins;
    unlock::Requests unlocks;
    std::vector<pki::Certificate> unlockAuthorities;  ///< The administrator's.
    session::Attempts wrongAdministratorPins;         ///< By token: fewer than any token allows.
    work::OnWorker<unlock::TemporaryPins> temporaryPins;
};

/// One page. Lives as long as a call of it is under way.
struct Page {
    Services& services;
    std::shared_ptr<session::Session> session;
    Names names;
    /// Gives up the calls of this page with that id.
    std::function<void(const RequestId& id)> cancel;
    /// Sends it a message, as long as it is connected.
    std::function<void(std::string text)> send;
    stream::Streams& streams;
};

/// For a dialog that a call of this page opens: the page hears where to look for its window.
consent::Asker askerOf(const Page& page);

}  // namespace ukey::api
