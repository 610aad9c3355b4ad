#include "tokenlib/process/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <csignal>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>

#include "tokenlib/process/platform/linux/channel_descriptor.hpp"

namespace ukey::process {
namespace {

constexpr int kFirstHighDescriptor = 128;
constexpr unsigned kCloseRangeCloexec = 4;  // CLOSE_RANGE_CLOEXEC, Linux 5.11.

[[noreturn]] void throwErrno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// One of our descriptors, and the number that the child finds it under.
struct Placed {
    int ours;
    int childs;
};

std::vector<Placed> placedDescriptors(const SpawnOptions& options) {
    std::vector<Placed> placed;
    if (options.standardStream != nullptr) {
        const int stream = static_cast<int>(options.standardStream->value());
        placed.push_back({stream, STDIN_FILENO});
        placed.push_back({stream, STDOUT_FILENO});
    }
    if (options.channel != nullptr)
        placed.push_back({static_cast<int>(options.channel->value()), kChannelDescriptor});
    return placed;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// What the child needs between fork and exec, laid out before the fork: only async-signal-safe calls after
/// it.
struct ChildPlan {
    const char* program;
    char* const* arguments;
    char* const* environment;
    const std::vector<Placed>* descriptors;
    std::vector<int>* moved;  ///< Room for one number a descriptor.
    int report;               ///< Gets errno when exec fails; closed by exec when it does not.
    pid_t parent;
};

void closeAllOnExecFrom(int first) noexcept {
    if (::syscall(SYS_close_range, first, ~0U, kCloseRangeCloexec) == 0) return;
    rlimit limit{};
    int end = 4096;
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536) {
        end = static_cast<int>(limit.rlim_cur);
    }
    for (int fd = first; fd < end; ++fd) (void)::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

bool placeDescriptors(const ChildPlan& plan) noexcept {
    // First out of the way, so that no target overwrites a source.
    for (std::size_t i = 0; i < plan.descriptors->size(); ++i) {
        (*plan.moved)[i] = ::fcntl((*plan.descriptors)[i].ours, F_DUPFD_CLOEXEC, kFirstHighDescriptor);
        if ((*plan.moved)[i] < 0) return false;
    }
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || ::dup2(null, STDIN_FILENO) < 0 || ::dup2(null, STDOUT_FILENO) < 0) return false;
    closeAllOnExecFrom(STDERR_FILENO + 1);
    for (std::size_t i = 0; i < plan.descriptors->size(); ++i) {
        if (::dup2((*plan.moved)[i], (*plan.descriptors)[i].childs) < 0) return false;
    }
    return true;
}

void resetSignals() noexcept {
    // By the system call itself: sigaction() refuses the two signals that the C library keeps for its
    // threads, which a program above us may have left ignored all the same. All zero is SIG_DFL in every
    // layout.
    const std::array<unsigned char, 64> action{};
    for (int number = 1; number < NSIG; ++number) {
        (void)::syscall(SYS_rt_sigaction, number, action.data(), nullptr, (NSIG - 1) / 8);
    }
    sigset_t none;
    ::sigemptyset(&none);
    (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void becomeProgram(const ChildPlan& plan) noexcept {
    const int report = ::fcntl(plan.report, F_DUPFD_CLOEXEC, kFirstHighDescriptor);
    resetSignals();
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent) ::_exit(127);  // It went before the signal was asked for.
    if (report >= 0 && ::chdir("/") == 0 && placeDescriptors(plan)) {
        (void)::execve(plan.program, plan.arguments, plan.environment);
    }
    const int error = errno;
    (void)!::write(report, &error, sizeof error);
    ::_exit(127);
}

std::mutex leftoverMutex;
std::vector<pid_t>& leftovers() {
    static std::vector<pid_t> pids;
    return pids;
}

void reapLeftovers() noexcept {
    const std::lock_guard lock(leftoverMutex);
    std::erase_if(leftovers(), [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
}

void leaveForLater(pid_t pid) noexcept {
    const std::lock_guard lock(leftoverMutex);
    leftovers().push_back(pid);
}

ExitState exitStateOf(int status) {
    if (WIFSIGNALED(status)) return {.exitCode = 0, .fault = static_cast<std::uint32_t>(WTERMSIG(status))};
    return {.exitCode = WEXITSTATUS(status), .fault = 0};
}

/// The errno that the child reported, 0 when it became the program.
int reportedError(int descriptor) {
    int error = 0;
    ssize_t got = 0;
    do {
        got = ::read(descriptor, &error, sizeof error);
    } while (got < 0 && errno == EINTR);
    return got == sizeof error ? error : 0;
}

}  // namespace

void Handle::close() noexcept {
    if (const Value value = release(); value != kNone) (void)::close(static_cast<int>(value));
}

std::string describeFault(const ExitState& state) {
    return state.fault == 0 ? std::string() : "by signal " + std::to_string(state.fault);
}

struct Child::Process {
    explicit Process(pid_t id)
        : pid(id), ended(::syscall(SYS_pidfd_open, id, 0)) {}  // Close-on-exec by itself.
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() {
        if (poll()) return;
        kill();
        if (!poll()) leaveForLater(pid);
    }

    void kill() const noexcept {
        if (!state) (void)::kill(pid, SIGKILL);
    }
    std::optional<ExitState> poll() noexcept {
        if (state) return state;
        int status = 0;
        const pid_t got = ::waitpid(pid, &status, WNOHANG);
        if (got == pid) state = exitStateOf(status);
        if (got < 0 && errno == ECHILD) state = ExitState{};  // Somebody else's handler took it.
        return state;
    }

    pid_t pid;
    Handle ended;  ///< Readable once the process ended; none where the system has no such thing.
    std::optional<ExitState> state;
};

Child Child::spawn(const SpawnOptions& options) {
    reapLeftovers();
    std::vector<std::string> arguments = options.arguments;
    arguments.insert(arguments.begin(), options.program);
    std::vector<std::string> environment = options.environment;
    const std::vector<char*> argumentPointers = pointersTo(arguments);
    const std::vector<char*> environmentPointers = pointersTo(environment);
    const std::vector<Placed> descriptors = placedDescriptors(options);
    std::vector<int> moved(descriptors.size(), -1);

    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throwErrno("pipe");
    const Handle readEnd(ends[0]);
    Handle writeEnd(ends[1]);
    const ChildPlan plan{.program = options.program.c_str(),
                         .arguments = argumentPointers.data(),
                         .environment = environmentPointers.data(),
                         .descriptors = &descriptors,
                         .moved = &moved,
                         .report = ends[1],
                         .parent = ::getpid()};
    const pid_t pid = ::fork();
    if (pid == 0) becomeProgram(plan);
    if (pid < 0) throwErrno("fork");
    writeEnd.close();
    Child child;
    child.process_ = std::make_unique<Process>(pid);
    const int error = reportedError(ends[0]);
    if (error != 0) throw std::system_error(error, std::generic_category(), options.program);
    return child;
}

Child::Child() noexcept = default;
Child::Child(Child&& other) noexcept = default;
Child& Child::operator=(Child&& other) noexcept = default;
Child::~Child() = default;

int Child::id() const noexcept { return process_ ? process_->pid : -1; }

void Child::kill() noexcept {
    if (process_) process_->kill();
}

std::optional<ExitState> Child::poll() noexcept { return process_ ? process_->poll() : std::nullopt; }

std::optional<ExitState> Child::waitFor(std::chrono::milliseconds time) noexcept {
    if (auto state = poll()) return state;
    if (!process_ || !process_->ended) return std::nullopt;
    pollfd ended{.fd = static_cast<int>(process_->ended.value()), .events = POLLIN, .revents = 0};
    (void)::poll(&ended, 1, static_cast<int>(time.count()));
    return poll();
}

void endLater(const boost::asio::any_io_executor& executor, Child child) {
    child.kill();
    if (!child.process_ || child.poll() || !child.process_->ended) return;
    struct Pending {
        Child child;
        boost::asio::posix::stream_descriptor ended;
    };
    const int watched = ::fcntl(static_cast<int>(child.process_->ended.value()), F_DUPFD_CLOEXEC, 0);
    if (watched < 0) return;
    auto pending = std::make_shared<Pending>(
        Pending{std::move(child), boost::asio::posix::stream_descriptor(executor, watched)});
    // The handler keeps the process until it can be reaped.
    pending->ended.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                              [pending](const boost::system::error_code&) { (void)pending->child.poll(); });
}

}  // namespace ukey::process
