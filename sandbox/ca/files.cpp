#include "sandbox/ca/files.hpp"

#include <fstream>
#include <sstream>

#include "tokenlib/base/error.hpp"

namespace ukey::ca {

namespace fs = std::filesystem;

void makePrivateFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw Error(ErrorCode::internal, "cannot make " + folder.string() + ": " + error.message());
    fs::permissions(folder, fs::perms::owner_all, error);
    if (error) throw Error(ErrorCode::internal, "cannot close " + folder.string() + ": " + error.message());
}

void writePrivateFile(const fs::path& file, const std::string& content) {
    auto draft = file;
    draft += ".new";
    {
        std::ofstream out(draft, std::ios::binary | std::ios::trunc);
        // Closed to others before the content is in it.
        fs::permissions(draft, fs::perms::owner_read | fs::perms::owner_write);
        out << content;
        out.flush();
        if (!out) throw Error(ErrorCode::internal, "cannot write " + draft.string());
    }
    fs::rename(draft, file);
}

std::string readFile(const fs::path& file) {
    const std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in || !content) throw Error(ErrorCode::internal, "cannot read " + file.string());
    return content.str();
}

}  // namespace ukey::ca
