#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iterator>

#include "skf_client.hpp"
#include "tokenlib/base/error.hpp"
#include "witness.hpp"

namespace ukey::softtoken {
namespace {

class FaultsTest : public Sm2ContainerTest {
  protected:
    ULONG sign() {
        Octets hash(32, 1);
        return skf().ECCSignData(container, hash.data(), 32, &signature);
    }
    ECCSIGNATUREBLOB signature{};
};

TEST_F(FaultsTest, wrongCode_atTheNthCall_once) {
    writeFaults(kSerial,
                R"([{"function":"SKF_ECCSignData","nth":3,"action":"wrong-code","code":"0x0A00000F"}])");
    EXPECT_SAR(SAR_OK, sign());
    EXPECT_SAR(SAR_OK, sign());
    EXPECT_SAR(SAR_TIMEOUTERR, sign());
    EXPECT_SAR(SAR_OK, sign());
}

TEST_F(FaultsTest, wrongCode_fromThatCallOn) {
    writeFaults(kSerial, R"([{"function":"ECCSignData","nth":2,"once":false,"action":"wrong-code"}])");
    EXPECT_SAR(SAR_OK, sign());
    EXPECT_SAR(SAR_FAIL, sign());
    EXPECT_SAR(SAR_FAIL, sign());
    writeFaults(kSerial, "");
    EXPECT_SAR(SAR_OK, sign());
}

TEST_F(FaultsTest, struckOnce_isOffTheFile) {
    writeFaults(kSerial, R"([{"function":"ECCSignData","action":"wrong-code"},
                             {"function":"GetDevInfo","nth":5,"action":"wrong-code"}])");
    EXPECT_SAR(SAR_FAIL, sign());
    // A process in the place of this one is not struck again.
    const int status = inChild([] {
        const HAPPLICATION elsewhere = openApplication(connect());
        logIn(elsewhere);
        HCONTAINER other = nullptr;
        EXPECT_SAR(SAR_OK, skf().OpenContainer(elsewhere, lpstr("c1"), &other));
        Octets hash(32, 1);
        ECCSIGNATUREBLOB result{};
        EXPECT_SAR(SAR_OK, skf().ECCSignData(other, hash.data(), 32, &result));
    });
    EXPECT_EQ(0, WEXITSTATUS(status));
    std::ifstream file(pathOf("faults.json"));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(std::string::npos, text.find("ECCSignData"));
    EXPECT_NE(std::string::npos, text.find("GetDevInfo"));
}

TEST_F(FaultsTest, crashKillExit_endTheProcess) {
    const auto ended = [this](const char* faults) {
        writeFaults(kSerial, faults);
        return inChild([this] { sign(); });
    };
    const int crashed = ended(R"([{"function":"ECCSignData","action":"crash"}])");
    EXPECT_TRUE(WIFSIGNALED(crashed));
    EXPECT_EQ(SIGSEGV, WTERMSIG(crashed));
    const int killed = ended(R"([{"function":"ECCSignData","action":"kill"}])");
    EXPECT_TRUE(WIFSIGNALED(killed));
    EXPECT_EQ(SIGKILL, WTERMSIG(killed));
    const int gone = ended(R"([{"function":"ECCSignData","action":"exit","code":7}])");
    EXPECT_TRUE(WIFEXITED(gone));
    EXPECT_EQ(7, WEXITSTATUS(gone));
    EXPECT_SAR(SAR_OK, sign());
}

TEST_F(FaultsTest, hang_hangsThatCallAndNoOther) {
    writeFaults(kSerial, R"([{"function":"ECCSignData","action":"hang"}])");
    const int status = inChild([this] {
        std::thread([this] { sign(); }).detach();
        // The hanging thread has struck its fault off the file when this one sees no more.
        for (;;) {
            std::ifstream file(pathOf("faults.json"));
            const std::string text{std::istreambuf_iterator<char>(file), {}};
            if (text.find("hang") == std::string::npos) break;
        }
        logIn(application);
        EXPECT_SAR(SAR_OK, sign());
    });
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(0, WEXITSTATUS(status));
}

TEST_F(FaultsTest, remove_isAnUnplugInMidCall) {
    writeFaults(kSerial, R"([{"function":"ECCSignData","action":"remove"}])");
    EXPECT_SAR(SAR_DEVICE_REMOVED, sign());
    EXPECT_FALSE(isPlugged(kSerial));
}

TEST_F(FaultsTest, lengthsAndCounts_areWrong) {
    writeFaults(kSerial, R"([{"function":"EnumContainer","action":"wrong-length"},
                             {"function":"EnumApplication","action":"huge-length"},
                             {"function":"GetPINInfo","action":"wrong-count"},
                             {"function":"ExportPublicKey","action":"wrong-length","value":7}])");
    std::array<char, 64> list{};
    ULONG size = list.size();
    EXPECT_SAR(SAR_OK, skf().EnumContainer(application, list.data(), &size));
    EXPECT_EQ(5U, size);  // "c1" and two NULs, and one more
    size = list.size();
    EXPECT_SAR(SAR_OK, skf().EnumApplication(device, list.data(), &size));
    EXPECT_EQ(0xFFFFFFF0U, size);
    ULONG maxTries = 0;
    ULONG left = 0;
    BOOL isDefault = FALSE;
    EXPECT_SAR(SAR_OK, skf().GetPINInfo(application, USER_TYPE, &maxTries, &left, &isDefault));
    EXPECT_EQ(0xFFFFFFFFU, maxTries);
    size = 0;
    EXPECT_SAR(SAR_OK, skf().ExportPublicKey(container, TRUE, nullptr, &size));
    EXPECT_EQ(7U, size);
}

TEST_F(FaultsTest, listWithoutAnEnd) {
    writeFaults(kSerial, R"([{"function":"EnumDev","action":"wrong-count"}])");
    std::array<char, 16> list{};
    ULONG size = list.size();
    EXPECT_SAR(SAR_OK, skf().EnumDev(TRUE, list.data(), &size));
    EXPECT_TRUE(std::all_of(list.begin(), list.end(), [](char c) { return c == 'A'; }));
}

TEST_F(FaultsTest, garbage_insteadOfASignature) {
    writeFaults(kSerial, R"([{"function":"ECCSignData","action":"garbage"}])");
    EXPECT_SAR(SAR_OK, sign());
    Octets hash(32, 1);
    EXPECT_NE(SAR_OK, skf().ECCVerify(device, &signingKey, hash.data(), 32, &signature));
    EXPECT_SAR(SAR_OK, sign());
    EXPECT_SAR(SAR_OK, skf().ECCVerify(device, &signingKey, hash.data(), 32, &signature));
}

TEST_F(FaultsTest, crashIfConcurrent_findsTwoCallsAtOnce) {
    writeFaults(kSerial, R"([{"function":"ECCSignData","action":"crash-if-concurrent","once":false},
                             {"function":"GenRandom","action":"delay","milliseconds":60000}])");
    EXPECT_SAR(SAR_OK, sign());
    const int status = inChild([this] {
        std::thread([this] {
            Octets random(8);
            skf().GenRandom(device, random.data(), 8);
        }).detach();
        for (;;) sign();
    });
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(SIGSEGV, WTERMSIG(status));
}

TEST_F(FaultsTest, written_areChecked) {
    for (const char* wrong :
         {"{}", "[1]", R"([{"function":"X"}])", R"([{"function":"X","action":"nonsense"}])",
          R"([{"function":"X","action":"hang","nth":0}])", R"([{"function":"X","action":"hang","nth":-1}])",
          R"([{"function":"X","action":"hang","unknown":1}])", "[", R"([{"function":1,"action":"hang"}])",
          R"([{"function":"X","action":"wrong-code","code":"0xZZ"}])",
          R"([{"function":"X","action":"wrong-code","code":"4294967296"}])"})
        EXPECT_THROW(writeFaults(kSerial, wrong), Error) << wrong;
    EXPECT_SAR(SAR_OK, sign());
}

// ---- what a kill leaves behind ----

class KillTest : public Sm2ContainerTest {
  protected:
    // Kills a process before each step of writing, in turn, until the change goes through; after each, the
    // state must be the old one or the new one, whole.
    template <class ChangeIt, class LookAtIt>
    void killAtEveryStep(ChangeIt change, LookAtIt look) {
        const auto before = look();
        bool seenOld = false;
        for (int step = 1; step < 100; ++step) {
            const int status = inChild([&] {
                // A child is not logged in; that writes too, and is not what is to be disturbed.
                logIn(application);
                writeFaults(kSerial, R"([{"function":"write","nth":)" + std::to_string(step) +
                                         R"(,"action":"kill"}])");
                change();
            });
            writeFaults(kSerial, "");
            if (WIFEXITED(status)) {
                EXPECT_EQ(0, WEXITSTATUS(status));
                EXPECT_TRUE(seenOld);
                EXPECT_NE(before, look());
                return;
            }
            ASSERT_EQ(SIGKILL, WTERMSIG(status));
            const auto after = look();
            if (after == before) {
                seenOld = true;
                continue;
            }
            // The new state: as a change that was not disturbed leaves it.
            isNew_(after);
            undo_();
        }
        FAIL() << "never went through";
    }

    std::function<void(const std::string&)> isNew_ = [](const std::string&) {};
    std::function<void()> undo_ = [] {};
};

TEST_F(KillTest, creatingAContainer_leavesOldOrNew) {
    const auto names = [this] {
        const Octets list = twoCalls([this](BYTE* out, ULONG* size) {
            return skf().EnumContainer(application, reinterpret_cast<LPSTR>(out), size);
        });
        return std::string(list.begin(), list.end());
    };
    isNew_ = [](const std::string& now) { EXPECT_EQ((std::vector<std::string>{"c1", "c2"}), namesIn(now)); };
    undo_ = [this] { EXPECT_SAR(SAR_OK, skf().DeleteContainer(application, lpstr("c2"))); };
    killAtEveryStep([this] { createContainer(application, "c2"); }, names);
}

TEST_F(KillTest, importingAKeyPair_leavesOldOrNew) {
    const auto key = [this] {
        ULONG size = 0;
        if (skf().ExportPublicKey(container, FALSE, nullptr, &size) == SAR_KEYNOTFOUNTERR)
            return std::string("none");
        // A key that is there is one that opens what is sealed for it.
        ECCPUBLICKEYBLOB blob{};
        size = sizeof blob;
        EXPECT_SAR(SAR_OK, skf().ExportPublicKey(container, FALSE, reinterpret_cast<BYTE*>(&blob), &size));
        witness::CipherBlob cipher = witness::encryptSm2(blob, octets("content key 1234"));
        Octets plain(16);
        size = 16;
        EXPECT_SAR(SAR_OK, skf().ECCPrvKeyDecrypt(container, cipher.get(), plain.data(), &size));
        EXPECT_EQ(octets("content key 1234"), plain);
        return std::string("whole");
    };
    undo_ = [this] {
        EXPECT_SAR(SAR_OK, skf().DeleteContainer(application, lpstr("c1")));
        container = createContainer(application, "c1");
        EXPECT_SAR(SAR_OK, skf().GenECCKeyPair(container, SGD_SM2_1, &signingKey));
    };
    killAtEveryStep(
        [this] {
            importEncryptionPair(
                fromHexText("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"));
        },
        key);
}

TEST_F(KillTest, changingThePin_leavesThePinOldOrNew) {
    const auto pin = [this] {
        ULONG tries = 0;
        for (const char* candidate : {"111111", "222222"})
            if (skf().VerifyPIN(application, USER_TYPE, lpstr(candidate), &tries) == SAR_OK)
                return std::string(candidate);
        return std::string("lost");
    };
    isNew_ = [](const std::string& now) { EXPECT_EQ("222222", now); };
    undo_ = [this] {
        ULONG tries = 0;
        EXPECT_SAR(SAR_OK, skf().ChangePIN(application, USER_TYPE, lpstr("222222"), lpstr("111111"), &tries));
    };
    killAtEveryStep(
        [this] {
            ULONG tries = 0;
            skf().ChangePIN(application, USER_TYPE, lpstr("111111"), lpstr("222222"), &tries);
        },
        pin);
}

TEST_F(KillTest, firstUse_leavesAFactoryTokenOrAReadyOne) {
    createToken({.serial = "FRESH"});
    plug("FRESH");
    for (int step = 1;; ++step) {
        ASSERT_LT(step, 100);
        writeFaults("FRESH",
                    R"([{"function":"write","nth":)" + std::to_string(step) + R"(,"action":"kill"}])");
        const int status = inChild([] { connect("FRESH"); });
        writeFaults("FRESH", "");
        const int usable = inChild([] { logIn(openApplication(connect("FRESH"))); });
        EXPECT_EQ(0, usable);
        if (WIFEXITED(status)) break;
        remove("FRESH");
        createToken({.serial = "FRESH"});
        plug("FRESH");
    }
}

TEST_F(KillTest, diskThatFails_changesNothing) {
    for (int step = 1; step <= 5; ++step) {
        writeFaults(kSerial,
                    R"([{"function":"write","nth":)" + std::to_string(step) + R"(,"action":"wrong-code"}])");
        HCONTAINER other = nullptr;
        EXPECT_SAR(SAR_WRITEFILEERR, skf().CreateContainer(application, lpstr("c2"), &other));
        EXPECT_SAR(SAR_FILE_NOT_EXIST, skf().OpenContainer(application, lpstr("c2"), &other));
    }
    writeFaults(kSerial, "");
    createContainer(application, "c2");
}

}  // namespace
}  // namespace ukey::softtoken
