// Work that takes long, and the pages that are told how far it is.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/session/session.hpp"

namespace ukey::api {

struct WorkStep {
    std::string operation;  ///< The enrolment's id, or the method's name.
    std::string enrolment;  ///< Empty as long as it has none.
    std::string text;       ///< Key of the catalogue.
    std::size_t step = 0;   ///< From 1.
    std::size_t steps = 0;
};

/// As the notification `progress` has it.
nlohmann::json progressJson(const WorkStep& step, Language language);

/// On the network thread.
class LongWorks {
  public:
    /// Tells the page of that session, if it is still there.
    using Tell = std::function<void(session::SessionId, const WorkStep&)>;

    /// One piece of work, under way as long as anybody holds it.
    class Work {
      public:
        void reached(WorkStep step);

      private:
        friend class LongWorks;
        std::string origin_;
        std::string token_;
        std::vector<session::SessionId> pages_;
        WorkStep last_;
        Tell tell_;
    };

    explicit LongWorks(Tell tell) : tell_(std::move(tell)) {}

    /// `token`: its identity's name. The page hears of each step.
    std::shared_ptr<Work> begin(const session::Session& page, std::string token);

    /// A page that comes in the middle, as after a reload: it is told how far its origin's work is, and of
    /// each further step as if it had begun it. Where `token` is empty, work on any.
    void join(const session::Session& page, std::string_view token = {});

  private:
    Tell tell_;
    std::vector<std::weak_ptr<Work>> works_;
};

}  // namespace ukey::api
