#include "tokenlib/process/child_process.hpp"

#include <windows.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/last_error.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::process {
namespace {

using platform::throwLastError;
using platform::throwSystemError;
using platform::toWide;
using platform::UniqueHandle;

/// What kill() leaves as exit code, as Ctrl-C does: no program ends with it by itself.
constexpr DWORD kKilled = 0xC000013A;
/// Codes from here on are exceptions that nobody handled.
constexpr DWORD kFirstFault = 0xC0000000;

/// One argument so that CommandLineToArgvW and the C runtime read it back: backslashes count only before a
/// quotation mark.
void appendQuoted(std::wstring& line, const std::wstring& argument) {
    line += line.empty() ? L"\"" : L" \"";
    std::size_t backslashes = 0;
    for (const wchar_t character : argument) {
        if (character == L'"') line.append(backslashes + 1, L'\\');
        backslashes = character == L'\\' ? backslashes + 1 : 0;
        line += character;
    }
    line.append(backslashes, L'\\');
    line += L'"';
}

std::wstring commandLineOf(const SpawnOptions& options) {
    std::wstring line;
    appendQuoted(line, toWide(options.program));
    for (const std::string& argument : options.arguments) appendQuoted(line, toWide(argument));
    return line;
}

/// As CreateProcess wants it: sorted without regard to case, each entry ended by NUL, and all by another.
std::wstring environmentOf(const SpawnOptions& options) {
    std::vector<std::wstring> entries;
    for (const std::string& entry : options.environment) entries.push_back(toWide(entry));
    const auto name = [](const std::wstring& entry) { return entry.substr(0, entry.find(L'=', 1)); };
    std::sort(entries.begin(), entries.end(), [&](const std::wstring& a, const std::wstring& b) {
        return ::CompareStringOrdinal(name(a).c_str(), -1, name(b).c_str(), -1, TRUE) == CSTR_LESS_THAN;
    });
    std::wstring block;
    for (const std::wstring& entry : entries) block += entry + L'\0';
    if (block.empty()) block += L'\0';
    return block;  // With the string's own NUL.
}

/// A copy of our handle that a child inherits; none for none.
UniqueHandle inheritable(HANDLE handle) {
    HANDLE copy = nullptr;
    if (handle == nullptr || handle == INVALID_HANDLE_VALUE ||
        ::DuplicateHandle(::GetCurrentProcess(), handle, ::GetCurrentProcess(), &copy, 0, TRUE,
                          DUPLICATE_SAME_ACCESS) == FALSE)
        return {};
    return UniqueHandle(copy);
}

UniqueHandle openNull() {
    SECURITY_ATTRIBUTES attributes{sizeof attributes, nullptr, TRUE};
    return UniqueHandle(::CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE, &attributes, OPEN_EXISTING, 0,
                                      nullptr));
}

/// What the child inherits, and nothing else.
class HandleList {
  public:
    explicit HandleList(std::vector<HANDLE> handles) : handles_(std::move(handles)) {
        std::erase(handles_, nullptr);
        std::sort(handles_.begin(), handles_.end());
        handles_.erase(std::unique(handles_.begin(), handles_.end()), handles_.end());
        SIZE_T size = 0;
        (void)::InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
        memory_.resize(size);
        if (::InitializeProcThreadAttributeList(list(), 1, 0, &size) == FALSE)
            throwLastError("attribute list");
        if (::UpdateProcThreadAttribute(list(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(),
                                        handles_.size() * sizeof(HANDLE), nullptr, nullptr) == FALSE) {
            const DWORD error = ::GetLastError();
            ::DeleteProcThreadAttributeList(list());
            throwSystemError(error, "handle list");
        }
    }
    HandleList(const HandleList&) = delete;
    HandleList& operator=(const HandleList&) = delete;
    ~HandleList() { ::DeleteProcThreadAttributeList(list()); }

    LPPROC_THREAD_ATTRIBUTE_LIST list() {
        return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data());
    }

  private:
    std::vector<HANDLE> handles_;
    std::vector<std::byte> memory_;
};

/// What is in it ends when its last handle goes, which is ours, however we end.
UniqueHandle makeJob() {
    UniqueHandle job(::CreateJobObjectW(nullptr, nullptr));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    if (!job || ::SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits,
                                          sizeof limits) == FALSE)
        throwLastError("job");
    return job;
}

}  // namespace

void Handle::close() noexcept {
    if (const Value value = release(); value != kNone) (void)::CloseHandle(reinterpret_cast<HANDLE>(value));
}

std::string describeFault(const ExitState& state) {
    if (state.fault == 0) return {};
    std::array<char, 32> text{};
    (void)std::snprintf(text.data(), text.size(), "by exception 0x%08lX",
                        static_cast<unsigned long>(state.fault));
    return text.data();
}

struct Child::Process {
    Process(UniqueHandle process, UniqueHandle owner, DWORD number)
        : handle(std::move(process)), job(std::move(owner)), id(number) {}
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() { kill(); }

    void kill() const noexcept { (void)::TerminateJobObject(job.get(), kKilled); }

    UniqueHandle handle;
    UniqueHandle job;
    DWORD id;
};

Child Child::spawn(const SpawnOptions& options) {
    if (options.standardStream != nullptr)
        throwSystemError(ERROR_NOT_SUPPORTED, "a channel as standard input and output");
    UniqueHandle job = makeJob();
    const UniqueHandle null = openNull();
    const UniqueHandle errors = inheritable(::GetStdHandle(STD_ERROR_HANDLE));
    const HANDLE channel =
        options.channel == nullptr ? nullptr : reinterpret_cast<HANDLE>(options.channel->value());
    HandleList inherited({null.get(), errors.get(), channel});

    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = null.get();
    startup.StartupInfo.hStdOutput = null.get();
    startup.StartupInfo.hStdError = errors ? errors.get() : null.get();
    startup.lpAttributeList = inherited.list();

    const std::wstring program = toWide(options.program);
    std::wstring line = commandLineOf(options);
    std::wstring environment = environmentOf(options);
    // Another process of ours cannot inherit it in between: each has its own list.
    if (channel != nullptr) (void)::SetHandleInformation(channel, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    PROCESS_INFORMATION started{};
    const BOOL done = ::CreateProcessW(
        program.c_str(), line.data(), nullptr, nullptr, TRUE,
        CREATE_SUSPENDED | CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT,
        environment.data(), nullptr, &startup.StartupInfo, &started);
    const DWORD error = ::GetLastError();
    if (channel != nullptr) (void)::SetHandleInformation(channel, HANDLE_FLAG_INHERIT, 0);
    if (done == FALSE) throwSystemError(error, options.program);

    UniqueHandle process(started.hProcess);
    const UniqueHandle thread(started.hThread);
    // Before it runs, so that it and all that it starts are in it.
    if (::AssignProcessToJobObject(job.get(), process.get()) == FALSE ||
        ::ResumeThread(thread.get()) == static_cast<DWORD>(-1)) {
        const DWORD why = ::GetLastError();
        (void)::TerminateProcess(process.get(), kKilled);
        throwSystemError(why, options.program);
    }
    Child child;
    child.process_ = std::make_unique<Process>(std::move(process), std::move(job), started.dwProcessId);
    return child;
}

Child::Child() noexcept = default;
Child::Child(Child&& other) noexcept = default;
Child& Child::operator=(Child&& other) noexcept = default;
Child::~Child() = default;

int Child::id() const noexcept { return process_ ? static_cast<int>(process_->id) : -1; }

void Child::kill() noexcept {
    if (process_) process_->kill();
}

std::optional<ExitState> Child::poll() noexcept { return waitFor(std::chrono::milliseconds(0)); }

std::optional<ExitState> Child::waitFor(std::chrono::milliseconds time) noexcept {
    if (!process_ ||
        ::WaitForSingleObject(process_->handle.get(), static_cast<DWORD>(time.count())) != WAIT_OBJECT_0)
        return std::nullopt;
    DWORD code = 0;
    (void)::GetExitCodeProcess(process_->handle.get(), &code);
    if (code >= kFirstFault) return ExitState{.exitCode = 0, .fault = code};
    return ExitState{.exitCode = static_cast<int>(code), .fault = 0};
}

// Nothing is left to reap: the system forgets the process with its last handle.
void endLater(const boost::asio::any_io_executor&, Child child) { child.kill(); }

}  // namespace ukey::process
