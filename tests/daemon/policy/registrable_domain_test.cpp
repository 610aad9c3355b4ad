#include "daemon/policy/registrable_domain.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace ukey::policy {
namespace {

TEST(RegistrableDomain, isWhatOneOwnerRegistered) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"portal.example.com", "example.com"},
        {"a.b.portal.example.com", "example.com"},
        {"example.com", "example.com"},
        {"www.example.co.uk", "example.co.uk"},
        {"www.example.com.cn", "example.com.cn"},
        {"bids.land.zj.gov.cn", "zj.gov.cn"},
        {"one.github.io", "one.github.io"},
        {"deep.one.github.io", "one.github.io"},
        {"www.name.xn--55qx5d.cn", "name.xn--55qx5d.cn"},  // 公司.cn
        {"www.city.kawasaki.jp", "city.kawasaki.jp"},      // An exception from *.kawasaki.jp.
        {"portal.intranet.unlisted", "intranet.unlisted"},
    };
    for (const auto& [host, domain] : table) EXPECT_EQ(registrableDomain(host), domain) << host;
}

TEST(RegistrableDomain, ofWhatLiesBelowNoSuffix_isItself) {
    for (const std::string host :
         {"localhost", "127.0.0.1", "192.168.0.10", "[::1]", "com", "co.uk", "github.io"})
        EXPECT_EQ(registrableDomain(host), host);
}

TEST(PublicSuffix, isWhatAnybodyMayRegisterBelow) {
    for (const std::string host : {"com", "cn", "co.uk", "com.cn", "zj.cn", "github.io", "blogspot.com",
                                   "xn--55qx5d.cn", "any.kawasaki.jp", "unlisted"})
        EXPECT_TRUE(isPublicSuffix(host)) << host;
    for (const std::string host : {"example.com", "example.co.uk", "one.github.io", "city.kawasaki.jp",
                                   "intranet.unlisted", "127.0.0.1", "[::1]"})
        EXPECT_FALSE(isPublicSuffix(host)) << host;
}

}  // namespace
}  // namespace ukey::policy
