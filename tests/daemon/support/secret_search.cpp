#include "tests/daemon/support/secret_search.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "tokenlib/base/bytes.hpp"

namespace ukey::test {
namespace {

constexpr std::size_t kPiece = 1U << 20U;

std::string wide(const std::string& text, bool littleEndian) {
    std::string octets;
    for (const char c : text) {
        if (!littleEndian) octets += '\0';
        octets += c;
        if (littleEndian) octets += '\0';
    }
    return octets;
}

/// What base64 makes of the secret when `before` octets stand before it in its group of three, without the
/// characters that its neighbours have a part in.
std::string insideBase64(const std::string& text, std::size_t before) {
    const std::string octets = std::string(before, 'x') + text;
    const std::string encoded = toBase64Url(asBytes(octets));
    const std::size_t first = (before * 8 + 5) / 6;
    const std::size_t last = octets.size() * 8 / 6;
    return encoded.substr(first, last - first);
}

struct Mapping {
    unsigned long long begin = 0;
    unsigned long long end = 0;
    std::string name;
};

std::vector<Mapping> readableMappings(pid_t process) {
    std::ifstream maps("/proc/" + std::to_string(process) + "/maps");
    std::vector<Mapping> all;
    for (std::string line; std::getline(maps, line);) {
        Mapping mapping;
        char mode = 0;
        int name = 0;
        if (std::sscanf(line.c_str(), "%llx-%llx %c%*s %*s %*s %*s %n", &mapping.begin, &mapping.end, &mode,
                        &name) < 3)
            continue;
        mapping.name = line.substr(static_cast<std::size_t>(name));
        // What the kernel lends to every process cannot be read this way.
        if (mode == 'r' && !mapping.name.starts_with("[v")) all.push_back(mapping);
    }
    return all;
}

class MemoryOf {
  public:
    explicit MemoryOf(pid_t process)
        : descriptor_(::open(("/proc/" + std::to_string(process) + "/mem").c_str(), O_RDONLY | O_CLOEXEC)) {
        if (descriptor_ < 0)
            throw std::runtime_error("the memory of process " + std::to_string(process) + ": " +
                                     std::strerror(errno));
    }
    MemoryOf(const MemoryOf&) = delete;
    MemoryOf& operator=(const MemoryOf&) = delete;
    ~MemoryOf() { ::close(descriptor_); }

    /// Less than asked for, or nothing, at a page that cannot be read.
    std::string read(unsigned long long at, std::size_t count) const {
        std::string octets(count, '\0');
        const ssize_t got = ::pread(descriptor_, octets.data(), count, static_cast<off_t>(at));
        octets.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return octets;
    }

  private:
    int descriptor_;
};

}  // namespace

std::vector<pid_t> processesBelow(pid_t root) {
    std::vector<pid_t> all{root};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::filesystem::path tasks = "/proc/" + std::to_string(all[i]) + "/task";
        std::error_code gone;
        for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
            std::ifstream children(task.path() / "children");
            for (pid_t child = 0; children >> child;) all.push_back(child);
        }
    }
    return all;
}

SecretSearch::SecretSearch(const std::string& secret) {
    if (secret.size() < 6) throw std::invalid_argument("too short to search for");
    forms_ = {{"text", secret},
              {"UTF-16LE", wide(secret, true)},
              {"UTF-16BE", wide(secret, false)},
              {"hexadecimal", toHex(asBytes(secret))}};
    for (std::size_t before = 0; before < 3; ++before)
        forms_.push_back({"base64", insideBase64(secret, before)});
    for (const Form& form : forms_) longest_ = std::max(longest_, form.octets.size());
}

std::vector<std::string> SecretSearch::inText(const std::string& text, const std::string& place) const {
    std::vector<std::string> found;
    for (const Form& form : forms_) {
        if (text.find(form.octets) != std::string::npos) found.push_back(form.name + " in " + place);
    }
    return found;
}

std::vector<std::string> SecretSearch::inProcess(pid_t process) const {
    const MemoryOf memory(process);
    std::vector<std::string> found;
    std::size_t readable = 0;
    for (const Mapping& mapping : readableMappings(process)) {
        std::string tail;
        for (auto at = mapping.begin; at < mapping.end; at += kPiece) {
            const std::string piece = memory.read(at, std::min<std::size_t>(kPiece, mapping.end - at));
            readable += piece.size();
            const auto here = inText(tail + piece, std::to_string(process) + " " + mapping.name);
            found.insert(found.end(), here.begin(), here.end());
            tail = piece.size() >= longest_ ? piece.substr(piece.size() - longest_ + 1) : piece;
        }
    }
    if (readable == 0)
        throw std::runtime_error("nothing of process " + std::to_string(process) + " can be read");
    return found;
}

std::vector<std::string> SecretSearch::inFiles(const std::filesystem::path& path) const {
    std::vector<std::string> found;
    const auto look = [&](const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        const auto here = inText({std::istreambuf_iterator<char>(in), {}}, file.string());
        found.insert(found.end(), here.begin(), here.end());
    };
    if (!std::filesystem::is_directory(path)) look(path);
    std::error_code none;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path, none)) {
        if (entry.is_regular_file()) look(entry.path());
    }
    return found;
}

}  // namespace ukey::test
