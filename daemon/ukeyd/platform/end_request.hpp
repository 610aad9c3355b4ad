// How the daemon is told to end: signals on Linux; on Windows a named event of its process, and the
// end of the session.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

namespace ukey {

/// Listens as long as it lives; calls `told` on the executor, once.
class EndRequest {
  public:
    EndRequest(const boost::asio::any_io_executor& executor, std::function<void()> told);
    ~EndRequest();
    EndRequest(const EndRequest&) = delete;
    EndRequest& operator=(const EndRequest&) = delete;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

/// Tells the daemon that is process `id` to end and waits until it has, ten seconds at most. Whether it has.
bool endDaemon(int id);

}  // namespace ukey
