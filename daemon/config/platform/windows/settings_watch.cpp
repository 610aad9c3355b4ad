#include "daemon/config/settings_watch.hpp"

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
// clang-format on

#include <boost/asio/windows/object_handle.hpp>
#include <filesystem>
#include <memory>
#include <utility>

#include "daemon/config/nearest_folder.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/base/platform/windows/last_error.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::config {
namespace {

/// Group Policy takes the keys of a product away and writes them anew, so what lies above is watched.
std::string keyAbove(const std::string& key) { return key.substr(0, key.find_last_of('\\')); }

}  // namespace

class SettingsWatch::State : public std::enable_shared_from_this<State> {
  public:
    State(boost::asio::any_io_executor executor, std::function<void()> changed)
        : executor_(std::move(executor)), changed_(std::move(changed)) {}

    /// `key`: below HKEY_LOCAL_MACHINE.
    void coverRegistry(const std::string& key) {
        HKEY opened = nullptr;
        const LSTATUS status = ::RegOpenKeyExW(HKEY_LOCAL_MACHINE, platform::toWide(key).c_str(), 0,
                                               KEY_NOTIFY | KEY_WOW64_64KEY, &opened);
        if (status != ERROR_SUCCESS) platform::throwSystemError(static_cast<DWORD>(status), "policies");
        policies_.reset(opened);
        platform::UniqueHandle event(::CreateEventW(nullptr, FALSE, FALSE, nullptr));
        if (!event) platform::throwLastError("event");
        registry_ = await(std::move(event), [watched = policies_.get()](HANDLE signalled) {
            (void)::RegNotifyChangeKeyValue(
                watched, TRUE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET, signalled, TRUE);
        });
    }

    /// Where its folder is not there yet, the nearest one above is watched for the next step of the way to
    /// it.
    void cover(const std::filesystem::path& file) {
        folder_ = file.parent_path();
        (void)comeNearer();
    }

    void end() {
        changed_ = nullptr;
        for (const auto& place : {registry_, files_}) leave(place);
    }

  private:
    struct Place {
        boost::asio::windows::object_handle signal;
        std::function<void(HANDLE)> askForNext;
        bool isOnTheWay = false;  ///< Above the file's folder.
        bool isLeft = false;      ///< A signal of it may be queued still.
    };

    /// An operation on such an object has no cancellation of its own.
    static void leave(const std::shared_ptr<Place>& place) {
        if (!place) return;
        place->isLeft = true;
        boost::system::error_code ignored;
        place->signal.cancel(ignored);
    }

    std::shared_ptr<Place> await(platform::UniqueHandle signal, std::function<void(HANDLE)> askForNext,
                                 bool isOnTheWay = false) {
        const auto place = std::make_shared<Place>(Place{
            boost::asio::windows::object_handle(executor_, signal.get()), std::move(askForNext), isOnTheWay});
        (void)signal.release();
        place->askForNext(place->signal.native_handle());
        waitForNext(place);
        return place;
    }

    void waitForNext(const std::shared_ptr<Place>& place) {
        place->signal.async_wait([self = shared_from_this(), place](const boost::system::error_code& error) {
            if (error || !self->changed_ || place->isLeft) return;
            if (place->isOnTheWay) {
                if (self->comeNearer()) self->changed_();
                return;
            }
            // First: what changes while the settings are read is a change again.
            place->askForNext(place->signal.native_handle());
            self->waitForNext(place);
            self->changed_();
        });
    }

    /// What lies in the folder, not below it. False where there is none.
    bool watch(const std::filesystem::path& folder) {
        const bool isOnTheWay = folder != folder_;
        const DWORD events = isOnTheWay ? FILE_NOTIFY_CHANGE_DIR_NAME
                                        : FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_LAST_WRITE;
        // INVALID_HANDLE_VALUE, which is none, where it is not there.
        platform::UniqueHandle change(::FindFirstChangeNotificationW(folder.c_str(), FALSE, events));
        if (!change) return false;
        leave(files_);
        // It is armed from the beginning; once more does no harm.
        files_ = await(
            std::move(change), [](HANDLE signalled) { (void)::FindNextChangeNotification(signalled); },
            isOnTheWay);
        return true;
    }

    /// Whether another folder is watched than before.
    bool comeNearer() {
        const std::filesystem::path before = std::exchange(
            watched_, watchNearest(folder_, [&](const auto& each, const auto&) { return watch(each); }));
        return !watched_.empty() && watched_ != before;
    }

    boost::asio::any_io_executor executor_;
    std::function<void()> changed_;  ///< Empty when its owner has gone.
    platform::UniqueKey policies_;
    std::shared_ptr<Place> registry_;
    std::shared_ptr<Place> files_;
    std::filesystem::path folder_;   ///< Of our file.
    std::filesystem::path watched_;  ///< It, or the nearest one above that is there.
};

SettingsWatch::SettingsWatch(const boost::asio::any_io_executor& executor, const Sources& sources,
                             std::function<void()> changed)
    : state_(std::make_shared<State>(executor, std::move(changed))) {
    if (sources.file) {
        state_->cover(std::filesystem::absolute(*sources.file));
    } else {
        if (!sources.administrator.empty()) state_->coverRegistry(keyAbove(sources.administrator));
        state_->cover(sources.userFile);
    }
}

SettingsWatch::~SettingsWatch() { state_->end(); }

}  // namespace ukey::config
