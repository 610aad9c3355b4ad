// The daemon's side of the audit log: collects what happened in one turn of the loop and writes it at once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <memory>

#include "daemon/audit/chain.hpp"

namespace ukey::audit {

/// On the network thread. A log that cannot be written is an error in the program's own log; pages go on.
class Recorder {
  public:
    /// Without a folder nothing is kept. The file is opened when there is something to write.
    Recorder(boost::asio::any_io_executor executor, std::filesystem::path folder);
    /// Writes what is still to be written.
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Texts are made printable and cut. Refusals that come faster than anybody can read them are counted,
    /// and the count is written in their place.
    void record(Entry entry);

  private:
    class Queue;
    std::shared_ptr<Queue> queue_;
};

/// The operation that stands for refusals that were only counted.
inline constexpr std::string_view kOmitted = "refusals-omitted";
inline constexpr std::string_view kFine = "ok";

}  // namespace ukey::audit
