// A second account of the operating system, made for one test and deleted after it. Only root can.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace ukey::test {

class Account {
  public:
    /// Whether accounts can be made here.
    static bool possible();

    /// `useradd`, with a name that nobody else has. Throws std::runtime_error.
    Account();
    ~Account();
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;

    /// What `work` returns in a process of this account.
    std::string run(const std::function<std::string()>& work) const;

    /// Goes before a command line that is to run as this account.
    std::vector<std::string> commandPrefix() const;

    /// The folder and what is in it become the account's.
    void give(const std::string& folder) const;

  private:
    std::string name_;
    uid_t uid_ = 0;
    gid_t gid_ = 0;
};

}  // namespace ukey::test
