#include "daemon/token_host/driver_options.hpp"

#include <gtest/gtest.h>

namespace ukey::token_host {
namespace {

#ifdef _WIN32
constexpr auto kMissing = "C:/nonexistent/lib.dll";
#else
constexpr auto kMissing = "/nonexistent/lib.so";
#endif

TEST(LoadDriver, unknownKindAndMissingLibrary_areNamed) {
    const auto codeOf = [](pipe::HostArguments options) {
        try {
            (void)loadNamedDriver(options);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    pipe::HostArguments options;
    options.kind = "other";
    EXPECT_EQ(codeOf(options), ErrorCode::badRequest);
    options.kind = "pkcs11";
    options.library = kMissing;
    EXPECT_EQ(codeOf(options), ErrorCode::driverMissing);
    options.kind = "skf";
    EXPECT_EQ(codeOf(options), ErrorCode::driverMissing);
}

}  // namespace
}  // namespace ukey::token_host
