// Text messages, which the sandbox shows instead of sending.
#pragma once

#include <string>
#include <vector>

#include "sandbox/ra/schema.hpp"

namespace ukey::ra {

struct Message {
    std::string phone;
    std::string zh;
    std::string en;
    Time sent;
};

class Outbox {
  public:
    Outbox(sqlite::Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}

    /// Throws Refused too-many-messages when the phone got its ten of the last hour.
    void checkLimit(const std::string& phone);
    /// Throws as `checkLimit`.
    void send(const std::string& phone, const std::string& zh, const std::string& en);
    /// The newest first, at most a hundred.
    std::vector<Message> list();

  private:
    sqlite::Database& database_;
    Clock clock_;
};

}  // namespace ukey::ra
