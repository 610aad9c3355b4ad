#include "tokenlib/drivers/skf/open_token.hpp"

#include <algorithm>
#include <utility>

#include "tokenlib/drivers/skf/fields.hpp"
#include "tokenlib/drivers/skf/sar.hpp"
#include "tokenlib/drivers/skf/stored_keys.hpp"

namespace ukey::skf {
namespace {

constexpr std::size_t kMaxSessions = 16;

/// How likely an application is the user's.
enum class Promise : std::uint8_t { empty, hidden, containers, certificates };

bool hasCertificate(Api& api, Handle application, const std::string& container) {
    const OwnedHandle opened(api, api.openContainer(application, container), &Api::closeContainer);
    const auto has = [&](token::KeyUsage usage) {
        try {
            return !api.exportCertificate(opened.get(), usage).empty();
        } catch (const Error& error) {
            if (error.driverCode() == 0 || isLost(error)) throw;
            return false;
        }
    };
    return has(token::KeyUsage::sign) || has(token::KeyUsage::encrypt);
}

Promise promiseOf(Api& api, Handle application) {
    try {
        const auto containers = api.containers(application);
        if (containers.empty()) return Promise::empty;
        const bool certified = std::any_of(containers.begin(), containers.end(), [&](const auto& container) {
            return hasCertificate(api, application, container);
        });
        return certified ? Promise::certificates : Promise::containers;
    } catch (const Error& error) {
        if (isLost(error)) throw;
        return Promise::hidden;
    }
}

}  // namespace

OpenToken::OpenToken(Api& api, const SkfOptions& options, const std::string& device)
    : api_(&api),
      options_(&options),
      device_(api, api.connect(device), &Api::disconnect),
      info_(api.deviceInfo(device_.get())) {
    findApplications();
}

Handle OpenToken::application() const {
    if (!application_) throw Error(ErrorCode::tokenBlank, "the token has no application");
    return application_.get();
}

void OpenToken::refresh() {
    if (!application_) findApplications();
}

OwnedHandle OpenToken::opened(const std::string& application) {
    return {*api_, api_->openApplication(device_.get(), application), &Api::closeApplication};
}

void OpenToken::findApplications() {
    std::vector<std::string> names = api_->applications(device_.get());
    if (!options_->application.empty()) {
        std::erase_if(names, [&](const std::string& name) { return name != options_->application; });
    }
    std::optional<Error> refusal;
    std::vector<std::pair<Promise, std::string>> found;
    for (const std::string& name : names) {
        try {
            OwnedHandle one = opened(name);
            if (names.size() == 1) {
                names_ = names;
                application_ = std::move(one);
                return;
            }
            found.emplace_back(promiseOf(*api_, one.get()), name);
        } catch (const Error& error) {
            if (isLost(error)) throw;
            refusal = error;
        }
    }
    if (found.empty() && refusal) throw Error(*refusal);
    if (found.empty()) return;
    // A maker's own, empty or not, often comes before the user's.
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& one, const auto& other) { return one.first > other.first; });
    names_.clear();
    for (const auto& [promise, name] : found) {
        if (names_.empty() || promise != Promise::empty) names_.push_back(name);
    }
    current_ = 0;
    application_ = opened(names_.front());
}

void OpenToken::goTo(std::size_t application) {
    if (application == current_) return;
    containers_.clear();
    sessions_.clear();
    isLoggedIn_ = false;
    const std::size_t before = std::exchange(current_, application);
    application_.reset();
    try {
        application_ = opened(names_.at(application));
    } catch (const Error& error) {
        if (isLost(error)) throw;
        current_ = before;
        application_ = opened(names_.at(before));
        throw;
    }
}

void OpenToken::inEachApplication(const std::function<void()>& use) {
    const std::size_t here = current_;
    if (isLoggedIn_ || names_.size() < 2) return use();
    for (std::size_t i = 0; i < names_.size(); ++i) {
        try {
            goTo(i);
        } catch (const Error& error) {
            if (isLost(error)) throw;
            continue;
        }
        try {
            use();
        } catch (const Error& error) {
            if (!isLost(error)) goTo(here);
            throw;
        }
    }
    goTo(here);
}

std::string OpenToken::prefix(std::size_t application) const {
    return application == 0 ? std::string() : shownName(names_.at(application)) + "/";
}

void OpenToken::goToContainer(const std::string& name) {
    for (std::size_t i = 1; i < names_.size(); ++i) {
        if (name.starts_with(prefix(i))) return goTo(i);
    }
    goTo(0);
}

void OpenToken::probe() {
    if (isBlank()) return;
    try {
        (void)api_->containers(application());
    } catch (const Error& error) {
        if (isLost(error)) throw;  // Whatever else it is, the handles are known.
    }
}

std::optional<std::size_t> OpenToken::containerCount() {
    try {
        return api_->containers(application()).size();
    } catch (const Error& error) {
        if (error.driverCode() == 0 || isLost(error)) throw;
        if (error.code() == ErrorCode::pinRequired) hidesContainers_ = true;
        return std::nullopt;
    }
}

std::vector<std::string> OpenToken::containerNames() {
    std::vector<std::string> names = api_->containers(application());
    std::transform(names.begin(), names.end(), names.begin(),
                   [&](const auto& name) { return prefix(current_) + shownName(name); });
    return names;
}

bool OpenToken::hasContainer(const std::string& name) {
    goToContainer(name);
    const auto names = containerNames();
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string OpenToken::rawContainerName(const std::string& name) {
    goToContainer(name);
    // Codes for a missing container differ between makers: the list tells.
    for (const std::string& raw : api_->containers(application())) {
        if (prefix(current_) + shownName(raw) == name) return raw;
    }
    throw Error(ErrorCode::certificateNotFound, "the token has no such container");
}

OpenContainer& OpenToken::container(const std::string& name) {
    const auto known = containers_.find(name);
    if (known != containers_.end()) return known->second;
    const std::string raw = rawContainerName(name);
    OpenContainer opened;
    opened.handle = {*api_, api_->openContainer(application(), raw), &Api::closeContainer};
    opened.signingKey = signingKeyOf(*api_, opened.handle.get());
    return containers_.emplace(name, std::move(opened)).first->second;
}

void OpenToken::withContainer(const std::string& name, const std::function<void(Handle)>& use) {
    if (const auto known = containers_.find(name); known != containers_.end()) {
        use(known->second.handle.get());
        return;
    }
    const std::string raw = rawContainerName(name);
    const OwnedHandle handle(*api_, api_->openContainer(application(), raw), &Api::closeContainer);
    use(handle.get());
}

void OpenToken::keep(const std::string& name, OpenContainer container) {
    containers_.insert_or_assign(name, std::move(container));
}

void OpenToken::remove(const std::string& name) {
    const std::string raw = rawContainerName(name);
    forget(name);
    api_->deleteContainer(application(), raw);
}

std::string OpenToken::addSession(ContentSession session) {
    if (sessions_.size() >= kMaxSessions) throw Error(ErrorCode::busy, "too many content keys are open");
    std::string name = "s" + std::to_string(++lastSession_);
    sessions_.emplace(name, std::move(session));
    return name;
}

ContentSession& OpenToken::session(const std::string& name) {
    const auto found = sessions_.find(name);
    if (found == sessions_.end()) throw Error(ErrorCode::badRequest, "there is no such session");
    return found->second;
}

}  // namespace ukey::skf
