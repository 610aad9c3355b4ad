#include "daemon/hosts/platform/host_environment.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ukey::hosts {
namespace {

TEST(HostEnvironment, isAShortListWithoutWhatNamesCodeOrSecrets_S41) {
    const std::vector<std::string> foreign{"LD_PRELOAD_X",     "GTK_MODULES",       "GTK_PATH",
                                           "QT_PLUGIN_PATH",   "GIO_EXTRA_MODULES", "OPENSSL_CONF",
                                           "ANY_TOKEN_OF_OURS"};
    for (const std::string& name : foreign) ::setenv(name.c_str(), "/tmp/x", 1);
    ::setenv("LC_PAPER", "zh_CN.UTF-8", 1);
    const std::vector<std::string> passed = hostEnvironment();
    for (const std::string& name : foreign) ::unsetenv(name.c_str());
    const auto has = [&](const std::string& beginning) {
        return std::any_of(passed.begin(), passed.end(),
                           [&](const std::string& entry) { return entry.starts_with(beginning); });
    };
    for (const std::string& name : foreign) EXPECT_FALSE(has(name + "=")) << name;
    EXPECT_TRUE(has("LC_PAPER=zh_CN.UTF-8"));
    EXPECT_TRUE(has("PATH=/usr/local/bin:/usr/bin:/bin"));
    ::unsetenv("LC_PAPER");
}

}  // namespace
}  // namespace ukey::hosts
