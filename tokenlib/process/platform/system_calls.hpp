// What a process and all its children give up for good, so that a driver or a parser that was taken over
// finds little to work with (security.md 42).
#pragma once

namespace ukey::platform {

/// Which sockets stay possible. Those that are open stay open either way.
enum class Sockets {
    all,
    local,  ///< Unix and netlink sockets and the like: what pcscd, udev and a local display need. No TCP, no
            ///< UDP.
};

/// Whether a 32-bit program may still be started.
enum class Programs { own, alsoThirtyTwoBit };

/// Denies, for all threads, what neither the bridge, a driver nor a dialog needs: looking into other
/// processes, loading kernel code, mounting, keyrings, other namespaces, io_uring, …; they fail with EPERM.
/// False when the system cannot do it; then nothing is denied.
bool giveUpSystemCalls(Sockets sockets, Programs programs) noexcept;

/// Local ones, but all where the user's display is reached over the network (ssh -X): the dialogs of a
/// process are its children.
Sockets socketsThatDialogsNeed() noexcept;

}  // namespace ukey::platform
