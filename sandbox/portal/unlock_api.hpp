// 解锁 over HTTP: the holder's way and the clerk's (sandbox/API.md).
#pragma once

#include "sandbox/http/message.hpp"
#include "sandbox/ra/unlocks.hpp"

namespace ukey::portal {

/// `rest` is what follows the prefix of the address: "7" or "7/verify". Everything throws ra::Refused.
class UnlockApi {
  public:
    UnlockApi(ra::Unlocks& unlocks, ra::Accounts& accounts, const ra::CodeMessages& messages)
        : unlocks_(unlocks), accounts_(accounts), messages_(messages) {}

    http::Response list(const ra::Account& account);
    http::Response ask(const http::Request& request, const ra::Account& account);
    http::Response get(const ra::Account& account, const std::string& rest);
    http::Response post(const http::Request& request, const ra::Account& account, const std::string& rest);
    http::Response clerkList();
    http::Response clerkPost(const http::Request& request, const std::string& rest);

  private:
    http::Response answer(const http::Request& request, const ra::Account& account, std::int64_t unlock);

    ra::Unlocks& unlocks_;
    ra::Accounts& accounts_;
    const ra::CodeMessages& messages_;
};

}  // namespace ukey::portal
