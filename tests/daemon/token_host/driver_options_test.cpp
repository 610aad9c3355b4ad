#include "daemon/token_host/driver_options.hpp"

#include <gtest/gtest.h>

namespace ukey::token_host {
namespace {

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
    options.library = "/nonexistent/lib.so";
    EXPECT_EQ(codeOf(options), ErrorCode::driverMissing);
    options.kind = "skf";
    EXPECT_EQ(codeOf(options), ErrorCode::driverMissing);
}

}  // namespace
}  // namespace ukey::token_host
