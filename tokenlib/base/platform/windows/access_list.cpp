#include "tokenlib/base/platform/windows/access_list.hpp"

// Windows.h must come first.
// clang-format off
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>
// clang-format on

#include <vector>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::platform {
namespace {

[[noreturn]] void fail(const char* what) {
    throw Error(ErrorCode::internal, std::string("cannot ") + what + ": " + describeError(::GetLastError()));
}

/// The user of this process, as TOKEN_USER with the SID behind it.
std::vector<std::byte> ownUser() {
    HANDLE opened = nullptr;
    if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &opened) == FALSE)
        fail("open the process's token");
    const UniqueHandle token(opened);
    DWORD size = 0;
    ::GetTokenInformation(token.get(), TokenUser, nullptr, 0, &size);
    std::vector<std::byte> user(size);
    if (size == 0 || ::GetTokenInformation(token.get(), TokenUser, user.data(), size, &size) == FALSE)
        fail("tell this process's user");
    return user;
}

PSID sidIn(std::vector<std::byte>& user) { return reinterpret_cast<TOKEN_USER*>(user.data())->User.Sid; }

bool isWellKnown(PSID sid, const wchar_t* text) {
    PSID other = nullptr;
    if (::ConvertStringSidToSidW(text, &other) == FALSE) return false;
    const LocalMemory owned(other);
    return ::EqualSid(sid, other) != FALSE;
}

/// This user, SYSTEM, Administrators, TrustedInstaller; and who is only a place holder: creator owner, owner
/// rights.
bool isTrusted(PSID sid) {
    static std::vector<std::byte> user = ownUser();
    if (::EqualSid(sid, sidIn(user)) != FALSE) return true;
    for (const wchar_t* text : {L"S-1-5-18", L"S-1-5-32-544", L"S-1-3-0", L"S-1-3-4",
                                L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"}) {
        if (isWellKnown(sid, text)) return true;
    }
    return false;
}

}  // namespace

std::string ownSid() {
    std::vector<std::byte> user = ownUser();
    LPWSTR text = nullptr;
    if (::ConvertSidToStringSidW(sidIn(user), &text) == FALSE) fail("write this user's SID");
    const LocalMemory owned(text);
    return toUtf8(text);
}

LocalMemory ownerOnlyDescriptor() {
    const std::wstring text = toWide("D:P(A;OICI;FA;;;" + ownSid() + ")(A;OICI;FA;;;SY)");
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (::ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1, &descriptor,
                                                               nullptr) == FALSE)
        fail("make a security descriptor");
    return LocalMemory(descriptor);
}

bool othersMay(const std::filesystem::path& path, DWORD rights) {
    PACL list = nullptr;
    PSID owner = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (::GetNamedSecurityInfoW(path.c_str(), SE_FILE_OBJECT,
                                DACL_SECURITY_INFORMATION | OWNER_SECURITY_INFORMATION, &owner, nullptr,
                                &list, nullptr, &descriptor) != ERROR_SUCCESS) {
        return true;
    }
    const LocalMemory owned(descriptor);
    if (list == nullptr) return true;  // No list at all: everybody may do everything.
    if (owner == nullptr || !isTrusted(owner)) return true;
    for (DWORD i = 0; i < list->AceCount; ++i) {
        void* entry = nullptr;
        if (::GetAce(list, i, &entry) == FALSE) return true;
        auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
        if (allowed->Header.AceType != ACCESS_ALLOWED_ACE_TYPE) continue;
        if ((allowed->Header.AceFlags & INHERIT_ONLY_ACE) != 0) continue;
        if ((allowed->Mask & rights) != 0 && !isTrusted(&allowed->SidStart)) return true;
    }
    return false;
}

}  // namespace ukey::platform
