// Files on their way from a page, piece by piece.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/sealed_check/sealed_check.hpp"

namespace ukey::trading {

/// What is under way lives as long as the program: a page begins anew after a restart. All of it throws
/// BidRefused: uploadNotFound where there is no such upload of that owner.
class Uploads {
  public:
    /// Clears the folder of what an earlier run did not finish.
    explicit Uploads(std::filesystem::path folder);
    ~Uploads();

    /// Of too many of one owner the oldest is given up.
    std::string begin(const std::string& owner);

    /// Octets that begin at `from`; those that are here already, because an answer was lost, are taken for
    /// such. Gives how many there are now.
    std::uint64_t append(const std::string& owner, const std::string& id, std::uint64_t from,
                         std::string_view octets);

    struct Received {
        std::uint64_t size = 0;
        std::string sha256;
    };
    Received received(const std::string& owner, const std::string& id) const;
    std::optional<sealed_check::Refusal> checkSealed(const std::string& owner, const std::string& id,
                                                     const std::vector<const X509*>& recipients) const;

    /// The upload has ended, its file lies there now.
    void keep(const std::string& owner, const std::string& id, const std::filesystem::path& file);

  private:
    struct Upload;

    Upload& find(const std::string& owner, const std::string& id) const;

    std::filesystem::path folder_;
    std::uint64_t begun_ = 0;
    std::map<std::string, std::unique_ptr<Upload>> uploads_;
};

}  // namespace ukey::trading
