// One call of a page: what it wants, what the audit log will say of it, and its answer.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "daemon/api/services.hpp"
#include "daemon/rpc/message.hpp"

namespace ukey::api {

struct Method;

class Call {
  public:
    /// Of any message, also one that is no request. `page` must outlive it.
    Call(Page& page, rpc::Envelope envelope);
    ~Call();
    Call(Call&&) noexcept;
    Call& operator=(Call&&) = delete;

    /// Who asks.
    Page& page() const noexcept { return page_; }
    const rpc::Envelope& envelope() const noexcept { return envelope_; }
    /// Moves the params out.
    nlohmann::json takeParams();

    /// What the audit log will say of it, as far as it is known.
    audit::Entry& draft() noexcept { return draft_; }
    /// The token and the certificate that it names, as far as they are known, go into the draft now: when it
    /// ends they may be gone, or others'.
    void nameSubject();
    /// Whether it is in the audit log also when it succeeds: what touches a key, a PIN, a grant or a login.
    bool isForTheRecord(const Method& method) const;

    /// Answers that the output comes as a stream, and opens that. Throws bad-request for a call without an
    /// id, rate-limited.
    stream::Outgoing& beginOutput();
    /// The end of the stream, or the answer, where one is wanted.
    void succeeded(nlohmann::json result);
    /// The same, and a row of the audit log.
    void refuse(const Error& error);
    void record(std::string_view outcome);

  private:
    std::string tokenName() const;

    Page& page_;
    rpc::Envelope envelope_;
    // As the page wrote them, for the params may not fit, and are gone when they were read.
    std::string token_;
    std::string certificate_;
    std::string operation_;
    bool takesOver_;  ///< Logins of an earlier connection.
    audit::Entry draft_;
    std::unique_ptr<stream::Outgoing> output_;
};

}  // namespace ukey::api
