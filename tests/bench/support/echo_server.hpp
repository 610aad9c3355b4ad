// The floor: a bare Beast WebSocket server that hands each message to a forked helper and sends back what it
// answers.
#pragma once

#include <sys/types.h>

namespace ukey::bench {

class EchoServer {
  public:
    EchoServer();
    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;
    ~EchoServer();
    unsigned short port() const { return port_; }
    /// Of the server, without its helper.
    pid_t pid() const { return pid_; }

  private:
    unsigned short port_ = 0;
    pid_t pid_ = -1;
};

}  // namespace ukey::bench
