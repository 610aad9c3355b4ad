// A connected token: its device, its applications, and the containers and content keys that were opened in
// it.
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
///
/// GM/T 0016 lets several applications be open, but libraries take the last for the only one: one is closed
/// before the next is opened. The home application is where new containers are made; a container of another
/// one has "APPLICATION/" before its name. What asks for a container goes to its application, and so does the
/// next PIN.
class OpenToken {
  public:
    /// Connects. `device` is the name as the library wrote it.
    OpenToken(Api& api, const SkfOptions& options, const std::string& device);

    const DeviceInfo& info() const noexcept { return info_; }
    Handle device() const noexcept { return device_.get(); }
    /// The one that is open. Throws token-blank when there is none.
    Handle application() const;
    bool isBlank() const noexcept { return !application_; }
    /// Looks again for an application, if there was none.
    void refresh();

    /// Throws when the library no longer knows the handles.
    void probe();

    /// Calls `use` in each application, the home one first, and comes back to the one that is open now; in
    /// that one alone while somebody is logged in, for closing it ends the login.
    void inEachApplication(const std::function<void()>& use);
    /// Numbers the applications; 0 is the home one.
    std::size_t current() const noexcept { return current_; }
    void goHome() { goTo(0); }
    void noteLogin(bool isLoggedIn) noexcept { isLoggedIn_ = isLoggedIn; }

    /// What was last read in another application.
    std::map<std::size_t, std::vector<token::KeyEntry>>& seen() noexcept { return seen_; }

    /// Of the application that is open; names as `shownName` gives them.
    std::vector<std::string> containerNames();
    /// How many there are; nothing when it does not tell (before somebody logs in).
    std::optional<std::size_t> containerCount();
    /// Whether containers were hidden from who had not logged in.
    bool hidesContainers() const noexcept { return hidesContainers_; }
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
    void findApplications();
    OwnedHandle opened(const std::string& application);
    void goTo(std::size_t application);
    std::string prefix(std::size_t application) const;
    /// Goes to the container's application.
    void goToContainer(const std::string& name);
    std::string rawContainerName(const std::string& name);

    Api* api_;
    const SkfOptions* options_;
    // The order matters: what was opened last goes first.
    OwnedHandle device_;
    DeviceInfo info_;
    std::vector<std::string> names_;  ///< Of the applications that can be opened.
    std::size_t current_ = 0;
    OwnedHandle application_;
    bool isLoggedIn_ = false;
    bool hidesContainers_ = false;
    std::map<std::size_t, std::vector<token::KeyEntry>> seen_;
    std::map<std::string, OpenContainer, std::less<>> containers_;
    std::map<std::string, ContentSession, std::less<>> sessions_;
    std::uint64_t lastSession_ = 0;
};

}  // namespace ukey::skf
