#include "daemon/config/settings_watch.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace ukey::config {
namespace {

/// A file that is being written is not looked at before it is closed.
constexpr std::uint32_t kComesAndGoes = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;

}  // namespace

class SettingsWatch::State : public std::enable_shared_from_this<State> {
  public:
    State(const boost::asio::any_io_executor& executor, std::function<void()> changed)
        : changed_(std::move(changed)), events_(executor, makeDescriptor()) {}

    void cover(const std::filesystem::path& file) {
        const int folder =
            ::inotify_add_watch(events_.native_handle(), file.parent_path().c_str(), kComesAndGoes);
        if (folder >= 0) names_[folder].insert(file.filename().string());
    }

    void waitForNext() {
        events_.async_read_some(boost::asio::buffer(octets_),
                                [self = shared_from_this()](const auto& error, std::size_t size) {
                                    if (error || !self->changed_) return;
                                    const bool isOurs = self->namesOurs(size);
                                    self->waitForNext();
                                    if (isOurs) self->changed_();
                                });
    }

    void end() {
        changed_ = nullptr;
        events_.close();
    }

  private:
    static int makeDescriptor() {
        const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "inotify");
        return descriptor;
    }

    bool namesOurs(std::size_t size) const {
        bool found = false;
        inotify_event event{};
        for (std::size_t at = 0; at + sizeof event <= size; at += sizeof event + event.len) {
            std::memcpy(&event, octets_.data() + at, sizeof event);
            const std::string_view padded(octets_.data() + at + sizeof event, event.len);
            const auto names = names_.find(event.wd);
            found |= names != names_.end() && names->second.contains(padded.substr(0, padded.find('\0')));
        }
        return found;
    }

    std::function<void()> changed_;  ///< Empty when its owner has gone.
    boost::asio::posix::stream_descriptor events_;
    std::map<int, std::set<std::string, std::less<>>> names_;  ///< Of our files, by their folder's watch.
    std::array<char, 8192> octets_{};
};

SettingsWatch::SettingsWatch(const boost::asio::any_io_executor& executor, const Sources& sources,
                             std::function<void()> changed)
    : state_(std::make_shared<State>(executor, std::move(changed))) {
    if (sources.file) {
        state_->cover(std::filesystem::absolute(*sources.file));
    } else {
        state_->cover(sources.administrator);
        state_->cover(sources.userFile);
    }
    state_->waitForNext();
}

SettingsWatch::~SettingsWatch() { state_->end(); }

}  // namespace ukey::config
