#include "daemon/enrolment/host_access.hpp"

namespace ukey::enrolment {

boost::asio::awaitable<OperationResult> HostAccess::run(Operation operation) {
    hosts::Operation wider = std::visit([](auto& op) { return hosts::Operation(std::move(op)); }, operation);
    std::string driver = address_.driver;
    co_return co_await hosts_.run(std::move(driver), std::move(wider));
}

}  // namespace ukey::enrolment
