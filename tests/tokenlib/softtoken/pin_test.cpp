#include <sys/wait.h>

#include "skf_client.hpp"
#include "witness.hpp"

namespace ukey::softtoken {
namespace {

class PinTest : public ConnectedTest {
  protected:
    struct Info {
        ULONG maxTries = 0;
        ULONG triesLeft = 0;
        BOOL isDefault = FALSE;
    };
    Info info(ULONG type) const {
        Info result;
        EXPECT_SAR(SAR_OK, skf().GetPINInfo(application, type, &result.maxTries, &result.triesLeft,
                                            &result.isDefault));
        return result;
    }
    ULONG verify(const std::string& pin, ULONG type = USER_TYPE) {
        return skf().VerifyPIN(application, type, lpstr(pin), &tries);
    }

    ULONG tries = 0;
};

TEST_F(PinTest, new_hasSixTriesAndTheDefaultPin) {
    const Info user = info(USER_TYPE);
    EXPECT_EQ(6U, user.maxTries);
    EXPECT_EQ(6U, user.triesLeft);
    EXPECT_EQ(TRUE, user.isDefault);
    EXPECT_SAR(SAR_OK, verify("111111"));
    EXPECT_SAR(SAR_OK, verify("ukeyadmin1", ADMIN_TYPE));
}

TEST_F(PinTest, arguments_areChecked) {
    ULONG number = 0;
    BOOL flag = FALSE;
    EXPECT_SAR(SAR_USER_TYPE_INVALID, skf().GetPINInfo(application, 2, &number, &number, &flag));
    EXPECT_SAR(SAR_USER_TYPE_INVALID, verify("111111", 7));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().GetPINInfo(application, USER_TYPE, nullptr, &number, &flag));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().VerifyPIN(application, USER_TYPE, nullptr, &tries));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().VerifyPIN(application, USER_TYPE, lpstr("111111"), nullptr));
    EXPECT_SAR(SAR_PIN_LEN_RANGE, verify("11111"));
    EXPECT_SAR(SAR_PIN_LEN_RANGE, verify("11111111111111111"));
    EXPECT_EQ(6U, info(USER_TYPE).triesLeft);
}

TEST_F(PinTest, wrong_countsDownAndRightCountsUp) {
    EXPECT_SAR(SAR_PIN_INCORRECT, verify("222222"));
    EXPECT_EQ(5U, tries);
    EXPECT_SAR(SAR_PIN_INCORRECT, verify("1111111"));
    EXPECT_EQ(4U, tries);
    EXPECT_EQ(4U, info(USER_TYPE).triesLeft);
    EXPECT_SAR(SAR_OK, verify("111111"));
    EXPECT_EQ(6U, info(USER_TYPE).triesLeft);
}

TEST_F(PinTest, wrongSixTimes_locksForGood) {
    for (ULONG left = 5; left > 0; --left) {
        EXPECT_SAR(SAR_PIN_INCORRECT, verify("000000"));
        EXPECT_EQ(left, tries);
    }
    EXPECT_SAR(SAR_PIN_LOCKED, verify("000000"));
    EXPECT_EQ(0U, tries);
    EXPECT_SAR(SAR_PIN_LOCKED, verify("111111"));
    EXPECT_SAR(SAR_PIN_LOCKED,
               skf().ChangePIN(application, USER_TYPE, lpstr("111111"), lpstr("222222"), &tries));
    // Neither a replug nor another process forgets it.
    unplug(kSerial);
    plug(kSerial);
    const int status = inChild([] {
        const HAPPLICATION elsewhere = openApplication(connect());
        ULONG left = 9;
        EXPECT_SAR(SAR_PIN_LOCKED, skf().VerifyPIN(elsewhere, USER_TYPE, lpstr("111111"), &left));
        EXPECT_EQ(0U, left);
    });
    EXPECT_EQ(0, WEXITSTATUS(status));
}

TEST_F(PinTest, wrong_doesNotCountDownAgainAfterTheProcessDied) {
    // Killed between taking the try off and looking at the PIN: the try stays taken.
    writeFaults(kSerial, R"([{"function":"write","nth":7,"action":"kill"}])");
    const int status = inChild([] {
        const HAPPLICATION elsewhere = openApplication(connect());
        ULONG left = 0;
        skf().VerifyPIN(elsewhere, USER_TYPE, lpstr("222222"), &left);
    });
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(5U, info(USER_TYPE).triesLeft);
}

TEST_F(PinTest, changed_theNewOneCounts) {
    EXPECT_SAR(SAR_PIN_INCORRECT,
               skf().ChangePIN(application, USER_TYPE, lpstr("999999"), lpstr("secret7"), &tries));
    EXPECT_EQ(5U, tries);
    EXPECT_SAR(SAR_PIN_LEN_RANGE,
               skf().ChangePIN(application, USER_TYPE, lpstr("111111"), lpstr("short"), &tries));
    EXPECT_SAR(SAR_OK, skf().ChangePIN(application, USER_TYPE, lpstr("111111"), lpstr("secret7"), &tries));
    EXPECT_EQ(FALSE, info(USER_TYPE).isDefault);
    EXPECT_SAR(SAR_PIN_INCORRECT, verify("111111"));
    EXPECT_SAR(SAR_OK, verify("secret7"));
    EXPECT_SAR(SAR_OK, skf().ChangePIN(application, USER_TYPE, lpstr("secret7"), lpstr("111111"), &tries));
    EXPECT_EQ(TRUE, info(USER_TYPE).isDefault);
}

TEST_F(PinTest, adminPinChanged_theNewOneUnblocks) {
    EXPECT_SAR(SAR_OK,
               skf().ChangePIN(application, ADMIN_TYPE, lpstr("ukeyadmin1"), lpstr("another-so"), &tries));
    EXPECT_SAR(SAR_PIN_INCORRECT,
               skf().UnblockPIN(application, lpstr("ukeyadmin1"), lpstr("333333"), &tries));
    EXPECT_EQ(5U, tries);
    EXPECT_SAR(SAR_OK, skf().UnblockPIN(application, lpstr("another-so"), lpstr("333333"), &tries));
    EXPECT_SAR(SAR_OK, verify("333333"));
}

TEST_F(PinTest, unblocked_theKeysAreStillThere) {
    logIn(application);
    const HCONTAINER container = createContainer(application, "c");
    ECCPUBLICKEYBLOB key{};
    ASSERT_SAR(SAR_OK, skf().GenECCKeyPair(container, SGD_SM2_1, &key));
    for (int i = 0; i < 6; ++i) verify("000000");
    EXPECT_EQ(0U, info(USER_TYPE).triesLeft);
    EXPECT_SAR(SAR_OK, skf().UnblockPIN(application, lpstr("ukeyadmin1"), lpstr("444444"), &tries));
    EXPECT_EQ(6U, info(USER_TYPE).triesLeft);
    EXPECT_EQ(FALSE, info(USER_TYPE).isDefault);
    Octets hash(32, 7);
    ECCSIGNATUREBLOB signature{};
    // Whoever was logged in with the old PIN is not any more.
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().ECCSignData(container, hash.data(), 32, &signature));
    EXPECT_SAR(SAR_OK, verify("444444"));
    EXPECT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
    EXPECT_SAR(SAR_OK, skf().ECCVerify(device, &key, hash.data(), 32, &signature));
}

TEST_F(PinTest, adminLocked_unblocksNoMore) {
    for (int i = 0; i < 6; ++i) skf().UnblockPIN(application, lpstr("wrong-admin"), lpstr("333333"), &tries);
    EXPECT_SAR(SAR_PIN_LOCKED, skf().UnblockPIN(application, lpstr("ukeyadmin1"), lpstr("333333"), &tries));
    EXPECT_EQ(0U, tries);
    EXPECT_EQ(6U, info(USER_TYPE).triesLeft);
    EXPECT_SAR(SAR_OK, verify("111111"));
}

TEST_F(PinTest, secureStateCleared_endsTheLogin) {
    logIn(application);
    const HCONTAINER container = createContainer(application, "c");
    ASSERT_SAR(SAR_OK, skf().ClearSecureState(application));
    HCONTAINER other = nullptr;
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().CreateContainer(application, lpstr("d"), &other));
    ECCPUBLICKEYBLOB key{};
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().GenECCKeyPair(container, SGD_SM2_1, &key));
}

TEST_F(PinTest, applicationClosed_keepsTheLogin) {
    logIn(application);
    ASSERT_SAR(SAR_OK, skf().CloseApplication(application));
    application = openApplication(device);
    createContainer(application, "c");
}

TEST_F(PinTest, unplugged_endsTheLogin) {
    logIn(application);
    unplug(kSerial);
    plug(kSerial);
    skf().DisConnectDev(device);
    device = connect();
    application = openApplication(device);
    HCONTAINER container = nullptr;
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().CreateContainer(application, lpstr("d"), &container));
}

TEST_F(PinTest, admin_isNoUser) {
    ASSERT_SAR(SAR_OK, verify("ukeyadmin1", ADMIN_TYPE));
    HCONTAINER container = nullptr;
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().CreateContainer(application, lpstr("d"), &container));
}

TEST_F(PinTest, changedByAnotherProcess_isSeenAtOnce) {
    const int status = inChild([] {
        const HAPPLICATION elsewhere = openApplication(connect());
        ULONG left = 0;
        EXPECT_SAR(SAR_OK, skf().ChangePIN(elsewhere, USER_TYPE, lpstr("111111"), lpstr("555555"), &left));
    });
    ASSERT_EQ(0, WEXITSTATUS(status));
    EXPECT_EQ(FALSE, info(USER_TYPE).isDefault);
    EXPECT_SAR(SAR_OK, verify("555555"));
}

class RemotePinTest : public PinTest {
  protected:
    Octets request() {
        return twoCalls(
            [this](BYTE* out, ULONG* size) { return skf().GenRemoteUnblockRequest(application, out, size); });
    }
    ULONG answer(Octets response) {
        return skf().RemoteUnblockPIN(application, response.data(), static_cast<ULONG>(response.size()),
                                      &tries);
    }
};

TEST_F(RemotePinTest, answered_setsThePinAndKeepsTheKeys) {
    logIn(application);
    const HCONTAINER container = createContainer(application, "c");
    ECCPUBLICKEYBLOB key{};
    ASSERT_SAR(SAR_OK, skf().GenECCKeyPair(container, SGD_SM2_1, &key));
    for (int i = 0; i < 6; ++i) verify("000000");
    EXPECT_SAR(SAR_OK, answer(witness::remoteAnswer("ukeyadmin1", "777777", request())));
    EXPECT_SAR(SAR_OK, verify("777777"));
    Octets hash(32, 7);
    ECCSIGNATUREBLOB signature{};
    EXPECT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
}

TEST_F(RemotePinTest, answeredTwice_isRefusedTheSecondTime) {
    EXPECT_SAR(SAR_NOTINITIALIZEERR, answer(Octets(132)));
    const Octets response = witness::remoteAnswer("ukeyadmin1", "777777", request());
    EXPECT_SAR(SAR_OK, answer(response));
    EXPECT_SAR(SAR_NOTINITIALIZEERR, answer(response));
}

TEST_F(RemotePinTest, answeredToAnOlderQuestion_isRefused) {
    const Octets response = witness::remoteAnswer("ukeyadmin1", "777777", request());
    request();
    EXPECT_SAR(SAR_INDATAERR, answer(response));
    EXPECT_SAR(SAR_OK, verify("111111"));
}

TEST_F(RemotePinTest, answeredWithAnotherAdminPin_costsATry) {
    EXPECT_SAR(SAR_PIN_INCORRECT, answer(witness::remoteAnswer("not-the-one", "777777", request())));
    EXPECT_EQ(5U, tries);
    EXPECT_EQ(5U, info(ADMIN_TYPE).triesLeft);
    EXPECT_SAR(SAR_OK, verify("111111"));
}

TEST_F(RemotePinTest, answerAltered_isRefused) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{16}, std::size_t{19}}) {
        Octets response = witness::remoteAnswer("ukeyadmin1", "777777", request());
        response[at] ^= 1;
        EXPECT_SAR(SAR_INDATAERR, answer(response));
    }
    EXPECT_SAR(SAR_INDATALENERR, (request(), answer(Octets(20))));
    EXPECT_SAR(SAR_OK, verify("111111"));
}

TEST_F(RemotePinTest, answeredAfterTheProcessEnded_isAccepted) {
    const Octets question = request();
    const int status = inChild([&] {
        const HAPPLICATION elsewhere = openApplication(connect());
        Octets response = witness::remoteAnswer("ukeyadmin1", "888888", question);
        ULONG left = 0;
        EXPECT_SAR(SAR_OK, skf().RemoteUnblockPIN(elsewhere, response.data(),
                                                  static_cast<ULONG>(response.size()), &left));
    });
    EXPECT_EQ(0, WEXITSTATUS(status));
    EXPECT_SAR(SAR_OK, verify("888888"));
}

}  // namespace
}  // namespace ukey::softtoken
