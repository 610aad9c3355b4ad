#include "sandbox/trading/uploads.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "sandbox/login_check/openssl_ptr.hpp"
#include "sandbox/trading/bid_refusal.hpp"
#include "sandbox/trading/drafts.hpp"
#include "tokenlib/base/bytes.hpp"
#include "tokenlib/base/error.hpp"

namespace ukey::trading {
namespace {

constexpr std::uint64_t kMaxSize = 4ULL * 1024 * 1024 * 1024;
constexpr std::size_t kMaxOfOneOwner = 16;

}  // namespace

struct Uploads::Upload {
    std::string owner;
    std::uint64_t number = 0;  ///< In the order in which they were begun.
    std::filesystem::path file;
    std::ofstream out;
    std::uint64_t size = 0;
    login_check::DigestContextPtr digest{EVP_MD_CTX_new()};
    sealed_check::SealedCheck check;

    ~Upload() {
        std::error_code ignored;
        if (!file.empty()) std::filesystem::remove(file, ignored);
    }
};

Uploads::Uploads(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
}

Uploads::~Uploads() = default;

Uploads::Upload& Uploads::find(const std::string& owner, const std::string& id) const {
    const auto found = uploads_.find(id);
    if (found == uploads_.end() || found->second->owner != owner) throw BidRefused(BidReason::uploadNotFound);
    return *found->second;
}

std::string Uploads::begin(const std::string& owner) {
    auto oldest = uploads_.end();
    std::size_t count = 0;
    for (auto one = uploads_.begin(); one != uploads_.end(); ++one) {
        if (one->second->owner != owner) continue;
        ++count;
        if (oldest == uploads_.end() || one->second->number < oldest->second->number) oldest = one;
    }
    if (count >= kMaxOfOneOwner) uploads_.erase(oldest);
    auto upload = std::make_unique<Upload>();
    auto id = newDraftId();
    upload->owner = owner;
    upload->number = ++begun_;
    upload->file = folder_ / id;
    upload->out.open(upload->file, std::ios::binary);
    if (!upload->out || EVP_DigestInit_ex(upload->digest.get(), EVP_sha256(), nullptr) != 1)
        throw Error(ErrorCode::internal, "an upload cannot be begun");
    uploads_[id] = std::move(upload);
    return id;
}

std::uint64_t Uploads::append(const std::string& owner, const std::string& id, std::uint64_t from,
                              std::string_view octets) {
    auto& upload = find(owner, id);
    if (from > upload.size) throw BidRefused(BidReason::uploadOffset);
    const auto known = std::min<std::uint64_t>(upload.size - from, octets.size());
    octets.remove_prefix(static_cast<std::size_t>(known));
    if (upload.size + octets.size() > kMaxSize) throw BidRefused(BidReason::uploadTooLarge);
    upload.out.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    if (!upload.out || EVP_DigestUpdate(upload.digest.get(), octets.data(), octets.size()) != 1) {
        uploads_.erase(id);
        throw Error(ErrorCode::internal, "an upload cannot be written");
    }
    upload.check.feed(asBytes(octets));
    upload.size += octets.size();
    return upload.size;
}

Uploads::Received Uploads::received(const std::string& owner, const std::string& id) const {
    const auto& upload = find(owner, id);
    const login_check::DigestContextPtr digest(EVP_MD_CTX_new());
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> octets{};
    unsigned length = 0;
    if (!digest || EVP_MD_CTX_copy_ex(digest.get(), upload.digest.get()) != 1 ||
        EVP_DigestFinal_ex(digest.get(), octets.data(), &length) != 1) {
        throw Error(ErrorCode::internal, "no digest");
    }
    return {upload.size, toHex({octets.data(), length})};
}

std::optional<sealed_check::Refusal> Uploads::checkSealed(const std::string& owner, const std::string& id,
                                                          const std::vector<const X509*>& recipients) const {
    return find(owner, id).check.finish(recipients);
}

void Uploads::keep(const std::string& owner, const std::string& id, const std::filesystem::path& file) {
    auto& upload = find(owner, id);
    upload.out.close();
    if (!upload.out) throw Error(ErrorCode::internal, "an upload cannot be written");
    std::filesystem::rename(upload.file, file);
    upload.file.clear();
    uploads_.erase(id);
}

}  // namespace ukey::trading
