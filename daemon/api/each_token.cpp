#include "daemon/api/each_token.hpp"

#include <spdlog/spdlog.h>

#include "tokenlib/base/error.hpp"

namespace ukey::api {

boost::asio::awaitable<std::exception_ptr> lookAtEach(std::vector<hosts::HostedToken> tokens,
                                                      LookAtToken look) {
    std::exception_ptr trouble;
    for (const hosts::HostedToken& token : tokens) {
        try {
            auto looking = look(token);
            co_await std::move(looking);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::userCancelled) throw;
            spdlog::warn("driver {}: keys cannot be read: {}", token.driver, error.what());
            trouble = std::current_exception();
        }
    }
    co_return trouble;
}

}  // namespace ukey::api
