// The main function of every test program. It says where the programs and libraries under test lie, so that a
// test runs the same by CTest and by hand; what the caller's environment says wins.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/environment.hpp"

namespace {

void setIfMissing(const char* name, const char* value) {
    if (std::getenv(name) == nullptr) ukey::test::setEnvironment(name, value);
}

}  // namespace

int main(int argc, char** argv) {
    setIfMissing("UKEY_BIN_DIR", UKEY_BUILT_PROGRAMS);
    setIfMissing("UKEY_LIB_DIR", UKEY_BUILT_LIBRARIES);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
