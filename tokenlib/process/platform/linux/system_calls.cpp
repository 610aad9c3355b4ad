#include "tokenlib/process/platform/system_calls.hpp"

#include <seccomp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "tokenlib/base/sanitizers.hpp"

namespace ukey::platform {
namespace {

// By name: each architecture numbers them otherwise, and lacks some.
constexpr auto kDenied = std::to_array<const char*>({
    // Other processes.
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "kcmp",
    "pidfd_getfd",
    // The kernel and the machine.
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "bpf",
    "perf_event_open",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "settimeofday",
    "clock_settime",
    "clock_settime64",
    "adjtimex",
    "clock_adjtime",
    "clock_adjtime64",
    "quotactl",
    "quotactl_fd",
    "syslog",
    "vhangup",
    "iopl",
    "ioperm",
    // File systems and namespaces.
    "mount",
    "umount",
    "umount2",
    "pivot_root",
    "chroot",
    "setns",
    "unshare",
    "open_by_handle_at",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    // What made faults of the kernel usable again and again, and what goes around the check of sockets.
    "userfaultfd",
    "keyctl",
    "add_key",
    "request_key",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
});

constexpr auto kNetworkFamilies = std::to_array<unsigned>({AF_INET, AF_INET6, AF_PACKET, AF_VSOCK});

struct Release {
    void operator()(void* filter) const noexcept { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

constexpr std::uint32_t kRefused = SCMP_ACT_ERRNO(EPERM);

/// Allows everything on this machine's architecture, and nothing on others. Empty when the library does not
/// know the machine.
Filter emptyFilter() {
    Filter filter(seccomp_init(SCMP_ACT_ALLOW));
    if (!filter || seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, kRefused) != 0 ||
        seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1) != 0) {
        return nullptr;
    }
    return filter;
}

bool denyCalls(const Filter& filter) {
    for (const char* name : kDenied) {
        const int call = seccomp_syscall_resolve_name(name);
        if (call != __NR_SCMP_ERROR && seccomp_rule_add(filter.get(), kRefused, call, 0) != 0) return false;
    }
    return true;
}

bool denyNetwork(const Filter& filter) {
    for (const unsigned family : kNetworkFamilies) {
        // A family is an int: the kernel looks at the lower half of the register, so the filter does, too.
        const scmp_arg_cmp isFamily = SCMP_A0_32(SCMP_CMP_EQ, family, 0);
        if (seccomp_rule_add(filter.get(), kRefused, SCMP_SYS(socket), 1, isFamily) != 0) return false;
    }
    return true;
}

/// What a 32-bit program may call, which shares the machine with 64-bit ones.
bool admitThirtyTwoBit([[maybe_unused]] const Filter& filter) {
#if defined(__x86_64__)
    Filter other = emptyFilter();
    if (!other || seccomp_arch_add(other.get(), SCMP_ARCH_X86) != 0 ||
        seccomp_arch_remove(other.get(), SCMP_ARCH_NATIVE) != 0 || !denyCalls(other) ||
        seccomp_merge(filter.get(), other.get()) != 0) {
        return false;
    }
    (void)other.release();  // The merged one owns it now.
#endif
    return true;
}

}  // namespace

bool giveUpSystemCalls(Sockets sockets, Programs programs) noexcept {
    if (kSanitized) return false;  // A leak checker attaches to its own process.
    const Filter filter = emptyFilter();
    if (!filter || !denyCalls(filter)) return false;
    if (sockets == Sockets::local && !denyNetwork(filter)) return false;
    if (programs == Programs::alsoThirtyTwoBit && !admitThirtyTwoBit(filter)) return false;
    return seccomp_load(filter.get()) == 0;
}

Sockets socketsThatDialogsNeed() noexcept {
    const char* display = std::getenv("DISPLAY");
    const std::string_view name = display == nullptr ? "" : display;
    const bool isHere =
        name.empty() || name.starts_with(':') || name.starts_with("unix:") || name.starts_with('/');
    return isHere ? Sockets::local : Sockets::all;
}

}  // namespace ukey::platform
