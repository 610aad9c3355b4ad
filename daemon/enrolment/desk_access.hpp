// The enrolments of one user, for the network thread: the disk keeps another thread waiting.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/enrolment/desk.hpp"
#include "daemon/work/on_worker.hpp"
#include "tokenlib/enrolment/journal_access.hpp"

namespace ukey::enrolment {

class DeskAccess final : public JournalAccess {
  public:
    DeskAccess(work::Worker& disk, const std::filesystem::path& folder) : desk_(disk, folder) {}

    /// As those of Desk.
    boost::asio::awaitable<std::optional<Record>> find(std::string id);
    boost::asio::awaitable<std::vector<Record>> all();
    boost::asio::awaitable<TokenView> viewOf(token::Identity token);

    /// Runs `work` while the token's WorkLock is held; a call that is given up lets go of that too before it
    /// ends.
    boost::asio::awaitable<void> alone(token::Identity token,
                                       std::function<boost::asio::awaitable<void>()> work);

  private:
    boost::asio::awaitable<void> run(std::function<void(Journal&)> work) override;

    work::OnWorker<Desk> desk_;
};

}  // namespace ukey::enrolment
