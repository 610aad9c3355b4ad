#include "daemon/api/long_work.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "tokenlib/base/messages.hpp"

namespace ukey::api {

nlohmann::json progressJson(const WorkStep& step, Language language) {
    nlohmann::json params = {{"operation", step.operation},
                             {"step", step.step},
                             {"steps", step.steps},
                             {"text", message(language, step.text)}};
    if (!step.enrolment.empty()) params["enrolment"] = step.enrolment;
    return params;
}

void LongWorks::Work::reached(WorkStep step) {
    last_ = std::move(step);
    for (const session::SessionId page : pages_) tell_(page, last_);
}

std::shared_ptr<LongWorks::Work> LongWorks::begin(const session::Session& page, std::string token) {
    std::erase_if(works_, [](const std::weak_ptr<Work>& work) { return work.expired(); });
    auto work = std::make_shared<Work>();
    work->origin_ = page.originText;
    work->token_ = std::move(token);
    work->pages_ = {page.id};
    work->tell_ = tell_;
    works_.push_back(work);
    return work;
}

void LongWorks::join(const session::Session& page, std::string_view token) {
    for (const std::weak_ptr<Work>& weak : works_) {
        const auto work = weak.lock();
        if (!work || work->origin_ != page.originText || (!token.empty() && work->token_ != token)) continue;
        if (std::find(work->pages_.begin(), work->pages_.end(), page.id) != work->pages_.end()) continue;
        work->pages_.push_back(page.id);
        if (work->last_.step > 0) tell_(page.id, work->last_);
    }
}

}  // namespace ukey::api
