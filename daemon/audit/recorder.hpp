// The daemon's side of the audit log: takes what happened, and lets a thread of its own write it, so that no
// page waits for the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "daemon/audit/chain.hpp"

namespace ukey::audit {

/// Of the one who was refused: a site that was granted something, or anybody.
enum class Standing : std::uint8_t { granted, stranger };

/// `record` is called by one thread. A log that cannot be written is an error in the program's own log; pages
/// go on.
class Recorder {
  public:
    /// Without a folder nothing is kept. File and thread begin with the first entry.
    Recorder(std::filesystem::path folder, ByteView installSecret);
    /// Returns when everything is written.
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Texts are made printable and cut. Refusals of an origin that come faster than anybody can read them
    /// are counted, and the count is written in their place; what a token or its user refused is always
    /// written. All strangers share one small budget, so that they cannot push other rows out of the log.
    void record(Entry entry, Standing standing = Standing::granted);

  private:
    class Writer;
    std::unique_ptr<Writer> writer_;
};

/// The operation that stands for refusals of an origin that were only counted.
inline constexpr std::string_view kOmitted = "refusals-omitted";
inline constexpr std::string_view kFine = "ok";
/// The operation, with the scopes behind it, of a grant that is there when the program starts.
inline constexpr std::string_view kGrantFound = "grant-found";
/// The operation of those that are turned away before they are connected.
inline constexpr std::string_view kConnect = "connect";

}  // namespace ukey::audit
