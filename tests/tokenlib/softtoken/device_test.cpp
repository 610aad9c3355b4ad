#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "skf_client.hpp"

namespace ukey::softtoken {
namespace {

class Device : public SoftTokenTest {};

std::vector<std::string> devices(BOOL present) {
    const Octets list = twoCalls([present](BYTE* out, ULONG* size) {
        return skf().EnumDev(present, reinterpret_cast<LPSTR>(out), size);
    });
    return namesIn({list.begin(), list.end()});
}

TEST_F(Device, exported_onlyTheInterface) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
        ::popen(("nm -D --defined-only --format=posix " + libraryPath()).c_str(), "r"), &::pclose);
    ASSERT_TRUE(pipe);
    std::array<char, 512> line{};
    int functions = 0;
    while (std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) != nullptr) {
        EXPECT_EQ(0, std::strncmp(line.data(), "SKF_", 4)) << line.data();
        ++functions;
    }
    EXPECT_EQ(82, functions);
}

TEST_F(Device, enumerated_namesThosePluggedIn) {
    createToken({.serial = "SOFT0002"});
    EXPECT_EQ(std::vector<std::string>{"SOFT0001"}, devices(TRUE));
    EXPECT_EQ((std::vector<std::string>{"SOFT0001", "SOFT0002"}), devices(FALSE));
    plug("SOFT0002");
    EXPECT_EQ((std::vector<std::string>{"SOFT0001", "SOFT0002"}), devices(TRUE));
    unplug("SOFT0001");
    unplug("SOFT0002");
    EXPECT_TRUE(devices(TRUE).empty());
}

TEST_F(Device, enumerated_intoTooSmallABuffer_saysTheSize) {
    std::array<char, 4> small{'x', 'x', 'x', 'x'};
    ULONG size = small.size();
    EXPECT_SAR(SAR_BUFFER_TOO_SMALL, skf().EnumDev(TRUE, small.data(), &size));
    EXPECT_EQ(sizeof "SOFT0001" + 1, size);
    EXPECT_EQ('x', small[0]);
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().EnumDev(TRUE, small.data(), nullptr));
}

TEST_F(Device, strangeFolders_areNoTokens) {
    std::filesystem::create_directory(folder() + "/not a token");
    std::filesystem::create_directory(folder() + "/EMPTY");
    std::ofstream(folder() + "/EMPTY/plugged");
    EXPECT_EQ(std::vector<std::string>{"SOFT0001"}, devices(FALSE));
}

TEST_F(Device, withABrokenState_failsWithoutHarm) {
    std::ofstream(pathOf("state.json")) << R"({"format":1,"serial":"SOFT0001","applications":[[[[)";
    DEVHANDLE device = nullptr;
    EXPECT_SAR(SAR_FILEERR, skf().ConnectDev(lpstr(kSerial), &device));
}

TEST_F(Device, connected_unknownOrAbsent_isRefused) {
    DEVHANDLE device = nullptr;
    EXPECT_SAR(SAR_DEVICE_REMOVED, skf().ConnectDev(lpstr("NOSUCH"), &device));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().ConnectDev(lpstr("../SOFT0001"), &device));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().ConnectDev(lpstr(""), &device));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().ConnectDev(nullptr, &device));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().ConnectDev(lpstr(kSerial), nullptr));
    unplug(kSerial);
    EXPECT_SAR(SAR_DEVICE_REMOVED, skf().ConnectDev(lpstr(kSerial), &device));
    EXPECT_EQ(nullptr, device);
}

TEST_F(Device, state_followsThePlug) {
    ULONG state = 9;
    EXPECT_SAR(SAR_OK, skf().GetDevState(lpstr(kSerial), &state));
    EXPECT_EQ(DEV_PRESENT_STATE, state);
    unplug(kSerial);
    EXPECT_SAR(SAR_OK, skf().GetDevState(lpstr(kSerial), &state));
    EXPECT_EQ(DEV_ABSENT_STATE, state);
}

TEST_F(Device, described_asTheFactoryMadeIt) {
    createToken(
        {.serial = "S-2", .model = "Model 9", .label = "印章", .room = {.containers = 2, .octets = 65536}});
    plug("S-2");
    const DEVHANDLE device = connect("S-2");
    DEVINFO info{};
    ASSERT_SAR(SAR_OK, skf().GetDevInfo(device, &info));
    EXPECT_STREQ("S-2", info.SerialNumber);
    EXPECT_STREQ("Model 9", info.Issuer);
    EXPECT_STREQ("印章", info.Label);
    EXPECT_EQ(1, info.Version.major);
    EXPECT_EQ(0x41FU, ULONG{info.AlgSymCap});
    EXPECT_EQ(0x30700U, ULONG{info.AlgAsymCap});
    EXPECT_EQ(7U, ULONG{info.AlgHashCap});
    EXPECT_EQ(SGD_SM4_ECB, ULONG{info.DevAuthAlgId});
    EXPECT_EQ(65536U, ULONG{info.TotalSpace});
    EXPECT_GT(ULONG{info.FreeSpace}, 60000U);
    EXPECT_LT(ULONG{info.FreeSpace}, 65536U);
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().GetDevInfo(device, nullptr));
    skf().DisConnectDev(device);
}

TEST_F(Device, labelled_keepsTheLabel) {
    const DEVHANDLE device = connect();
    ASSERT_SAR(SAR_OK, skf().SetLabel(device, lpstr("0123456789012345678901234567890")));
    EXPECT_SAR(SAR_NAMELENERR, skf().SetLabel(device, lpstr("01234567890123456789012345678901")));
    DEVINFO info{};
    ASSERT_SAR(SAR_OK, skf().GetDevInfo(device, &info));
    EXPECT_STREQ("0123456789012345678901234567890", info.Label);
    EXPECT_EQ("0123456789012345678901234567890", list().at(0).label);
    skf().DisConnectDev(device);
}

TEST_F(Device, unpluggedAndBack_oldHandlesStayDead) {
    const DEVHANDLE device = connect();
    const HAPPLICATION application = openApplication(device);
    unplug(kSerial);
    DEVINFO info{};
    EXPECT_SAR(SAR_DEVICE_REMOVED, skf().GetDevInfo(device, &info));
    plug(kSerial);
    EXPECT_SAR(SAR_DEVICE_REMOVED, skf().GetDevInfo(device, &info));
    ULONG tries = 0;
    EXPECT_SAR(SAR_DEVICE_REMOVED, skf().VerifyPIN(application, USER_TYPE, lpstr("111111"), &tries));
    EXPECT_SAR(SAR_OK, skf().DisConnectDev(device));
    const DEVHANDLE again = connect();
    EXPECT_SAR(SAR_OK, skf().GetDevInfo(again, &info));
    skf().DisConnectDev(again);
}

TEST_F(Device, unpluggedAndBackBetweenTwoCalls_isNoticed) {
    const DEVHANDLE device = connect();
    unplug(kSerial);
    plug(kSerial);
    DEVINFO info{};
    EXPECT_SAR(SAR_DEVICE_REMOVED, skf().GetDevInfo(device, &info));
    skf().DisConnectDev(device);
}

TEST_F(Device, random_fillsTheBuffer) {
    const DEVHANDLE device = connect();
    Octets a(32);
    Octets b(32);
    EXPECT_SAR(SAR_OK, skf().GenRandom(device, a.data(), 32));
    EXPECT_SAR(SAR_OK, skf().GenRandom(device, b.data(), 32));
    EXPECT_NE(a, b);
    EXPECT_SAR(SAR_INDATALENERR, skf().GenRandom(device, a.data(), 0));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().GenRandom(device, nullptr, 8));
    skf().DisConnectDev(device);
}

TEST_F(Device, locked_keepsOtherHandlesOutUntilUnlocked) {
    const DEVHANDLE mine = connect();
    const DEVHANDLE other = connect();
    EXPECT_SAR(SAR_FAIL, skf().UnlockDev(mine));
    ASSERT_SAR(SAR_OK, skf().LockDev(mine, 0xFFFFFFFF));
    EXPECT_SAR(SAR_TIMEOUTERR, skf().LockDev(other, 10));
    EXPECT_SAR(SAR_OK, skf().SetLabel(mine, lpstr("mine")));
    EXPECT_SAR(SAR_OK, skf().UnlockDev(mine));
    EXPECT_SAR(SAR_OK, skf().LockDev(other, 10));
    // Disconnecting unlocks.
    EXPECT_SAR(SAR_OK, skf().DisConnectDev(other));
    EXPECT_SAR(SAR_OK, skf().LockDev(mine, 10));
    EXPECT_SAR(SAR_OK, skf().DisConnectDev(mine));
}

TEST_F(Device, locked_keepsOtherProcessesOut) {
    const DEVHANDLE mine = connect();
    ASSERT_SAR(SAR_OK, skf().LockDev(mine, 1000));
    const int status = inChild([] {
        // The parent's lock came with the fork, its owner did not: a fresh process is what counts.
        ::execl("/proc/self/exe", "test_softtoken",
                "--gtest_filter=DeviceInOtherProcess.DISABLED_lockIsTaken", "--gtest_also_run_disabled_tests",
                nullptr);
        ::_exit(127);
    });
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(0, WEXITSTATUS(status));
    skf().DisConnectDev(mine);
}

// Run by the test above, in a process of its own.
TEST(DeviceInOtherProcess, DISABLED_lockIsTaken) {
    DEVHANDLE device = nullptr;
    ASSERT_SAR(SAR_OK, skf().ConnectDev(lpstr("SOFT0001"), &device));
    EXPECT_SAR(SAR_TIMEOUTERR, skf().LockDev(device, 20));
}

TEST_F(Device, transmit_isNotSupported) {
    const DEVHANDLE device = connect();
    BYTE command = 0;
    ULONG size = 0;
    EXPECT_SAR(SAR_NOTSUPPORTYETERR, skf().Transmit(device, &command, 1, nullptr, &size));
    skf().DisConnectDev(device);
}

}  // namespace
}  // namespace ukey::softtoken
