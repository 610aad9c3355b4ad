// A running ukeyd with one soft token (SM2), and sites that may do everything with it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/support/child_process.hpp"

namespace ukey::bench {

class SoftDaemon {
  public:
    SoftDaemon(const std::filesystem::path& build, const std::vector<std::string>& origins);
    SoftDaemon(const SoftDaemon&) = delete;
    SoftDaemon& operator=(const SoftDaemon&) = delete;
    ~SoftDaemon();

    static constexpr auto kSerial = "BENCH-SOFT";
    static constexpr auto kPin = "123456";

    unsigned short port() const { return port_; }
    /// Of ukeyd and all that it started (PSS).
    double mebibytes() const;
    pid_t process() const { return process_->pid(); }

  private:
    std::filesystem::path folder_;
    std::unique_ptr<ChildProcess> process_;
    unsigned short port_ = 0;
};

}  // namespace ukey::bench
