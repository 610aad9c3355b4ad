// What calls that need a PIN have in common.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "daemon/api/services.hpp"

namespace ukey::api {

/// `operation`: key of the message catalogue.
token::PromptContext promptFor(const Page& page, std::string operation);

/// Runs a call that opens a dialog for a PIN. There is one dialog at a time: throws busy while another is
/// open (security.md 20). Wrong PINs of one origin are counted, the administrator's among them, so that no
/// page drains a PIN counter by asking again and again (18): throws rate-limited when there were too many.
boost::asio::awaitable<void> counted(Page& page, boost::asio::awaitable<void> call);

/// As `changePin`, `counted`, for a change that another call asks for first; the audit log has a row of it.
boost::asio::awaitable<void> changePinFirst(Page& page, hosts::TokenAddress address, std::string why);

/// Lets the user log in for this page, changing his PIN first where that is due; what pin.verify does.
boost::asio::awaitable<void> logIn(Page& page, hosts::TokenAddress address);

/// Lets the user change his PIN; `why` is the dialog's operation.
boost::asio::awaitable<void> changePin(Page& page, hosts::TokenAddress address, std::string why);

}  // namespace ukey::api
