// Which keys on the plugged-in tokens open a sealed message.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/api/services.hpp"
#include "tokenlib/message/envelope_reader.hpp"

namespace ukey::api {

struct RecipientKey {
    std::size_t recipient;  ///< Its place in the message.
    hosts::HostedToken token;
    std::shared_ptr<const TokenKey> key;
    bool isHistory;  ///< Of a certificate that was renewed since.
};

/// Every key that decrypts and whose certificate the message names, current, history, or that it had before.
/// `token`: the page's name of the only one to look at. Throws token-not-found, token-removed, and a driver's
/// error only where nothing was found because of it.
boost::asio::awaitable<std::vector<RecipientKey>> keysOfRecipients(
    Page& page, const std::vector<cms::Recipient>& recipients, std::optional<std::string> token);

/// As `recipients` of the protocol name one; with its holder where this page was shown the certificate.
nlohmann::json recipientJson(const Page& page, const cms::Recipient& recipient);

}  // namespace ukey::api
