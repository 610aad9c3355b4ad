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

#include "daemon/config/nearest_folder.hpp"

namespace ukey::config {
namespace {

/// A file that is being written is not looked at before it is closed.
constexpr std::uint32_t kComesAndGoes = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;
/// A folder that is not there yet is made, or put there.
constexpr std::uint32_t kIsMade = IN_CREATE | IN_MOVED_TO;

}  // namespace

class SettingsWatch::State : public std::enable_shared_from_this<State> {
  public:
    State(const boost::asio::any_io_executor& executor, std::function<void()> changed)
        : changed_(std::move(changed)), events_(executor, makeDescriptor()) {}

    void cover(const std::filesystem::path& file) {
        const std::filesystem::path folder = file.parent_path();
        const auto watched = watchNearest(folder, [&](const auto& each, const auto& step) {
            return step.empty() ? watch(each, kComesAndGoes, file.filename(), files_)
                                : watch(each, kIsMade, step.filename(), steps_);
        });
        if (watched != folder) missing_.insert(file);
    }

    void waitForNext() {
        events_.async_read_some(boost::asio::buffer(octets_),
                                [self = shared_from_this()](const auto& error, std::size_t size) {
                                    if (error || !self->changed_) return;
                                    const Seen seen = self->look(size);
                                    if (seen.step) self->coverMissing();
                                    self->waitForNext();
                                    if (seen.step || seen.file) self->changed_();
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

    using Names = std::map<int, std::set<std::string, std::less<>>>;  ///< By their folder's watch.
    struct Seen {
        bool file = false;  ///< One of ours may be another.
        bool step = false;  ///< A folder on the way to one came.
    };

    bool watch(const std::filesystem::path& folder, std::uint32_t events, const std::filesystem::path& name,
               Names& names) {
        const int watched =
            ::inotify_add_watch(events_.native_handle(), folder.c_str(), events | IN_ONLYDIR | IN_MASK_ADD);
        if (watched >= 0) names[watched].insert(name.string());
        return watched >= 0;
    }

    /// What was missing may be there now, with a file in it that nobody told of.
    void coverMissing() {
        for (const auto& file : std::exchange(missing_, {})) cover(file);
    }

    static bool isAmong(const Names& names, const inotify_event& event, std::string_view name) {
        const auto found = names.find(event.wd);
        return found != names.end() && found->second.contains(name);
    }

    Seen look(std::size_t size) const {
        Seen seen;
        inotify_event event{};
        for (std::size_t at = 0; at + sizeof event <= size; at += sizeof event + event.len) {
            std::memcpy(&event, octets_.data() + at, sizeof event);
            const std::string_view padded(octets_.data() + at + sizeof event, event.len);
            const std::string_view name = padded.substr(0, padded.find('\0'));
            seen.file |= (event.mask & kComesAndGoes) != 0 && isAmong(files_, event, name);
            seen.step |= (event.mask & kIsMade) != 0 && isAmong(steps_, event, name);
        }
        return seen;
    }

    std::function<void()> changed_;  ///< Empty when its owner has gone.
    boost::asio::posix::stream_descriptor events_;
    Names files_;                              ///< Of our files.
    Names steps_;                              ///< Of folders on the way to `missing_`.
    std::set<std::filesystem::path> missing_;  ///< Our files whose folder is not there.
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
