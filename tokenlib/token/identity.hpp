// What tells one token from another, wherever and whenever it is plugged in.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tokenlib/token/types.hpp"

namespace ukey::token {

/// A driver and the serial number that it tells. Some makers give all their tokens one number, or none: then
/// the driver's own name for the token comes in as well, though that may be another one next time. So an
/// identity finds a token, and who is about to change what is on it looks for a key there first.
struct Identity {
    std::string driver;
    std::string serial;
    std::string id;  ///< TokenInfo::id; empty where the serial number is enough.
    auto operator<=>(const Identity&) const = default;  // NOLINT(modernize-use-nullptr): misread by clang 14.

    /// Lasting, one text for one identity and the same in every version: pages' names are made of it.
    std::string name() const;
    /// For people.
    std::string text() const;
    /// Whether both may speak of one token: the number is the same, and who has the plain one depends on
    /// which was plugged in first.
    bool mayBe(const Identity& other) const;
};

/// Gives tokens their identities, in one place for a process.
class Identities {
  public:
    /// The same as before while it stays plugged in; the plain serial number when no twin has it.
    Identity of(const std::string& driver, const TokenInfo& token);
    /// It was pulled.
    void forget(const std::string& driver, const std::string& id);
    /// These are all that the driver has.
    void keepOnly(const std::string& driver, const std::vector<TokenInfo>& tokens);

  private:
    std::map<std::pair<std::string, std::string>, Identity> given_;  ///< By driver and id.
};

}  // namespace ukey::token
