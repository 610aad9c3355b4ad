#include "tokenlib/process/platform/system_calls.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

namespace ukey::platform {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kOwnArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__i386__)
constexpr std::uint32_t kOwnArchitecture = AUDIT_ARCH_I386;
#elif defined(__aarch64__)
constexpr std::uint32_t kOwnArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kOwnArchitecture = 0;
#endif

// A leak checker attaches to its own process.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

// Numbers that an architecture does not have are left out.
constexpr auto kDenied = std::to_array<std::uint32_t>({
    // Other processes.
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
#ifdef SYS_pidfd_getfd
    SYS_pidfd_getfd,
#endif
    // The kernel and the machine.
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_acct,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_clock_adjtime,
    SYS_quotactl,
    SYS_syslog,
    SYS_vhangup,
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
#ifdef SYS_iopl
    SYS_iopl,
    SYS_ioperm,
#endif
    // File systems and namespaces.
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_setns,
    SYS_unshare,
    SYS_open_by_handle_at,
#ifdef SYS_fsopen
    SYS_open_tree,
    SYS_move_mount,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
#endif
    // What made faults of the kernel usable again and again, and what goes around the check of sockets.
    SYS_userfaultfd,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
#ifdef SYS_io_uring_setup
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
#endif
});

#if defined(__x86_64__)
/// The same, as a 32-bit program numbers them.
constexpr auto kDeniedThirtyTwoBit = std::to_array<std::uint32_t>(
    {26,  347, 348, 349, 438, 128, 350, 129, 283, 357, 336, 88,  87,  115, 51,  79,
     264, 124, 343, 131, 103, 111, 110, 101, 21,  22,  52,  217, 61,  346, 310, 342,
     428, 429, 430, 431, 432, 433, 374, 288, 286, 287, 425, 426, 404, 405, 427});
#endif

constexpr auto kNetworkFamilies = std::to_array<std::uint32_t>({AF_INET, AF_INET6, AF_PACKET, AF_VSOCK});

/// A program of the kernel's filter, made instruction by instruction. Jumps skip one instruction at most.
class Filter {
  public:
    void load(std::size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
    void loadNumber() { load(offsetof(seccomp_data, nr)); }
    void allow() { add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW); }
    void deny() { add(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM); }
    void denyIf(std::uint32_t value) {
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
        deny();
    }
    void denyEach(std::span<const std::uint32_t> values) {
        for (const std::uint32_t value : values) denyIf(value);
    }
    void denyFrom(std::uint32_t value) {
        add(BPF_JMP | BPF_JGE | BPF_K, value, 0, 1);
        deny();
    }
    /// What `body` adds is for this value alone.
    template <class Body>
    void when(std::uint32_t value, Body body) {
        const std::size_t jump = code_.size();
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 0);
        body();
        code_[jump].jf = static_cast<std::uint8_t>(code_.size() - jump - 1);
    }

    /// For all threads of the process.
    bool install() {
        const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
        return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
               ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
    }

  private:
    void add(int operation, std::uint32_t value, std::uint8_t ifTrue = 0, std::uint8_t ifFalse = 0) {
        code_.push_back({static_cast<std::uint16_t>(operation), ifTrue, ifFalse, value});
    }

    std::vector<sock_filter> code_;
};

Filter makeFilter(Sockets sockets, [[maybe_unused]] Programs programs) {
    Filter filter;
    filter.load(offsetof(seccomp_data, arch));
    filter.when(kOwnArchitecture, [&] {
        filter.loadNumber();
#if defined(__x86_64__)
        filter.denyFrom(0x40000000);  // The third numbering, of programs that nobody has.
#endif
        filter.denyEach(kDenied);
        if (sockets == Sockets::local) {
            filter.when(SYS_socket, [&] {
                // A family is an int; the kernel looks at the lower half as well.
                filter.load(offsetof(seccomp_data, args));
                filter.denyEach(kNetworkFamilies);
            });
        }
        filter.allow();
    });
#if defined(__x86_64__)
    if (programs == Programs::alsoThirtyTwoBit) {
        filter.when(AUDIT_ARCH_I386, [&] {
            filter.loadNumber();
            filter.denyEach(kDeniedThirtyTwoBit);
            filter.allow();
        });
    }
#endif
    filter.deny();
    return filter;
}

}  // namespace

bool giveUpSystemCalls(Sockets sockets, Programs programs) noexcept {
    if (kSanitized || kOwnArchitecture == 0) return false;
    return makeFilter(sockets, programs).install();
}

Sockets socketsThatDialogsNeed() noexcept {
    const char* display = std::getenv("DISPLAY");
    const std::string_view name = display == nullptr ? "" : display;
    const bool isHere =
        name.empty() || name.starts_with(':') || name.starts_with("unix:") || name.starts_with('/');
    return isHere ? Sockets::local : Sockets::all;
}

}  // namespace ukey::platform
