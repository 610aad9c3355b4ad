// Codes that people type in from a text message.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "sandbox/ra/schema.hpp"

namespace ukey::ra {

/// The database holds salted hashes; five wrong tries void a code.
class SecretCodes {
  public:
    SecretCodes(sqlite::Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}

    /// A new code of so many digits for the purpose ("login:138…", "order:7"), in place of an older one.
    std::string make(const std::string& purpose, unsigned digits, std::chrono::seconds lifetime);
    /// When the one that is in hand was made; nothing where there is none.
    std::optional<Time> madeAt(const std::string& purpose, std::chrono::seconds lifetime);
    /// Throws Refused code-wrong, code-expired, code-locked.
    void check(const std::string& purpose, const std::string& code);
    /// It serves no more.
    void remove(const std::string& purpose);

  private:
    sqlite::Database& database_;
    Clock clock_;
};

}  // namespace ukey::ra
