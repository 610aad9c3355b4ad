// Several threads and several processes at one token; handles that are none.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <thread>

#include "skf_client.hpp"
#include "tokenlib/base/error.hpp"
#include "witness.hpp"

namespace ukey::softtoken {
namespace {

class SharedTest : public Sm2ContainerTest {};

TEST_F(SharedTest, threads_signAndChangeAtOnce) {
    createToken({.serial = "OTHER"});
    plug("OTHER");
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([this] {
            Octets hash(32, 1);
            for (int n = 0; n < 20; ++n) {
                ECCSIGNATUREBLOB signature{};
                EXPECT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
                EXPECT_SAR(SAR_OK, skf().ECCVerify(device, &signingKey, hash.data(), 32, &signature));
            }
        });
    threads.emplace_back([this] {
        for (int n = 0; n < 10; ++n) {
            HCONTAINER other = createContainer(application, "t" + std::to_string(n));
            EXPECT_SAR(SAR_OK, skf().CloseContainer(other));
            EXPECT_SAR(SAR_OK, skf().DeleteContainer(application, lpstr("t" + std::to_string(n))));
        }
    });
    threads.emplace_back([] {
        for (int n = 0; n < 10; ++n) {
            const DEVHANDLE other = connect("OTHER");
            openApplication(other);
            EXPECT_SAR(SAR_OK, skf().DisConnectDev(other));
        }
    });
    for (std::thread& thread : threads) thread.join();
}

TEST_F(SharedTest, handleClosedWhileInUse_isSafe) {
    std::atomic<bool> stop{false};
    std::thread user([&] {
        Octets hash(32, 1);
        ECCSIGNATUREBLOB signature{};
        while (!stop) {
            const ULONG code = skf().ECCSignData(container, hash.data(), 32, &signature);
            EXPECT_TRUE(code == SAR_OK || code == SAR_INVALIDHANDLEERR) << sarText(code);
            if (code != SAR_OK) break;
        }
    });
    EXPECT_SAR(SAR_OK, skf().CloseApplication(application));
    stop = true;
    user.join();
}

TEST_F(SharedTest, processes_changeWithoutLosingChanges) {
    std::vector<pid_t> children;
    for (int child = 0; child < 3; ++child) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            const HAPPLICATION elsewhere = openApplication(connect());
            logIn(elsewhere);
            for (int n = 0; n < 2; ++n)
                createContainer(elsewhere, "p" + std::to_string(child) + "-" + std::to_string(n));
            ::_exit(testing::Test::HasFailure() ? 1 : 0);
        }
        children.push_back(pid);
    }
    for (const pid_t pid : children) {
        int status = -1;
        ::waitpid(pid, &status, 0);
        EXPECT_EQ(0, status);
    }
    const Octets list = twoCalls([this](BYTE* out, ULONG* size) {
        return skf().EnumContainer(application, reinterpret_cast<LPSTR>(out), size);
    });
    EXPECT_EQ(7U, namesIn({list.begin(), list.end()}).size());
}

TEST_F(SharedTest, keyReplacedByAnotherProcess_isNotUsedAnyMore) {
    Octets hash(32, 1);
    ECCSIGNATUREBLOB signature{};
    ASSERT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
    const int status = inChild([] {
        const HAPPLICATION elsewhere = openApplication(connect());
        logIn(elsewhere);
        HCONTAINER same = nullptr;
        ECCPUBLICKEYBLOB fresh{};
        EXPECT_SAR(SAR_OK, skf().OpenContainer(elsewhere, lpstr("c1"), &same));
        EXPECT_SAR(SAR_OK, skf().GenECCKeyPair(same, SGD_SM2_1, &fresh));
    });
    ASSERT_EQ(0, WEXITSTATUS(status));
    ECCPUBLICKEYBLOB fresh{};
    ULONG size = sizeof fresh;
    ASSERT_SAR(SAR_OK, skf().ExportPublicKey(container, TRUE, reinterpret_cast<BYTE*>(&fresh), &size));
    EXPECT_NE(0, std::memcmp(&fresh, &signingKey, sizeof fresh));
    ASSERT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
    EXPECT_SAR(SAR_OK, skf().ECCVerify(device, &fresh, hash.data(), 32, &signature));
}

TEST_F(SharedTest, signing_writesNothing) {
    Octets hash(32, 1);
    ECCSIGNATUREBLOB signature{};
    // Any step of writing would end the test.
    writeFaults(kSerial, R"([{"function":"write","action":"kill"}])");
    for (int i = 0; i < 5; ++i) ASSERT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
    DEVINFO info{};
    EXPECT_SAR(SAR_OK, skf().GetDevInfo(device, &info));
}

TEST_F(SharedTest, privateKeys_areNotOnTheDiskInTheOpen_S21) {
    const Octets d = fromHexText("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    importEncryptionPair(d);
    std::ifstream file(pathOf("state.json"), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    ASSERT_FALSE(text.empty());
    EXPECT_EQ(std::string::npos, text.find("OUUgj3shRLE/NuOKxtOflYiTk2koYLUaQvuB7033xbg"));
    EXPECT_EQ(std::string::npos, text.find("111111"));
    EXPECT_EQ(std::string::npos, text.find("ukeyadmin1"));
}

// Every function with every wrong handle: an answer, never a crash.
class HandlesTest : public Sm2ContainerTest {
  protected:
    void expectRefused(HANDLE wrong, const std::vector<std::string>& rightFor) {
        const auto check = [&](const char* kind, auto call) {
            if (std::find(rightFor.begin(), rightFor.end(), kind) != rightFor.end()) return;
            EXPECT_EQ(sarText(SAR_INVALIDHANDLEERR), sarText(call())) << kind;
        };
        ULONG number = 64;
        BOOL flag = FALSE;
        Octets data(2048);
        DEVINFO info{};
        ECCSIGNATUREBLOB signature{};
        ECCPUBLICKEYBLOB key{};
        RSAPUBLICKEYBLOB rsa{};
        HANDLE result = nullptr;
        FILEATTRIBUTE attribute{};
        BLOCKCIPHERPARAM parameters{};
        check("device", [&] { return skf().GetDevInfo(wrong, &info); });
        check("device", [&] { return skf().SetLabel(wrong, lpstr("x")); });
        check("device", [&] { return skf().LockDev(wrong, 0); });
        check("device", [&] { return skf().UnlockDev(wrong); });
        check("device", [&] { return skf().GenRandom(wrong, data.data(), 8); });
        check("device", [&] { return skf().DevAuth(wrong, data.data(), 16); });
        check("device", [&] { return skf().ChangeDevAuthKey(wrong, data.data(), 16); });
        check("device", [&] { return skf().OpenApplication(wrong, lpstr("UKEY"), &result); });
        check("device", [&] { return skf().DeleteApplication(wrong, lpstr("X")); });
        check("device", [&] { return skf().EnumApplication(wrong, nullptr, &number); });
        check("device", [&] { return skf().DigestInit(wrong, SGD_SM3, nullptr, nullptr, 0, &result); });
        check("device", [&] { return skf().SetSymmKey(wrong, data.data(), SGD_SM4_ECB, &result); });
        check("device", [&] { return skf().ECCVerify(wrong, &key, data.data(), 32, &signature); });
        check("device", [&] { return skf().RSAVerify(wrong, &rsa, data.data(), 32, data.data(), 256); });
        check("device", [&] { return skf().Transmit(wrong, data.data(), 1, data.data(), &number); });
        check("application", [&] { return skf().GetPINInfo(wrong, 1, &number, &number, &flag); });
        check("application", [&] { return skf().VerifyPIN(wrong, 1, lpstr("111111"), &number); });
        check("application",
              [&] { return skf().ChangePIN(wrong, 1, lpstr("111111"), lpstr("222222"), &number); });
        check("application",
              [&] { return skf().UnblockPIN(wrong, lpstr("111111"), lpstr("222222"), &number); });
        check("application", [&] { return skf().ClearSecureState(wrong); });
        check("application", [&] { return skf().CreateContainer(wrong, lpstr("x"), &result); });
        check("application", [&] { return skf().OpenContainer(wrong, lpstr("x"), &result); });
        check("application", [&] { return skf().EnumContainer(wrong, nullptr, &number); });
        check("application", [&] { return skf().CreateFile(wrong, lpstr("f"), 1, 0xFF, 0xFF); });
        check("application", [&] { return skf().GetFileInfo(wrong, lpstr("f"), &attribute); });
        check("application", [&] { return skf().ReadFile(wrong, lpstr("f"), 0, 1, data.data(), &number); });
        check("application", [&] { return skf().GenRemoteUnblockRequest(wrong, nullptr, &number); });
        check("container", [&] { return skf().GetContainerType(wrong, &number); });
        check("container", [&] { return skf().ECCSignData(wrong, data.data(), 32, &signature); });
        check("container", [&] { return skf().RSASignData(wrong, data.data(), 32, data.data(), &number); });
        check("container", [&] { return skf().GenECCKeyPair(wrong, SGD_SM2_1, &key); });
        check("container", [&] { return skf().GenRSAKeyPair(wrong, 2048, &rsa); });
        check("container", [&] { return skf().ExportCertificate(wrong, TRUE, nullptr, &number); });
        check("container", [&] { return skf().ExportPublicKey(wrong, TRUE, nullptr, &number); });
        check("container",
              [&] { return skf().ImportSessionKey(wrong, SGD_SM4_ECB, data.data(), 180, &result); });
        check("key", [&] { return skf().EncryptInit(wrong, parameters); });
        check("key", [&] { return skf().DecryptUpdate(wrong, data.data(), 16, data.data(), &number); });
        check("key", [&] { return skf().EncryptFinal(wrong, data.data(), &number); });
        check("key", [&] { return skf().MacInit(wrong, &parameters, &result); });
        check("hash", [&] { return skf().DigestUpdate(wrong, data.data(), 1); });
        check("hash", [&] { return skf().DigestFinal(wrong, data.data(), &number); });
        check("mac", [&] { return skf().MacUpdate(wrong, data.data(), 1); });
        check("mac", [&] { return skf().MacFinal(wrong, data.data(), &number); });
        check("agreement",
              [&] { return skf().GenerateKeyWithECC(wrong, &key, &key, data.data(), 1, &result); });
        if (rightFor.empty()) {
            EXPECT_SAR(SAR_INVALIDHANDLEERR, skf().CloseHandle(wrong));
            EXPECT_SAR(SAR_INVALIDHANDLEERR, skf().CloseContainer(wrong));
            EXPECT_SAR(SAR_INVALIDHANDLEERR, skf().CloseApplication(wrong));
            EXPECT_SAR(SAR_INVALIDHANDLEERR, skf().DisConnectDev(wrong));
        }
    }
};

TEST_F(HandlesTest, ofAnotherKind_areRefused) {
    HANDLE hash = nullptr;
    HANDLE key = nullptr;
    Octets bytes(16);
    ASSERT_SAR(SAR_OK, skf().DigestInit(device, SGD_SM3, nullptr, nullptr, 0, &hash));
    ASSERT_SAR(SAR_OK, skf().SetSymmKey(device, bytes.data(), SGD_SM4_CBC, &key));
    expectRefused(device, {"device"});
    expectRefused(application, {"application"});
    expectRefused(container, {"container"});
    expectRefused(hash, {"hash"});
    expectRefused(key, {"key"});
    EXPECT_SAR(SAR_INVALIDHANDLEERR, skf().CloseHandle(device));
    EXPECT_SAR(SAR_INVALIDHANDLEERR, skf().CloseHandle(container));
}

TEST_F(HandlesTest, madeUpOrClosed_areRefused) {
    int something = 0;
    expectRefused(nullptr, {});
    expectRefused(&something, {});
    expectRefused(reinterpret_cast<HANDLE>(std::uintptr_t{1}), {});
    expectRefused(reinterpret_cast<HANDLE>(~std::uintptr_t{0}), {});
    HANDLE hash = nullptr;
    ASSERT_SAR(SAR_OK, skf().DigestInit(device, SGD_SM3, nullptr, nullptr, 0, &hash));
    ASSERT_SAR(SAR_OK, skf().DisConnectDev(device));
    for (const HANDLE stale : {device, application, container, hash}) expectRefused(stale, {});
}

class AdminTest : public SoftTokenTest {};

TEST_F(AdminTest, created_checksWhatItIsGiven) {
    EXPECT_THROW(createToken({.serial = kSerial}), Error);
    for (const char* serial : {"", ".hidden", "a/b", "..", "with space", "01234567890123456789012345678901"})
        EXPECT_THROW(createToken({.serial = serial}), Error) << serial;
    EXPECT_THROW(createToken({.serial = "X", .label = std::string(32, 'l')}), Error);
    EXPECT_THROW(createToken({.serial = "X", .room = {.containers = 0}}), Error);
    EXPECT_THROW(createToken({.serial = "X", .room = {.containers = 1, .octets = 100}}), Error);
    EXPECT_THROW(createToken({.serial = "X", .userPin = "12345"}), Error);
    EXPECT_FALSE(exists("X"));
    EXPECT_THROW(plug("X"), Error);
    EXPECT_THROW(unplug("X"), Error);
    EXPECT_THROW(remove("X"), Error);
    EXPECT_THROW(writeFaults("X", ""), Error);
}

TEST_F(AdminTest, listed_withModelLabelAndPlug) {
    createToken({.serial = "A1", .model = "M", .label = "L"});
    const auto tokens = list();
    ASSERT_EQ(2U, tokens.size());
    EXPECT_EQ("A1", tokens[0].serial);
    EXPECT_EQ("M", tokens[0].model);
    EXPECT_EQ("L", tokens[0].label);
    EXPECT_FALSE(tokens[0].plugged);
    EXPECT_TRUE(tokens[1].plugged);
    remove("A1");
    EXPECT_EQ(1U, list().size());
    EXPECT_EQ(folder(), directory());
}

TEST_F(AdminTest, madeWithOtherPins_takesThose) {
    createToken(
        {.serial = "PINS", .application = "OTHERAPP", .adminPin = "so-pin-123", .userPin = "user-pin"});
    plug("PINS");
    const DEVHANDLE device = connect("PINS");
    const HAPPLICATION application = openApplication(device, "OTHERAPP");
    logIn(application, "user-pin");
    ULONG tries = 0;
    EXPECT_SAR(SAR_OK, skf().VerifyPIN(application, ADMIN_TYPE, lpstr("so-pin-123"), &tries));
    skf().DisConnectDev(device);
}

TEST_F(AdminTest, pluggedTwice_isOnePlug) {
    const DEVHANDLE device = connect();
    plug(kSerial);
    DEVINFO info{};
    EXPECT_SAR(SAR_OK, skf().GetDevInfo(device, &info));
    skf().DisConnectDev(device);
}

}  // namespace
}  // namespace ukey::softtoken
