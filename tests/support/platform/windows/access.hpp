// Who may do what with a file, as a test wants it.
#pragma once

#include <windows.h>

#include <sddl.h>

#include <filesystem>
#include <stdexcept>

#include "tokenlib/base/platform/windows/handles.hpp"

namespace ukey::test {

/// In the language of security descriptors: "D:P(A;;FA;;;WD)" lets everybody do everything.
inline void setAccess(const std::filesystem::path& path, const wchar_t* sddl) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (::ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, nullptr) ==
        FALSE)
        throw std::runtime_error("no security descriptor");
    const platform::LocalMemory owned(descriptor);
    if (::SetFileSecurityW(path.c_str(), DACL_SECURITY_INFORMATION, descriptor) == FALSE)
        throw std::runtime_error("access cannot be set");
}

}  // namespace ukey::test
