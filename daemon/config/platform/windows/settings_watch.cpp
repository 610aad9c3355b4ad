#include "daemon/config/settings_watch.hpp"

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
// clang-format on

#include <boost/asio/windows/object_handle.hpp>
#include <list>
#include <utility>

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
        await(std::move(event), [watched = policies_.get()](HANDLE signalled) {
            (void)::RegNotifyChangeKeyValue(
                watched, TRUE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET, signalled, TRUE);
        });
    }

    /// What lies in the folder, not below it.
    void cover(const std::filesystem::path& folder) {
        platform::UniqueHandle change(::FindFirstChangeNotificationW(
            folder.c_str(), FALSE, FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_LAST_WRITE));
        if (!change) return;
        // It is armed from the beginning; once more does no harm.
        await(std::move(change), [](HANDLE signalled) { (void)::FindNextChangeNotification(signalled); });
    }

    void end() {
        changed_ = nullptr;
        // An operation on such an object has no cancellation of its own.
        boost::system::error_code ignored;
        for (Place& place : places_) place.signal.cancel(ignored);
    }

  private:
    struct Place {
        boost::asio::windows::object_handle signal;
        std::function<void(HANDLE)> askForNext;
    };

    void await(platform::UniqueHandle signal, std::function<void(HANDLE)> askForNext) {
        Place& place = places_.emplace_back(
            Place{boost::asio::windows::object_handle(executor_, signal.get()), std::move(askForNext)});
        (void)signal.release();
        place.askForNext(place.signal.native_handle());
        waitForNext(place);
    }

    void waitForNext(Place& place) {
        place.signal.async_wait([self = shared_from_this(), &place](const boost::system::error_code& error) {
            if (error || !self->changed_) return;
            // First: what changes while the settings are read is a change again.
            place.askForNext(place.signal.native_handle());
            self->waitForNext(place);
            self->changed_();
        });
    }

    boost::asio::any_io_executor executor_;
    std::function<void()> changed_;  ///< Empty when its owner has gone.
    platform::UniqueKey policies_;
    std::list<Place> places_;
};

SettingsWatch::SettingsWatch(const boost::asio::any_io_executor& executor, const Sources& sources,
                             std::function<void()> changed)
    : state_(std::make_shared<State>(executor, std::move(changed))) {
    if (sources.file) {
        state_->cover(std::filesystem::absolute(*sources.file).parent_path());
    } else {
        if (!sources.administrator.empty()) state_->coverRegistry(keyAbove(sources.administrator));
        state_->cover(sources.userFile.parent_path());
    }
}

SettingsWatch::~SettingsWatch() { state_->end(); }

}  // namespace ukey::config
