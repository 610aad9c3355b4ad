#include "tokenlib/enrolment/work_lock.hpp"

#include "tokenlib/pki/digest.hpp"

namespace ukey::enrolment {
namespace {

/// Serial numbers are foreign text: the file goes by a digest of it.
std::string fileName(const token::Identity& token) {
    const std::string digest = toHex(pki::digest(token::DigestAlgorithm::sha256, asBytes(token.name())));
    return "enrolment-" + digest.substr(0, 16) + ".lock";
}

}  // namespace

// A database that nothing is ever written to: its exclusive lock is one that every system gives back when the
// process ends.
WorkLock::WorkLock(const std::filesystem::path& folder, const token::Identity& token)
    : database_(folder / fileName(token), 0) {
    database_.execute("BEGIN EXCLUSIVE");
}

}  // namespace ukey::enrolment
