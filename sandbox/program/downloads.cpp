#include "sandbox/program/downloads.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "sandbox/ca/files.hpp"
#include "sandbox/http/sha256.hpp"

namespace ukey::sandbox {
namespace {

using nlohmann::json;

struct Format {
    std::string_view ending;
    std::string_view system;
};
/// What is not one of these (sums, signatures, logs) is no download.
constexpr std::array kFormats{
    Format{".msi", "windows"},  Format{".exe", "windows"}, Format{".zip", "windows"},
    Format{".deb", "linux"},    Format{".rpm", "linux"},   Format{".tar.gz", "linux"},
    Format{".tar.xz", "linux"}, Format{".pkg", "macos"},
};

struct Processor {
    std::string_view spelling;
    std::string_view name;
};
/// The longer spelling first: "x86_64" has "x86" in it.
constexpr std::array kProcessors{
    Processor{"x86_64", "x86_64"},
    Processor{"x86-64", "x86_64"},
    Processor{"amd64", "x86_64"},
    Processor{"x64", "x86_64"},
    Processor{"aarch64", "arm64"},
    Processor{"arm64", "arm64"},
    Processor{"loongarch64", "loongarch64"},
    Processor{"mips64el", "mips64el"},
    Processor{"i386", "x86"},
    Processor{"i686", "x86"},
    Processor{"x86", "x86"},
};

bool endsWith(std::string_view text, std::string_view ending) {
    return text.size() > ending.size() && text.substr(text.size() - ending.size()) == ending;
}

const Format* formatOf(std::string_view file) {
    const auto* const found = std::find_if(kFormats.begin(), kFormats.end(),
                                           [file](const Format& one) { return endsWith(file, one.ending); });
    return found == kFormats.end() ? nullptr : found;
}

/// Empty for a package for all of them.
std::string_view processorOf(std::string_view file) {
    for (const auto& [spelling, name] : kProcessors) {
        if (file.find(spelling) != std::string_view::npos) return name;
    }
    return {};
}

std::vector<std::filesystem::path> packagesIn(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.is_regular_file(error) && formatOf(entry.path().filename().string()) != nullptr)
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

json downloadJson(const std::filesystem::path& file) {
    const auto name = file.filename().string();
    const auto content = ca::readFile(file);
    return {{"file", name},
            {"system", formatOf(name)->system},
            {"processor", processorOf(name)},
            {"bytes", content.size()},
            {"sha256", http::sha256Of(content)}};
}

http::Response listOf(const std::filesystem::path& folder) {
    auto list = json::array();
    for (const auto& file : packagesIn(folder)) list.push_back(downloadJson(file));
    return http::jsonResponse({{"downloads", list}});
}

/// Only what the folder lists: a request never becomes a path.
http::Response fileOf(const std::filesystem::path& folder, const std::string& name) {
    for (const auto& file : packagesIn(folder)) {
        if (file.filename().string() != name) continue;
        return {200,
                "application/octet-stream",
                ca::readFile(file),
                {{"Content-Disposition", "attachment"}, {"Cache-Control", "no-cache"}}};
    }
    return http::errorResponse(404, "not-found", {"没有这个安装包。", "There is no such package."});
}

}  // namespace

void publishDownloads(http::Router& router, const std::filesystem::path& folder) {
    router.on("GET", "/api/downloads", [folder](const http::Request&) { return listOf(folder); });
    router.onPrefix("GET", "/downloads/",
                    [folder](const http::Request&, const std::string& name) { return fileOf(folder, name); });
}

}  // namespace ukey::sandbox
