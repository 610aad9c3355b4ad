#include "daemon/policy/origin.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tokenlib/base/error.hpp"

namespace ukey::policy {
namespace {

TEST(Origin, asABrowserWritesIt_isRead) {
    for (const std::string text :
         {"https://portal.example", "https://portal.example:8443", "http://localhost:8600",
          "http://127.0.0.1", "https://[::1]:8443", "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
          "https://xn--fiqs8s.example"}) {
        const auto origin = Origin::parse(text);
        ASSERT_TRUE(origin) << text;
        EXPECT_EQ(origin->text(), text);
    }
}

TEST(Origin, notAsABrowserWritesIt_isNone_S2) {
    const std::vector<std::string> texts{"",
                                         "null",
                                         "*",
                                         "file://",
                                         "file://host",
                                         "about:blank",
                                         "data:text/html,x",
                                         "portal.example",
                                         "//portal.example",
                                         "https://",
                                         "https://Portal.example",
                                         "HTTPS://portal.example",
                                         "https://portal.example/",
                                         "https://portal.example/path",
                                         "https://portal.example?x",
                                         "https://portal.example#x",
                                         "https://user@portal.example",
                                         "https://portal.example:443",
                                         "http://portal.example:80",
                                         "https://portal.example:",
                                         "https://portal.example:0443",
                                         "https://portal.example:65536",
                                         "https://portal.example:-1",
                                         "https://portal.example.",
                                         "https://.portal.example",
                                         "https://portal..example",
                                         "https://*.example",
                                         "https://政务.example",
                                         "https://portal.example ",
                                         " https://portal.example",
                                         "https://portal.example\r\nX: y",
                                         "https://portal.example, https://other.example",
                                         "https://" + std::string(64, 'a') + ".example",
                                         "https://[::1",
                                         "https://::1",
                                         std::string("https://portal.example\0", 23)};
    for (const std::string& text : texts) EXPECT_FALSE(Origin::parse(text)) << text;
}

struct Comparison {
    std::string pattern;
    std::string origin;
    bool matches;
};

TEST(OriginPattern, comparesSchemeHostAndPort_S3) {
    const std::vector<Comparison> table{
        {"https://portal.example", "https://portal.example", true},
        {"https://portal.example", "http://portal.example", false},
        {"https://portal.example", "https://portal.example:8443", false},
        {"https://portal.example:8443", "https://portal.example:8443", true},
        {"https://portal.example:8443", "https://portal.example:8444", false},
        {"https://portal.example:443", "https://portal.example", true},
        {"https://PORTAL.example", "https://portal.example", true},
        {"https://example.cn", "https://evil-example.cn", false},
        {"https://example.cn", "https://example.cn.evil.cn", false},
        {"https://example.cn", "https://www.example.cn", false},
        {"https://example.cn", "https://xample.cn", false},
        {"https://*.example.cn", "https://www.example.cn", true},
        {"https://*.example.cn", "https://example.cn", false},
        {"https://*.example.cn", "https://a.www.example.cn", false},
        {"https://*.example.cn", "https://evil-example.cn", false},
        {"https://*.example.cn", "https://www.evil-example.cn", false},
        {"https://*.example.cn", "http://www.example.cn", false},
        {"https://*.example.cn", "https://www.example.cn:8443", false},
        {"https://*.example.cn:8443", "https://www.example.cn:8443", true},
        {"https://xn--fiqs8s.example", "https://xn--fiqs8s.example", true},
        {"http://127.0.0.1:8600", "http://127.0.0.1:8600", true},
        {"http://127.0.0.1:8600", "http://localhost:8600", false},
        {"chrome-extension://abc", "chrome-extension://abc", true},
        {"chrome-extension://abc", "chrome-extension://abd", false},
    };
    for (const Comparison& row : table) {
        const auto origin = Origin::parse(row.origin);
        ASSERT_TRUE(origin) << row.origin;
        EXPECT_EQ(OriginPattern::parse(row.pattern).matches(*origin), row.matches)
            << row.pattern << " " << row.origin;
    }
}

TEST(OriginPattern, tooWideOrNoOrigin_isRefused_S4) {
    for (const std::string text : {"*",
                                   "null",
                                   "",
                                   "https://*",
                                   "https://*.cn",
                                   "*://portal.example",
                                   "https://www.*.example.cn",
                                   "https://w*.example.cn",
                                   "https://*.*.example.cn",
                                   "https://portal.example/",
                                   "https://portal.example.",
                                   "https://政务.example",
                                   "file:///etc",
                                   "portal.example",
                                   "https://*.[::1]",
                                   "https://*.co.uk",
                                   "https://*.github.io",
                                   "https://*.com.cn",
                                   "https://*.GitHub.io",
                                   "https://*.xn--55qx5d.cn",
                                   "https://*.any.kawasaki.jp",
                                   "https://*.0.0.1"})
        EXPECT_THROW(OriginPattern::parse(text), Error) << text;
}

TEST(OriginPattern, anyText_comesBackCanonical) {
    EXPECT_EQ(OriginPattern::parse("HTTPS://*.Example.CN:443").text(), "https://*.example.cn");
    EXPECT_EQ(OriginPattern::parse("https://a.example"), OriginPattern::parse("https://A.example:443"));
}

}  // namespace
}  // namespace ukey::policy
