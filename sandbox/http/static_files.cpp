#include "sandbox/http/static_files.hpp"

#include <fstream>
#include <sstream>

namespace ukey::http {
namespace {

std::string typeOf(const std::filesystem::path& file) {
    static const std::map<std::string, std::string> kTypes{
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
        {".map", "application/json"},
    };
    const auto found = kTypes.find(file.extension().string());
    return found == kTypes.end() ? "application/octet-stream" : found->second;
}

std::string contentOf(const std::filesystem::path& file) {
    const std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    return content.str();
}

/// Vite puts what it names by its content's hash into assets/.
const char* cachingOf(const std::string& path) {
    return path.rfind("/assets/", 0) == 0 ? "public, max-age=31536000, immutable" : "no-cache";
}

/// "/lots/12" is a view of the page, "/logo.png" a file.
bool isView(const std::string& path) { return path.find('.', path.rfind('/')) == std::string::npos; }

}  // namespace

StaticFiles::StaticFiles(const std::filesystem::path& folder) {
    std::error_code error;
    if (folder.empty() || !std::filesystem::is_directory(folder, error)) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        files_["/" + std::filesystem::relative(entry.path(), folder).generic_string()] = {
            contentOf(entry.path()), typeOf(entry.path())};
    }
}

Response StaticFiles::serve(const Request& request) const {
    auto found = files_.find(request.path);
    if (found == files_.end() && isView(request.path)) found = files_.find("/index.html");
    if (found == files_.end()) {
        return {404,
                "text/plain; charset=utf-8",
                files_.empty() ? "The pages of this site were not built." : "Not found.",
                {{"Cache-Control", "no-store"}}};
    }
    return {200, found->second.type, found->second.content, {{"Cache-Control", cachingOf(found->first)}}};
}

}  // namespace ukey::http
