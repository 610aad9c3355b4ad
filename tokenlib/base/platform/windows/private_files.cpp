#include "tokenlib/base/platform/private_files.hpp"

// Windows.h must come first.
// clang-format off
#include <windows.h>
#include <aclapi.h>
// clang-format on

#include <string_view>
#include <system_error>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/windows/access_list.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::platform {
namespace {

std::string named(const std::filesystem::path& path) { return pathText(path); }

[[noreturn]] void fail(const char* what, const std::filesystem::path& path, DWORD error) {
    throw Error(ErrorCode::internal,
                std::string("cannot ") + what + " " + named(path) + ": " + describeError(error));
}

bool isMissing(DWORD error) { return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND; }

}  // namespace

std::optional<std::string> whyOthersCanChange(const std::filesystem::path& path) {
    std::error_code error;
    const auto parent =
        std::filesystem::weakly_canonical(std::filesystem::absolute(path).parent_path(), error);
    if (error) return named(path) + " cannot be examined";
    const auto whole = parent / path.filename();
    std::filesystem::path current;
    for (const auto& part : whole) {
        current /= part;
        if (current == whole.root_name()) continue;
        const DWORD attributes = ::GetFileAttributesW(current.c_str());
        if (attributes == INVALID_FILE_ATTRIBUTES) {
            if (isMissing(::GetLastError())) return std::nullopt;
            return named(current) + " cannot be examined";
        }
        if (current == whole && (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
            return named(current) + " is a link";
        if (othersMay(current, current == whole ? kChangeFile : kExchangeInFolder))
            return named(current) + " can be changed by another user";
    }
    return std::nullopt;
}

void keepForOwner(const std::filesystem::path& path) {
    const DWORD attributes = ::GetFileAttributesW(path.c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES) fail("take from others", path, ::GetLastError());
    if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        fail("take from others", path, ERROR_REPARSE_TAG_INVALID);
    const LocalMemory descriptor = ownerOnlyDescriptor();
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL list = nullptr;
    ::GetSecurityDescriptorDacl(descriptor.get(), &present, &list, &defaulted);
    std::wstring name = path.native();
    const DWORD error = ::SetNamedSecurityInfoW(
        name.data(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, nullptr,
        nullptr, list, nullptr);
    if (error != ERROR_SUCCESS) fail("take from others", path, error);
}

void makeOwnFolder(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    const LocalMemory descriptor = ownerOnlyDescriptor();
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    if (::CreateDirectoryW(path.c_str(), &attributes) == FALSE && ::GetLastError() != ERROR_ALREADY_EXISTS)
        fail("create", path, ::GetLastError());
}

}  // namespace ukey::platform
