#include "daemon/audit/seal.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"

namespace ukey::audit {
namespace {

namespace fs = std::filesystem;

std::string proofOf(const policy::KeyedHash& key, const std::string& next, const std::string& head) {
    const std::array<std::string_view, 3> parts{"seal", next, head};
    return toHex(key.of(parts));
}

}  // namespace

bool Seal::isIn(const fs::path& folder) { return Seal(folder).exists(); }

bool Seal::exists() const {
    std::error_code error;
    return fs::exists(fs::symlink_status(file_, error));
}

std::optional<Place> Seal::read(const policy::KeyedHash& key) const {
    std::ifstream in(file_);
    std::string next;
    std::string head;
    std::string proof;
    std::getline(in, next);
    std::getline(in, head);
    std::getline(in, proof);
    if (!equalInConstantTime(asBytes(proof), asBytes(proofOf(key, next, head)))) return std::nullopt;
    Place place;
    const auto bytes = fromBase64Url(head);
    const auto [end, error] = std::from_chars(next.data(), next.data() + next.size(), place.next);
    if (!bytes || error != std::errc() || end != next.data() + next.size()) return std::nullopt;
    place.head = *bytes;
    return place;
}

void Seal::write(const policy::KeyedHash& key, const Place& reached) const {
    const std::string next = std::to_string(reached.next);
    const std::string head = toBase64Url(reached.head);
    fs::path fresh = file_;
    fresh += ".new";
    {
        std::ofstream out(fresh, std::ios::trunc);
        out << next << '\n' << head << '\n' << proofOf(key, next, head) << '\n';
        out.flush();
        if (!out) throw Error(ErrorCode::internal, "cannot write " + pathText(fresh));
    }
    platform::keepForOwner(fresh);
    std::error_code error;
    fs::rename(fresh, file_, error);
    if (error) throw Error(ErrorCode::internal, "cannot write " + pathText(file_) + ": " + error.message());
}

}  // namespace ukey::audit
