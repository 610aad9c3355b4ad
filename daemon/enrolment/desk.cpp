#include "daemon/enrolment/desk.hpp"

#include <spdlog/spdlog.h>

#include "tokenlib/base/error.hpp"

namespace ukey::enrolment {

const std::filesystem::path& Desk::folder() const {
    if (folder_.empty()) throw Error(ErrorCode::internal, "there is no folder for the journal of enrolments");
    return folder_;
}

Journal& Desk::journal() {
    if (!journal_) journal_ = std::make_unique<Journal>(folder());
    return *journal_;
}

bool Desk::hasJournal() const {
    std::error_code ignored;
    return journal_ || (!folder_.empty() && std::filesystem::exists(Journal::fileIn(folder_), ignored));
}

std::optional<Record> Desk::find(const std::string& id) {
    return hasJournal() ? journal().find(id) : std::nullopt;
}

std::vector<Record> Desk::all() { return hasJournal() ? journal().all() : std::vector<Record>(); }

WorkLock Desk::lock(const token::Identity& token) const { return WorkLock(folder(), token); }

TokenView Desk::viewOf(const token::Identity& token) {
    if (!hasJournal()) return {};
    try {
        return {journal().ofToken(token), journal().history(token), journal().formerCertificates(token)};
    } catch (const Error& error) {
        spdlog::error("the journal of enrolments cannot be read: {}", error.what());
        return {};
    }
}

}  // namespace ukey::enrolment
