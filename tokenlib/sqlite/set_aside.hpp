// What becomes of a file of state that a power cut or a worn disk has spoilt.
#pragma once

#include <filesystem>
#include <vector>

namespace ukey::sqlite {

/// Gives the file, and what SQLite keeps beside it, another name (FILE.broken-NUMBER), and says so in the
/// log: the program goes on with a new one. Throws ukey::Error (internal) that names it.
void setAside(const std::filesystem::path& file);

/// What was set aside in the folder and is still there.
std::vector<std::filesystem::path> filesSetAside(const std::filesystem::path& folder);

/// Whether the file can only be one that was spoilt: it is there, and does not begin as SQLite's files do.
bool isSpoilt(const std::filesystem::path& file);

}  // namespace ukey::sqlite
