// The daemon's side of the audit log: takes what happened, and lets the worker for the disk write it, so that
// no page waits for that.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "daemon/audit/chain.hpp"
#include "daemon/work/worker.hpp"

namespace ukey::audit {

/// Of the one who was refused: a site that was granted something, or anybody.
enum class Standing : std::uint8_t { granted, stranger };

/// To be used on one executor. A log that cannot be written is an error in the program's own log; pages go
/// on.
class Recorder {
  public:
    /// Without a folder nothing is kept. The file begins with the first entry. The worker has to be gone
    /// before the recorder is.
    Recorder(const boost::asio::any_io_executor& executor, work::Worker& disk, std::filesystem::path folder,
             ByteView installSecret);
    /// Writes what has not been handed to the worker.
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Texts are made printable and cut. Refusals of an origin that come faster than anybody can read them
    /// are counted, and the count is written in their place; what a token or its user refused is always
    /// written. All strangers share one small budget, so that they cannot push other rows out of the log.
    void record(Entry entry, Standing standing = Standing::granted);

  private:
    class Writer;
    std::shared_ptr<Writer> writer_;
};

/// The operation that stands for refusals of an origin that were only counted.
inline constexpr std::string_view kOmitted = "refusals-omitted";
inline constexpr std::string_view kFine = "ok";
/// The operation, with the scopes behind it, of a grant that is there when the program starts.
inline constexpr std::string_view kGrantFound = "grant-found";
/// The operation of those that are turned away before they are connected.
inline constexpr std::string_view kConnect = "connect";

}  // namespace ukey::audit
