#include "daemon/policy/platform/secret_file.hpp"

// Windows.h must come first.
// clang-format off
#include <windows.h>
#include <bcrypt.h>
#include <dpapi.h>
// clang-format on

#include <fstream>
#include <iterator>
#include <string>

#include "daemon/policy/install_secret.hpp"
#include "daemon/policy/state_folder.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/replace_file.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"
#include "tokenlib/sqlite/set_aside.hpp"

namespace ukey::policy {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path,
                       DWORD error = ::GetLastError()) {
    throw Error(ErrorCode::internal,
                "cannot " + what + " " + pathText(path) + ": " + platform::describeError(error));
}

DATA_BLOB blobOf(Bytes& bytes) { return {static_cast<DWORD>(bytes.size()), bytes.data()}; }

/// What DPAPI gave is its own memory.
Bytes taken(DATA_BLOB& blob) {
    const platform::LocalMemory owned(blob.pbData);
    Bytes bytes(blob.pbData, blob.pbData + blob.cbData);
    ::SecureZeroMemory(blob.pbData, blob.cbData);
    return bytes;
}

// Part of the key, so that no other program's call of DPAPI for this user opens the file by chance.
Bytes purpose() {
    const std::string_view text = "Ukey Bridge install secret";
    return {text.begin(), text.end()};
}

}  // namespace

// Of another user or another computer it cannot be opened either.
Bytes readSecret(const std::filesystem::path& path) {
    requireOwn(path);
    if (!std::filesystem::exists(path)) return {};
    std::ifstream in(path, std::ios::binary);
    if (!in) fail("read", path);
    Bytes sealed{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    in.close();
    Bytes entropy = purpose();
    DATA_BLOB from = blobOf(sealed);
    DATA_BLOB with = blobOf(entropy);
    DATA_BLOB opened{};
    if (::CryptUnprotectData(&from, nullptr, &with, nullptr, nullptr, CRYPTPROTECT_UI_FORBIDDEN, &opened) !=
        FALSE) {
        Bytes secret = taken(opened);
        if (secret.size() == kSecretOctets) return secret;
    }
    sqlite::setAside(path);
    return {};
}

void writeSecret(const std::filesystem::path& path, const Bytes& secret) {
    Bytes plain = secret;
    Bytes entropy = purpose();
    DATA_BLOB from = blobOf(plain);
    DATA_BLOB with = blobOf(entropy);
    DATA_BLOB made{};
    if (::CryptProtectData(&from, nullptr, &with, nullptr, nullptr, CRYPTPROTECT_UI_FORBIDDEN, &made) ==
        FALSE)
        fail("seal", path);
    const Bytes sealed = taken(made);
    std::filesystem::path fresh = path;
    fresh += L".new";
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(sealed.data()), static_cast<std::streamsize>(sealed.size()));
    out.close();
    if (!out) fail("write", fresh);
    platform::keepForOwner(fresh);
    if (const auto error = platform::moveInto(fresh, path); error != 0) fail("rename", fresh, error);
}

Bytes randomBytes(std::size_t count) {
    Bytes bytes(count);
    if (::BCryptGenRandom(nullptr, bytes.data(), static_cast<ULONG>(count),
                          BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0)
        throw Error(ErrorCode::internal, "the system gives no random numbers");
    return bytes;
}

}  // namespace ukey::policy
