// Who may do what with a file or folder, as its security descriptor says it.
#pragma once

#include <windows.h>

#include <filesystem>
#include <string>

#include "tokenlib/base/platform/windows/handles.hpp"

namespace ukey::platform {

/// The SID of the user whose process this is, e.g. "S-1-5-21-…-1001". Throws ukey::Error (internal).
std::string ownSid();

/// For files and folders (what is made in them inherits it) of this user and SYSTEM alone. Throws ukey::Error
/// (internal).
LocalMemory ownerOnlyDescriptor();

/// Rights that change or exchange a file itself.
inline constexpr DWORD kChangeFile =
    FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
/// Rights that exchange what lies in a folder. That users may make new folders in the root of a drive
/// exchanges nothing.
inline constexpr DWORD kExchangeInFolder = FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_ALL;
/// Rights that put a new file beside those of a folder.
inline constexpr DWORD kAddToFolder = kExchangeInFolder | FILE_ADD_FILE | GENERIC_WRITE;

/// Whether the object belongs to, or one of `rights` is granted to, somebody other than this user, SYSTEM,
/// the administrators and the system's own installer; also true when that cannot be told.
bool othersMay(const std::filesystem::path& path, DWORD rights);

}  // namespace ukey::platform
