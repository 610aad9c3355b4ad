// Answers an unlock request of Ukey Bridge (docs/unlock.md). Needs OpenSSL 3 and nothing else; the caller
// looks after base64url, after who may be answered, and that nobody is answered twice.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace ukey::unlock_answer {

using Octets = std::vector<std::uint8_t>;

/// The octets are no request, or one that cannot be answered in the wanted form.
class BadRequest : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct Request {
    std::string serial;  ///< Of the token; compare it with the one that the unlock was approved for.
    std::string model;
    Octets nonce;
    std::chrono::system_clock::time_point expires;
    Octets key;        ///< SM2 point 04 || X || Y.
    Octets challenge;  ///< Of the maker's own procedure; empty where the model has none.
    Octets der;        ///< As it came.
};

/// Throws BadRequest.
Request read(const Octets& der);

/// The administrator PIN, sealed so that only the asking bridge can open it, and only for this request.
Octets sealed(const Request& request, std::string_view administratorPin);

/// A new user PIN in the maker's form, set by the token itself; the administrator PIN stays here. For the
/// soft token's challenge of 72 octets (random || X || Y); a maker's own form takes the place of
/// `softTokenAnswer`.
Octets vendor(const Request& request, std::string_view administratorPin, std::string_view newPin);

/// Who answers: a key, and its certificates in DER, the key's own first, then its issuers' without the root.
struct Signer {
    evp_pkey_st* key = nullptr;
    std::vector<Octets> certificates;
};

/// What goes to the page: one of the two above, signed. The bridge takes nothing else.
Octets signedBy(const Signer& signer, const Request& request, const Octets& answer);

/// What SKF_RemoteUnblockPIN of the soft token takes: C || M || W (tokenlib/softtoken/README.md).
Octets softTokenAnswer(const Octets& challenge, std::string_view administratorPin, std::string_view newPin);

}  // namespace ukey::unlock_answer
