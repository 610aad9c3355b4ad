// JSON-RPC 2.0, one message a frame (docs/protocol/README.md, "Transport").
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/messages.hpp"

namespace ukey::rpc {

/// Numbers that JSON-RPC fixes; the others follow from the code, see numberOf.
enum ErrorNumber : int {
    kParseError = -32700,
    kInvalidRequest = -32600,
    kMethodNotFound = -32601,
    kInvalidParams = -32602
};

/// A fault of the message itself. Its text is about the caller's own words and goes back to him.
class BadMessage : public Error {
  public:
    BadMessage(int number, const std::string& detail)
        : Error(ErrorCode::badRequest, detail), number_(number) {}
    int number() const noexcept { return number_; }

  private:
    int number_;
};

/// An error that tells a page more than its code does.
class DetailedError : public Error {
  public:
    /// `members` go into `error.data` as they are.
    DetailedError(const Error& error, nlohmann::json members);
    const nlohmann::json& members() const noexcept { return *members_; }

  private:
    std::shared_ptr<const nlohmann::json> members_;
};

/// Longest string that may be a request's id.
inline constexpr std::size_t kLongestId = 64;

/// What of a message could be read, even when the whole is refused: the answer to a bad request still carries
/// its id.
struct Envelope {
    explicit Envelope(std::string_view text);
    ~Envelope();
    Envelope(Envelope&&) noexcept;
    Envelope& operator=(Envelope&&) noexcept;

    const nlohmann::json& id() const;  ///< null when there is none, or none that is valid.
    bool wantsAnswer() const noexcept { return wantsAnswer_; }  ///< False for a notification.
    const std::string& method() const noexcept { return method_; }
    const nlohmann::json& params() const;  ///< Always an object.
    nlohmann::json takeParams();           ///< Moves them out; then there are none.
    /// Set when the message is not a request that may be looked at further.
    const std::optional<BadMessage>& fault() const noexcept { return fault_; }

  private:
    void read(std::string_view text);

    struct Parts;
    std::unique_ptr<Parts> parts_;
    std::string method_;
    bool wantsAnswer_ = true;
    std::optional<BadMessage> fault_;
};

/// The number that goes with a code: bad-request -32602, internal -32603, the others from -32001 down in the
/// order of their enumeration (docs/protocol/openrpc.json).
int numberOf(ErrorCode code) noexcept;

/// `error.data` of an error, as errorText() has it.
nlohmann::json errorData(const Error& error, Language language, std::string_view token = {});

std::string resultText(const nlohmann::json& id, nlohmann::json result);

/// `token`: the caller's name for the token that the error is about; may be empty. The error's own text is
/// left out, but for a BadMessage.
std::string errorText(const nlohmann::json& id, const Error& error, Language language,
                      std::string_view token = {});

std::string notificationText(std::string_view method, nlohmann::json params);

}  // namespace ukey::rpc
