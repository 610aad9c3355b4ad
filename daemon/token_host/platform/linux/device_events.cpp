#include "daemon/token_host/platform/device_events.hpp"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <utility>

#include "daemon/token_host/platform/linux/uevent.hpp"
#include "daemon/token_host/settling.hpp"
#include "tokenlib/process/handle.hpp"

namespace ukey::token_host {
namespace {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;

constexpr std::uint32_t kKernelGroup = 1;

class UeventSocket : public DeviceEvents {
  public:
    UeventSocket(const asio::any_io_executor& executor, int descriptor, std::function<void()> onChange)
        : state_(std::make_shared<State>(executor, descriptor, std::move(onChange))) {
        State::wait(state_);
    }
    UeventSocket(const UeventSocket&) = delete;
    UeventSocket& operator=(const UeventSocket&) = delete;
    ~UeventSocket() override {
        state_->ended = true;
        state_->socket.close();
        state_->settling.end();
    }

  private:
    /// Shared with the handlers, which may still be queued when the owner goes.
    struct State {
        State(const asio::any_io_executor& executor, int descriptor, std::function<void()> told)
            : socket(executor, descriptor), settling(executor, std::move(told)) {}

        static void wait(const std::shared_ptr<State>& self) {
            self->socket.async_wait(stream_descriptor::wait_read,
                                    [self](const boost::system::error_code& error) {
                                        if (error || self->ended) return;
                                        if (self->drain()) self->settling.begin();
                                        wait(self);
                                    });
        }
        /// Reads what there is; whether any of it matters.
        bool drain() {
            bool matters = false;
            std::array<char, 4096> buffer;
            for (;;) {
                sockaddr_nl from{};
                socklen_t length = sizeof from;
                const ssize_t got = ::recvfrom(socket.native_handle(), buffer.data(), buffer.size(),
                                               MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &length);
                if (got < 0) return matters;
                // Any process may send to us; only the kernel has port 0.
                if (from.nl_pid != 0) continue;
                matters = isUsbChange({buffer.data(), static_cast<std::size_t>(got)}) || matters;
            }
        }

        stream_descriptor socket;
        Settling settling;
        bool ended = false;
    };
    std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<DeviceEvents> DeviceEvents::open(const asio::any_io_executor& executor,
                                                 std::function<void()> onChange) {
    process::Handle socket(
        ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT));
    if (!socket) return nullptr;
    const int descriptor = static_cast<int>(socket.value());
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = kKernelGroup;
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return nullptr;
    auto events = std::make_unique<UeventSocket>(executor, descriptor, std::move(onChange));
    (void)socket.release();
    return events;
}

bool isUsbChange(std::string_view uevent) {
    bool action = false;
    bool device = false;
    while (!uevent.empty()) {
        const std::string_view entry = uevent.substr(0, uevent.find('\0'));
        action = action || entry == "ACTION=add" || entry == "ACTION=remove" || entry == "ACTION=bind";
        device = device || entry == "DEVTYPE=usb_device";
        uevent.remove_prefix(std::min(entry.size() + 1, uevent.size()));
    }
    return action && device;
}

}  // namespace ukey::token_host
