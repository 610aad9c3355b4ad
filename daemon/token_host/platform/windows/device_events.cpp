#include "daemon/token_host/platform/device_events.hpp"

// Asio wants Winsock before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
#include <dbt.h>
// clang-format on

#include <boost/asio/post.hpp>
#include <utility>

#include "daemon/token_host/settling.hpp"
#include "tokenlib/base/error.hpp"
#include "tokenlib/process/platform/windows/message_window.hpp"

namespace ukey::token_host {
namespace {

namespace asio = boost::asio;

/// For the devices of all kinds: which kind a vendor's token is, only its driver knows.
void registerForDevices(HWND window) {
    DEV_BROADCAST_DEVICEINTERFACE_W filter{};
    filter.dbcc_size = sizeof filter;
    filter.dbcc_devicetype = DBT_DEVTYP_DEVICEINTERFACE;
    // It ends with the window.
    (void)::RegisterDeviceNotificationW(window, &filter,
                                        DEVICE_NOTIFY_WINDOW_HANDLE | DEVICE_NOTIFY_ALL_INTERFACE_CLASSES);
}

class DeviceWindow : public DeviceEvents {
  public:
    DeviceWindow(const asio::any_io_executor& executor, std::function<void()> onChange)
        : settling_(std::make_shared<Settling>(executor, std::move(onChange))),
          window_(&registerForDevices, [executor, settling = settling_](UINT message, WPARAM event, LPARAM) {
              const bool matters = event == DBT_DEVICEARRIVAL || event == DBT_DEVICEREMOVECOMPLETE ||
                                   event == DBT_DEVNODES_CHANGED;
              if (message == WM_DEVICECHANGE && matters)
                  asio::post(executor, [settling] { settling->begin(); });
          }) {}
    DeviceWindow(const DeviceWindow&) = delete;
    DeviceWindow& operator=(const DeviceWindow&) = delete;
    ~DeviceWindow() override { settling_->end(); }

  private:
    std::shared_ptr<Settling> settling_;
    platform::MessageWindow window_;
};

}  // namespace

std::unique_ptr<DeviceEvents> DeviceEvents::open(const asio::any_io_executor& executor,
                                                 std::function<void()> onChange) {
    try {
        return std::make_unique<DeviceWindow>(executor, std::move(onChange));
    } catch (const Error&) {
        return nullptr;
    }
}

}  // namespace ukey::token_host
