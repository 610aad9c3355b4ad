// The main function of every test program. It says where the programs and libraries under test lie, so that a
// test runs the same by CTest and by hand; what the caller's environment says wins.
#include <gtest/gtest.h>

#include <cstdlib>

int main(int argc, char** argv) {
    ::setenv("UKEY_BIN_DIR", UKEY_BUILT_PROGRAMS, 0);
    ::setenv("UKEY_LIB_DIR", UKEY_BUILT_LIBRARIES, 0);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
