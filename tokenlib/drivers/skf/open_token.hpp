// A connected token: its device, its application, and the containers and content keys that were opened in it.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "tokenlib/drivers/skf/api.hpp"
#include "tokenlib/drivers/skf/content_session.hpp"

namespace ukey::skf {

struct OpenContainer {
    OwnedHandle handle;
    std::optional<token::PublicKey> signingKey;
};

/// Gives everything back to the library when it goes.
class OpenToken {
  public:
    /// Connects. `device` is the name as the library wrote it.
    OpenToken(Api& api, const SkfOptions& options, const std::string& device);

    const DeviceInfo& info() const noexcept { return info_; }
    Handle device() const noexcept { return device_.get(); }
    /// Throws token-blank when there is none.
    Handle application() const;
    bool isBlank() const noexcept { return !application_; }
    /// Looks again for an application, if there was none.
    void refresh();

    /// Throws when the library no longer knows the handles.
    void probe();

    /// Names as `shownName` gives them.
    std::vector<std::string> containerNames();
    bool hasContainer(const std::string& name);
    /// Opens it, or gives the one that is open. Throws certificate-not-found when there is no such container.
    OpenContainer& container(const std::string& name);
    /// Opens a container for a short while only, unless it is open already.
    void withContainer(const std::string& name, const std::function<void(Handle)>& use);
    /// Takes a container that was just made.
    void keep(const std::string& name, OpenContainer container);
    void forget(const std::string& name) { containers_.erase(name); }
    /// Deletes it, whatever is open in it.
    void remove(const std::string& name);

    /// Answers busy when too many are open.
    std::string addSession(ContentSession session);
    /// Throws bad-request when there is no such session.
    ContentSession& session(const std::string& name);
    void endSession(const std::string& name) { sessions_.erase(name); }
    void endSessions() { sessions_.clear(); }

  private:
    OwnedHandle openApplication();
    std::string rawContainerName(const std::string& name);

    Api* api_;
    const SkfOptions* options_;
    // The order matters: what was opened last goes first.
    OwnedHandle device_;
    DeviceInfo info_;
    OwnedHandle application_;
    std::map<std::string, OpenContainer, std::less<>> containers_;
    std::map<std::string, ContentSession, std::less<>> sessions_;
    std::uint64_t lastSession_ = 0;
};

}  // namespace ukey::skf
