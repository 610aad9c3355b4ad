// Who asks for certificates.
#pragma once

#include <optional>
#include <string>

#include "sandbox/ra/code_messages.hpp"

namespace ukey::ra {

struct Account {
    std::int64_t id = 0;
    std::string kind;      ///< "person" or "organisation".
    std::string name;      ///< Goes into certificates.
    std::string identity;  ///< Identity card number or unified social credit code.
    std::string phone;
    bool identified = false;  ///< The identity check (a stand-in here) was passed.
};

class Accounts {
  public:
    Accounts(sqlite::Database& database, CodeMessages& messages, SecretCodes& codes, Clock clock);

    /// Sends a verification code, good for ten minutes. Says nothing of whether the number is registered.
    void sendCode(const std::string& phone);
    /// The code proves the phone number. Throws Refused.
    Account registerNew(const Account& account, const std::string& code);
    Account logIn(const std::string& phone, const std::string& code);

    std::optional<Account> find(std::int64_t id);
    void setIdentified(std::int64_t id);
    void rename(std::int64_t id, const std::string& name);

  private:
    std::optional<Account> findBy(const char* sql, const std::string& value);

    sqlite::Database& database_;
    CodeMessages& messages_;
    SecretCodes& codes_;
    Clock clock_;
};

}  // namespace ukey::ra
