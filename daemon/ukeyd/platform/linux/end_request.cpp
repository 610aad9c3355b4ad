#include "daemon/ukeyd/platform/end_request.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "tokenlib/process/handle.hpp"

namespace ukey {
namespace {

constexpr int kPatienceMilliseconds = 10'000;

}  // namespace

struct EndRequest::State {
    explicit State(const boost::asio::any_io_executor& executor) : signals(executor, SIGTERM, SIGINT) {}
    boost::asio::signal_set signals;
};

EndRequest::EndRequest(const boost::asio::any_io_executor& executor, std::function<void()> told)
    : state_(std::make_shared<State>(executor)) {
    state_->signals.async_wait([told = std::move(told)](const boost::system::error_code& error, int) {
        if (!error) told();
    });
}

EndRequest::~EndRequest() = default;

bool endDaemon(int id) {
    const process::Handle daemon(::syscall(SYS_pidfd_open, id, 0));
    if (!daemon) return false;
    if (::syscall(SYS_pidfd_send_signal, static_cast<int>(daemon.value()), SIGTERM, nullptr, 0) != 0)
        return false;
    pollfd ended{.fd = static_cast<int>(daemon.value()), .events = POLLIN, .revents = 0};
    return ::poll(&ended, 1, kPatienceMilliseconds) == 1;
}

}  // namespace ukey
