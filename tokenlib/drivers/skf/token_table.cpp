#include "tokenlib/drivers/skf/token_table.hpp"

#include <algorithm>

#include "tokenlib/drivers/skf/fields.hpp"
#include "tokenlib/drivers/skf/sar.hpp"

namespace ukey::skf {

std::vector<std::string> TokenTable::present() {
    std::vector<std::string> ids;
    for (const std::string& name : api_->devices()) {
        std::string id = shownName(name);
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
    }
    const auto isGone = [&](const auto& entry) {
        return std::find(ids.begin(), ids.end(), entry.first) == ids.end();
    };
    std::erase_if(open_, isGone);
    std::erase_if(connections_, isGone);
    return ids;
}

std::uint64_t TokenTable::connection(const std::string& id) const {
    const auto known = connections_.find(id);
    return known == connections_.end() ? 0 : known->second;
}

bool TokenTable::isPresent(const std::string& id) noexcept {
    try {
        const auto ids = present();
        return std::find(ids.begin(), ids.end(), id) != ids.end();
    } catch (const std::exception&) {
        return true;  // Not known to be gone: the error at hand is the better answer.
    }
}

OpenToken& TokenTable::connected(const std::string& id) {
    if (const auto known = open_.find(id); known != open_.end()) return known->second;
    for (const std::string& device : api_->devices()) {
        if (shownName(device) != id) continue;
        if (options_->quirks.oneTokenAtATime) open_.clear();
        OpenToken& opened = open_.try_emplace(id, *api_, *options_, device).first->second;
        if (connection(id) == 0) connections_[id] = ++lastConnection_;
        return opened;
    }
    throw Error(ErrorCode::tokenNotFound, "no token " + id);
}

bool TokenTable::mayRetry(const std::string& id, const Error& error) {
    const bool needsHandles = isLost(error);
    // Codes that libraries also have for a token that is gone.
    const bool isUnclear =
        error.driverCode() != 0 &&
        (error.code() == ErrorCode::driverError || error.code() == ErrorCode::certificateNotFound ||
         error.code() == ErrorCode::certificateMismatch || error.code() == ErrorCode::tokenBlank);
    if (!needsHandles && !isUnclear) return false;
    if (!isPresent(id)) {
        open_.erase(id);
        connections_.erase(id);
        throw Error(ErrorCode::tokenRemoved, error.what()).withDriverCode(error.driverCode());
    }
    if (needsHandles) {
        open_.erase(id);
        connections_[id] = ++lastConnection_;
    }
    return needsHandles;
}

}  // namespace ukey::skf
