// Real token host processes with the fake driver.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "daemon/hosts/supervisor.hpp"
#include "tests/support/await.hpp"
#include "tests/support/platform/process_state.hpp"
#include "tokenlib/base/path_text.hpp"

namespace ukey::hosts {

class HostsTest : public testing::Test {
  protected:
    HostsTest() {
        settings_.hostProgram = testHost();
        settings_.firstPause = std::chrono::milliseconds(1);
    }

    /// With a drive where the system has such.
    static std::string absolute(const char* path) {
        return pathText(std::filesystem::absolute(pathFrom(path)));
    }
    static std::string testHost() { return absolute(UKEY_TEST_HOST); }

    /// A driver of that name; `options` as in fake_driver.hpp.
    static DriverConfig fake(const std::string& name, const std::string& options = "{}") {
        return {name, config::DriverKind::skf, testHost(), options, true};
    }
    void use(std::vector<DriverConfig> drivers) {
        hosts_ = makeTokenHosts(context_.get_executor(), std::move(drivers), settings_);
        subscription_ = hosts_->subscribe([this](const TokenChange& change) { changes_.push_back(change); });
    }

    std::vector<HostedToken> tokens() { return test::await(context_, hosts_->tokens()); }
    std::vector<std::string> serials() {
        std::vector<std::string> all;
        for (const HostedToken& token : tokens()) all.push_back(token.driver + "/" + token.info.serial);
        std::sort(all.begin(), all.end());
        return all;
    }
    template <class Op>
    typename Op::Result call(const std::string& driver, Op op) {
        return test::await(context_, hosts_->call(driver, std::move(op)));
    }
    /// Signs with a container whose name tells the fake driver what to do.
    Bytes sign(const std::string& driver, const std::string& container, const std::string& token = "T1") {
        return call(driver, signing(container, token));
    }
    static token::Sign signing(const std::string& container, const std::string& token = "T1") {
        return {token,
                {container, token::KeyUsage::sign},
                token::DigestAlgorithm::sm3,
                Bytes(32, 7),
                std::nullopt};
    }
    std::optional<ErrorCode> signCode(const std::string& driver, const std::string& container) {
        return test::codeOf([&] { return sign(driver, container); });
    }
    int hostPid(const std::string& driver, const std::string& token = "T1") {
        return std::stoi(call(driver, token::DescribeToken{token}).model.substr(4));
    }
    void waitForChange(Change change) {
        test::runUntil(context_, [&] {
            return std::any_of(changes_.begin(), changes_.end(),
                               [&](const auto& c) { return c.change == change; });
        });
    }

    HostSettings settings_;
    boost::asio::io_context context_;
    std::shared_ptr<TokenHosts> hosts_;
    std::vector<TokenChange> changes_;
    std::shared_ptr<void> subscription_;
};

}  // namespace ukey::hosts
