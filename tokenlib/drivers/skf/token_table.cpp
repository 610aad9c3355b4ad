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
    std::erase_if(open_, [&](const auto& entry) {
        return std::find(ids.begin(), ids.end(), entry.first) == ids.end();
    });
    return ids;
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
        return open_.try_emplace(id, *api_, *options_, device).first->second;
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
        throw Error(ErrorCode::tokenRemoved, error.what()).withDriverCode(error.driverCode());
    }
    if (needsHandles) open_.erase(id);
    return needsHandles;
}

}  // namespace ukey::skf
