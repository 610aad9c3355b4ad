// What an enrolment will do to a token, worked out before anything is done to it, so that the user can be
// asked.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tokenlib/enrolment/record.hpp"
#include "tokenlib/pki/distinguished_name.hpp"

namespace ukey::enrolment {

/// What is asked for.
struct Order {
    std::string origin;
    Kind kind = Kind::issue;
    token::Identity token;
    token::KeyAlgorithm algorithm = token::KeyAlgorithm::sm2;
    Keys keys = Keys::fresh;
    std::string reference;
    /// The container that is replaced. A renewal or change without it replaces the only certificate that
    /// there is.
    std::optional<std::string> replaces;
    /// The token refused a container though it did not say that it was full.
    bool isFull = false;
};

/// The record of an enrolment that has not begun, with names of its own; nothing is written. Retired
/// containers (`history`, oldest first) do not count as certificates; where there is no room, the oldest is
/// to make some, and where even that does not do, the old encryption key does not stay.
///
/// Throws token-full; certificate-not-found when what is replaced is not there; bad-request for kept keys of
/// another algorithm or without a certificate that has them, and where several certificates could be meant.
Record plan(const Order& order, const token::TokenInfo& token, const std::vector<token::KeyEntry>& keys,
            std::vector<std::string> history, std::chrono::sys_seconds now);

}  // namespace ukey::enrolment
