#include "tokenlib/process/platform/windows/hardening.hpp"

#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <cstdlib>
#include <exception>
#include <string>

#include "tokenlib/base/platform/windows/access_list.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::platform {
namespace {

template <class Policy>
void set(PROCESS_MITIGATION_POLICY which, Policy policy) noexcept {
    (void)::SetProcessMitigationPolicy(which, &policy, sizeof policy);
}

/// Others of this user may wait for us, ask who we are and end us; the owner's own right to change that is
/// taken, too (OW).
void shutOut() noexcept try {
    const std::wstring text = L"D:P(A;;0x101001;;;" + toWide(ownSid()) + L")(A;;GA;;;SY)(A;;RC;;;OW)";
    PSECURITY_DESCRIPTOR made = nullptr;
    if (::ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1, &made,
                                                               nullptr) == FALSE)
        return;
    const LocalMemory descriptor(made);
    (void)::SetKernelObjectSecurity(::GetCurrentProcess(), DACL_SECURITY_INFORMATION, made);
} catch (const std::exception&) {
}

/// Windows Error Reporting keeps pictures of the memory of what crashed.
void leaveOutOfReports() noexcept {
    using Exclude = HRESULT(WINAPI*)(PCWSTR, BOOL);
    const HMODULE library = ::LoadLibraryExW(L"wer.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (library == nullptr) return;
    const auto exclude = reinterpret_cast<Exclude>(
        reinterpret_cast<void*>(::GetProcAddress(library, "WerAddExcludedApplication")));
    wchar_t program[MAX_PATH];
    const DWORD length = ::GetModuleFileNameW(nullptr, program, MAX_PATH);
    if (exclude == nullptr || length == 0 || length >= MAX_PATH) return;
    const wchar_t* name = program;
    for (const wchar_t* at = program; *at != L'\0'; ++at) {
        if (*at == L'\\') name = at + 1;
    }
    (void)exclude(name, FALSE);
}

/// At once: whoever waits for our end learns of it without a debugger or a report in between, and by which
/// exception it was.
LONG WINAPI endByFault(EXCEPTION_POINTERS* fault) {
    ::TerminateProcess(::GetCurrentProcess(), fault->ExceptionRecord->ExceptionCode);
    return EXCEPTION_EXECUTE_HANDLER;
}

}  // namespace

void hardenOwnProcess() noexcept {
    (void)::SetUnhandledExceptionFilter(&endByFault);
    ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    // The C runtime of a program without a console shows a box for abort().
    (void)::_set_error_mode(_OUT_TO_STDERR);
    (void)::HeapSetInformation(nullptr, HeapEnableTerminationOnCorruption, nullptr, 0);
    (void)::SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32 | LOAD_LIBRARY_SEARCH_USER_DIRS);
    PROCESS_MITIGATION_EXTENSION_POINT_DISABLE_POLICY hooks{};
    hooks.DisableExtensionPoints = 1;
    set(ProcessExtensionPointDisablePolicy, hooks);
    PROCESS_MITIGATION_IMAGE_LOAD_POLICY images{};
    images.NoRemoteImages = 1;
    images.NoLowMandatoryLabelImages = 1;
    images.PreferSystem32Images = 1;
    set(ProcessImageLoadPolicy, images);
    leaveOutOfReports();
    shutOut();
}

}  // namespace ukey::platform
