#include "daemon/policy/platform/secret_file.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "daemon/policy/install_secret.hpp"
#include "daemon/policy/platform/linux/file_error.hpp"
#include "daemon/policy/state_folder.hpp"
#include "tokenlib/sqlite/set_aside.hpp"

namespace ukey::policy {
namespace {

class File {
  public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int get() const noexcept { return descriptor_; }
    bool isOpen() const noexcept { return descriptor_ >= 0; }

  private:
    int descriptor_;
};

}  // namespace

// A power cut leaves zeros.
Bytes readSecret(const std::filesystem::path& path) {
    requireOwn(path);
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.isOpen()) {
        if (errno == ENOENT) return {};
        failOnFile("read", path);
    }
    Bytes secret(kSecretOctets + 1);
    const ssize_t got = ::read(file.get(), secret.data(), secret.size());
    if (got < 0) failOnFile("read", path);
    secret.resize(static_cast<std::size_t>(got));
    const bool empty =
        std::all_of(secret.begin(), secret.end(), [](std::uint8_t octet) { return octet == 0; });
    if (secret.size() == kSecretOctets && !empty) return secret;
    sqlite::setAside(path);
    return {};
}

void writeSecret(const std::filesystem::path& path, const Bytes& secret) {
    std::filesystem::path fresh = path;
    fresh += ".new";
    ::unlink(fresh.c_str());
    const File file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.isOpen()) failOnFile("create", fresh);
    if (::write(file.get(), secret.data(), secret.size()) != static_cast<ssize_t>(secret.size()) ||
        ::fsync(file.get()) != 0)
        failOnFile("write", fresh);
    if (::rename(fresh.c_str(), path.c_str()) != 0) failOnFile("rename", fresh);
}

Bytes randomBytes(std::size_t count) {
    Bytes bytes(count);
    std::size_t filled = 0;
    while (filled < count) {
        const ssize_t got = ::getrandom(bytes.data() + filled, count - filled, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) throw Error(ErrorCode::internal, "the system gives no random numbers");
        filled += static_cast<std::size_t>(got);
    }
    return bytes;
}

}  // namespace ukey::policy
