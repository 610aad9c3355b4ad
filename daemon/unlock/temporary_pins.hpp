// Tokens whose PIN an RA chose with a maker's unlock and whose user has not changed it yet: kept in the state
// folder, so that the next login begins with the change even after a restart.
#pragma once

#include <filesystem>
#include <memory>

#include "daemon/hosts/token_hosts.hpp"

namespace ukey::unlock {

/// For one thread, which it may keep waiting for the disk. Nothing here throws: an unlock holds whether it
/// can be noted or not. What cannot be written is known as long as the process runs, and the log says why.
class TemporaryPins {
  public:
    /// `temporary-pins.db` in the folder, made with the first such token. Without a folder they are kept in
    /// memory.
    explicit TemporaryPins(std::filesystem::path folder);
    ~TemporaryPins();
    TemporaryPins(TemporaryPins&&) noexcept;
    TemporaryPins& operator=(TemporaryPins&&) noexcept;

    void add(const hosts::HostedToken& token) noexcept;
    /// Its user chose a PIN. Does nothing where it was not there.
    void remove(const hosts::HostedToken& token) noexcept;
    bool has(const hosts::HostedToken& token) noexcept;

  private:
    class Store;
    std::unique_ptr<Store> store_;
};

}  // namespace ukey::unlock
