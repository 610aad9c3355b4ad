#include "daemon/api/bridge.hpp"

#include <spdlog/spdlog.h>

#include <unordered_map>
#include <utility>

#include "daemon/api/conversation.hpp"
#include "daemon/api/transfer.hpp"
#include "daemon/rpc/description.hpp"

namespace ukey::api {
namespace {

constexpr std::chrono::hours kHour{1};
/// Of one token, by all sites together: there is no way back from a locked administrator PIN.
constexpr std::uint32_t kWrongAdministratorPins = 2;

}  // namespace

class Bridge::Shared {
  public:
    Shared(const boost::asio::any_io_executor& executor, const config::Config& configuration,
           ByteView installSecret, const std::shared_ptr<hosts::TokenHosts>& hosts,
           consent::Consent::MakePrompter makePrompter, unlock::Requests::Clock unlockClock)
        : limits_(configuration.limits),
          services_{
              .executor = executor,
              .work = work_,
              .disk = disk_,
              .policy = policy::Policy(configuration.origins, configuration.unknownOrigins),
              .pseudonyms = policy::Pseudonyms(installSecret),
              .identity = policy::Identity(installSecret),
              .timeStampNonces = policy::KeyedHash::derived(installSecret, "ukey.v1 time stamps"),
              .catalogue = TokenCatalogue(executor, hosts,
                                          [this](hosts::Change change, const hosts::HostedToken& token) {
                                              tokenChanged(change, token);
                                          }),
              .logins = session::Logins(executor, hosts,
                                        {.idle = std::chrono::seconds(configuration.idleLogoutSeconds),
                                         .resume = std::chrono::seconds(configuration.resumeSeconds)}),
              .consent = consent::Consent(executor, std::move(makePrompter),
                                          std::chrono::seconds(configuration.promptTimeoutSeconds)),
              .promptTimeoutSeconds = configuration.promptTimeoutSeconds,
              .enrolments = enrolment::DeskAccess(disk_, configuration.stateDir),
              .answered = work::OnWorker<enrolment::Answered>(disk_, configuration.stateDir),
              .works = LongWorks(
                  [this](session::SessionId page, const WorkStep& step) { progressed(page, step); }),
              .grants = policy::Grants(configuration.stateDir, installSecret),
              .audit = audit::Recorder(executor, disk_, configuration.stateDir, installSecret),
              .changeDefaultPin = configuration.changeDefaultPin,
              .webEid = configuration.webEid,
              .idleLogoutSeconds = configuration.idleLogoutSeconds,
              .wrongPins = session::Attempts(configuration.limits.wrongPinsPerHour, kHour),
              .unlocks = unlock::Requests(executor, std::chrono::seconds(configuration.unlockSeconds),
                                          std::move(unlockClock)),
              .unlockAuthorities = certificatesFrom(configuration.unlockAuthorities),
              .wrongAdministratorPins = session::Attempts(kWrongAdministratorPins, kHour),
              .temporaryPins = work::OnWorker<unlock::TemporaryPins>(disk_, configuration.stateDir)} {
        recordGrantsFound();
    }

    void apply(const config::Config& configuration) {
        const policy::Policy before = std::exchange(
            services_.policy, policy::Policy(configuration.origins, configuration.unknownOrigins));
        services_.changeDefaultPin = configuration.changeDefaultPin;
        services_.webEid = configuration.webEid;
        for (const auto& [id, weak] : conversations_) {
            const auto conversation = weak.lock();
            if (!conversation) continue;
            const policy::Origin& origin = conversation->origin();
            if (before.standingOf(origin) != services_.policy.standingOf(origin)) conversation->goAway();
        }
    }

    void drain() {
        work_.drain();
        disk_.drain();
    }

    void endLogins() { services_.logins.endAll(); }

    bool admits(const policy::Origin& origin) const { return services_.policy.standingOf(origin).admitted; }
    bool isStranger(const policy::Origin& origin) const { return services_.policy.standingOf(origin).mayAsk; }

    void refused(std::string_view origin, std::string_view code) {
        services_.audit.record(
            {std::string(origin), std::string(audit::kConnect), {}, {}, {}, std::string(code)},
            audit::Standing::stranger);
    }

    std::shared_ptr<server::Inbox> converse(const policy::Origin& origin, server::Outbox& outbox) {
        auto session = std::make_shared<session::Session>();
        session->id = ++lastSession_;
        session->origin = origin;
        session->originText = origin.text();
        session->standing = services_.policy.standingOf(origin);
        const auto id = session->id;
        auto allowance = allowanceOf(session->originText);
        auto conversation = std::make_shared<Conversation>(services_, Validators{validator_, largeValidator_},
                                                           limits_, std::move(session), std::move(allowance),
                                                           outbox, [this, id] { conversations_.erase(id); });
        conversations_[id] = conversation;
        return conversation;
    }

  private:
    /// Whoever gets a row into the file while nobody looks is seen here.
    void recordGrantsFound() {
        for (const policy::Grant& grant : services_.grants.list()) {
            std::string operation(audit::kGrantFound);
            for (const policy::Scope scope : grant.scopes.list())
                operation += " " + std::string(toString(scope));
            services_.audit.record(
                {grant.origin, std::move(operation), {}, {}, {}, std::string(audit::kFine)});
        }
    }

    /// All connections of an origin draw from one allowance. One that is full again says nothing any more, so
    /// it may go with the origin's last connection only after that time; a page cannot refill it by
    /// connecting anew.
    std::shared_ptr<Allowance> allowanceOf(const std::string& origin) {
        const auto now = session::TokenBucket::Clock::now();
        std::erase_if(allowances_, [&](const auto& entry) {
            return entry.second.use_count() == 1 && entry.second->isFull(now);
        });
        auto& allowance = allowances_[origin];
        if (!allowance) allowance = std::make_shared<Allowance>(limits_, now);
        return allowance;
    }

    void tokenChanged(hosts::Change change, const hosts::HostedToken& token) {
        if (change == hosts::Change::removed || change == hosts::Change::lost)
            services_.logins.tokenGone(token.address());
        for (const auto& [id, weak] : conversations_) {
            if (const auto conversation = weak.lock()) conversation->tokenChanged(change, token);
        }
    }

    void progressed(session::SessionId page, const WorkStep& step) {
        const auto found = conversations_.find(page);
        if (found == conversations_.end()) return;
        if (const auto conversation = found->second.lock()) conversation->progressed(step);
    }

    config::Limits limits_;
    rpc::Validator validator_{rpc::descriptionText()};
    rpc::Validator largeValidator_{rpc::descriptionText()};  ///< The worker's own: each compiles as it goes.
    std::unordered_map<session::SessionId, std::weak_ptr<Conversation>> conversations_;
    std::unordered_map<std::string, std::shared_ptr<Allowance>> allowances_;
    session::SessionId lastSession_ = 0;
    Services services_;  ///< After these, so that nothing is told of changes when the rest is gone.
    // Last: their jobs use all of the above.
    work::Worker work_;
    work::Worker disk_;
};

Bridge::Bridge(const boost::asio::any_io_executor& executor, const config::Config& configuration,
               ByteView installSecret, const std::shared_ptr<hosts::TokenHosts>& hosts,
               consent::Consent::MakePrompter makePrompter, unlock::Requests::Clock unlockClock)
    : shared_(std::make_unique<Shared>(executor, configuration, installSecret, hosts, std::move(makePrompter),
                                       std::move(unlockClock))) {}
Bridge::~Bridge() = default;

void Bridge::apply(const config::Config& configuration) { shared_->apply(configuration); }

void Bridge::finish(boost::asio::io_context& context) {
    context.restart();
    // What a call does after the one job may be the next.
    do shared_->drain();
    while (context.poll() > 0);
}

void Bridge::endLogins() { shared_->endLogins(); }

bool Bridge::admits(const policy::Origin& origin) const { return shared_->admits(origin); }

bool Bridge::isStranger(const policy::Origin& origin) const { return shared_->isStranger(origin); }

void Bridge::refused(std::string_view origin, std::string_view code) { shared_->refused(origin, code); }

std::shared_ptr<server::Inbox> Bridge::converse(const policy::Origin& origin, server::Outbox& outbox) {
    return shared_->converse(origin, outbox);
}

}  // namespace ukey::api
