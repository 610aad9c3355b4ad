#include "tokenlib/drivers/skf/open_token.hpp"

#include <algorithm>

#include "tokenlib/drivers/skf/fields.hpp"
#include "tokenlib/drivers/skf/sar.hpp"

namespace ukey::skf {
namespace {

constexpr std::size_t kMaxSessions = 16;

std::optional<token::PublicKey> signingKeyOf(Api& api, Handle container) {
    try {
        return api.exportPublicKey(container, token::KeyUsage::sign);
    } catch (const Error& error) {
        if (error.driverCode() == 0 || isLost(error)) throw;
        return std::nullopt;  // Makers have five codes for "there is no such key".
    }
}

/// Those that hide their containers before the PIN pass for empty.
bool hasContainers(Api& api, Handle application) {
    try {
        return !api.containers(application).empty();
    } catch (const Error& error) {
        if (error.driverCode() == 0 || isLost(error)) throw;
        return false;
    }
}

}  // namespace

OpenToken::OpenToken(Api& api, const SkfOptions& options, const std::string& device)
    : api_(&api),
      options_(&options),
      device_(api, api.connect(device), &Api::disconnect),
      info_(api.deviceInfo(device_.get())),
      application_(openApplication()) {}

Handle OpenToken::application() const {
    if (!application_) throw Error(ErrorCode::tokenBlank, "the token has no application");
    return application_.get();
}

void OpenToken::refresh() {
    if (!application_) application_ = openApplication();
}

OwnedHandle OpenToken::openApplication() {
    std::vector<std::string> names = api_->applications(device_.get());
    if (!options_->application.empty()) {
        std::erase_if(names, [&](const std::string& name) { return name != options_->application; });
    }
    // The one with containers; an empty one of the maker's often comes first. GM/T 0016 lets several be open,
    // but libraries take the last for the only one: one is closed before the next is opened.
    std::optional<Error> refusal;
    std::optional<std::string> first;
    for (const std::string& name : names) {
        try {
            OwnedHandle opened(*api_, api_->openApplication(device_.get(), name), &Api::closeApplication);
            if (names.size() == 1 || hasContainers(*api_, opened.get())) return opened;
            if (!first) first = name;
        } catch (const Error& error) {
            if (isLost(error)) throw;
            refusal = error;
        }
    }
    if (first) return {*api_, api_->openApplication(device_.get(), *first), &Api::closeApplication};
    if (refusal) throw Error(*refusal);
    return {};
}

void OpenToken::probe() {
    if (isBlank()) return;
    try {
        (void)api_->containers(application());
    } catch (const Error& error) {
        if (isLost(error)) throw;  // Whatever else it is, the handles are known.
    }
}

std::vector<std::string> OpenToken::containerNames() {
    std::vector<std::string> names = api_->containers(application());
    std::transform(names.begin(), names.end(), names.begin(),
                   [](const auto& name) { return shownName(name); });
    return names;
}

bool OpenToken::hasContainer(const std::string& name) {
    const auto names = containerNames();
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string OpenToken::rawContainerName(const std::string& name) {
    // Codes for a missing container differ between makers: the list tells.
    for (const std::string& raw : api_->containers(application())) {
        if (shownName(raw) == name) return raw;
    }
    throw Error(ErrorCode::certificateNotFound, "the token has no such container");
}

OpenContainer& OpenToken::container(const std::string& name) {
    const auto known = containers_.find(name);
    if (known != containers_.end()) return known->second;
    OpenContainer opened;
    opened.handle = {*api_, api_->openContainer(application(), rawContainerName(name)), &Api::closeContainer};
    opened.signingKey = signingKeyOf(*api_, opened.handle.get());
    return containers_.emplace(name, std::move(opened)).first->second;
}

void OpenToken::withContainer(const std::string& name, const std::function<void(Handle)>& use) {
    if (const auto known = containers_.find(name); known != containers_.end()) {
        use(known->second.handle.get());
        return;
    }
    const OwnedHandle handle(*api_, api_->openContainer(application(), rawContainerName(name)),
                             &Api::closeContainer);
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
