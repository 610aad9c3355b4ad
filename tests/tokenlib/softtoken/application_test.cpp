#include "skf_client.hpp"
#include "witness.hpp"

namespace ukey::softtoken {
namespace {

class ApplicationTest : public ConnectedTest {
  protected:
    ULONG create(const std::string& name, HAPPLICATION* handle, const std::string& userPin = "123456") const {
        return skf().CreateApplication(device, lpstr(name), lpstr("adminpin"), 3, lpstr(userPin), 4,
                                       SECURE_USER_ACCOUNT, handle);
    }
    std::vector<std::string> names() const {
        const Octets list = twoCalls([this](BYTE* out, ULONG* size) {
            return skf().EnumApplication(device, reinterpret_cast<LPSTR>(out), size);
        });
        return namesIn({list.begin(), list.end()});
    }
};

TEST_F(ApplicationTest, factoryMade_isThere) {
    EXPECT_EQ(std::vector<std::string>{"UKEY"}, names());
    HAPPLICATION other = nullptr;
    EXPECT_SAR(SAR_APPLICATION_NOT_EXISTS, skf().OpenApplication(device, lpstr("OTHER"), &other));
    EXPECT_SAR(SAR_APPLICATION_NAME_INVALID, skf().OpenApplication(device, lpstr(""), &other));
}

TEST_F(ApplicationTest, blankToken_hasNone) {
    createToken({.serial = "BLANK", .application = ""});
    plug("BLANK");
    const DEVHANDLE blank = connect("BLANK");
    ULONG size = 0;
    EXPECT_SAR(SAR_OK, skf().EnumApplication(blank, nullptr, &size));
    EXPECT_EQ(1U, size);
    skf().DisConnectDev(blank);
}

TEST_F(ApplicationTest, createdOrDeleted_onlyAfterDeviceAuthentication) {
    HAPPLICATION second = nullptr;
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, create("SECOND", &second));
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().DeleteApplication(device, lpstr("UKEY")));
    authenticate(device);
    ASSERT_SAR(SAR_OK, create("SECOND", &second));
    EXPECT_EQ((std::vector<std::string>{"UKEY", "SECOND"}), names());
    ULONG maxTries = 0;
    ULONG left = 0;
    BOOL isDefault = FALSE;
    EXPECT_SAR(SAR_OK, skf().GetPINInfo(second, ADMIN_TYPE, &maxTries, &left, &isDefault));
    EXPECT_EQ(3U, maxTries);
    EXPECT_SAR(SAR_OK, skf().GetPINInfo(second, USER_TYPE, &maxTries, &left, &isDefault));
    EXPECT_EQ(4U, maxTries);
    EXPECT_EQ(TRUE, isDefault);
    EXPECT_SAR(SAR_APPLICATION_EXISTS, create("SECOND", &second));
    EXPECT_SAR(SAR_OK, skf().DeleteApplication(device, lpstr("SECOND")));
    EXPECT_SAR(SAR_APPLICATION_NOT_EXISTS, skf().DeleteApplication(device, lpstr("SECOND")));
    EXPECT_EQ(std::vector<std::string>{"UKEY"}, names());
}

TEST_F(ApplicationTest, created_checksItsArguments) {
    authenticate(device);
    HAPPLICATION handle = nullptr;
    EXPECT_SAR(SAR_APPLICATION_NAME_INVALID, create(std::string(33, 'n'), &handle));
    EXPECT_SAR(SAR_PIN_LEN_RANGE, create("X", &handle, "12345"));
    EXPECT_SAR(SAR_INVALIDPARAMERR, create("X", nullptr));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().CreateApplication(device, lpstr("X"), lpstr("adminpin"), 0,
                                                            lpstr("123456"), 3, 0, &handle));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().CreateApplication(device, lpstr("X"), lpstr("adminpin"), 3,
                                                            lpstr("123456"), 3, 0x40, &handle));
    EXPECT_SAR(SAR_OK, create(std::string(32, 'n'), &handle));
}

TEST_F(ApplicationTest, deleted_itsHandlesAndLoginsAreGone) {
    logIn(application);
    const HCONTAINER container = createContainer(application, "c");
    authenticate(device);
    ASSERT_SAR(SAR_OK, skf().DeleteApplication(device, lpstr("UKEY")));
    ULONG tries = 0;
    EXPECT_SAR(SAR_APPLICATION_NOT_EXISTS, skf().VerifyPIN(application, USER_TYPE, lpstr("111111"), &tries));
    ULONG type = 0;
    EXPECT_SAR(SAR_APPLICATION_NOT_EXISTS, skf().GetContainerType(container, &type));
    ASSERT_SAR(SAR_OK, create("UKEY", &application));
    HCONTAINER other = nullptr;
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().CreateContainer(application, lpstr("d"), &other));
}

TEST_F(ApplicationTest, loginOfOne_isNotThatOfAnother) {
    authenticate(device);
    HAPPLICATION second = nullptr;
    ASSERT_SAR(SAR_OK, create("SECOND", &second));
    logIn(application);
    HCONTAINER container = nullptr;
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().CreateContainer(second, lpstr("c"), &container));
}

TEST_F(ApplicationTest, deviceAuthentication_wrongOrStale_isRefused) {
    Octets challenge(8);
    ASSERT_SAR(SAR_OK, skf().GenRandom(device, challenge.data(), 8));
    challenge.resize(16);
    Octets wrong = witness::sm4Ecb(octets("8765432187654321"), challenge);
    Octets right = witness::sm4Ecb(octets("1234567812345678"), challenge);
    EXPECT_SAR(SAR_INDATALENERR, skf().DevAuth(device, right.data(), 8));
    EXPECT_SAR(SAR_FAIL, skf().DevAuth(device, wrong.data(), 16));
    // The challenge was used up.
    EXPECT_SAR(SAR_FAIL, skf().DevAuth(device, right.data(), 16));
    HAPPLICATION handle = nullptr;
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, create("X", &handle));
}

TEST_F(ApplicationTest, deviceKeyChanged_theNewOneCounts) {
    Octets key = octets("ABCDEFGHABCDEFGH");
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().ChangeDevAuthKey(device, key.data(), 16));
    authenticate(device);
    EXPECT_SAR(SAR_INDATALENERR, skf().ChangeDevAuthKey(device, key.data(), 8));
    EXPECT_SAR(SAR_OK, skf().ChangeDevAuthKey(device, key.data(), 16));
    authenticate(device, "ABCDEFGHABCDEFGH");
}

TEST_F(ApplicationTest, deviceAuthentication_byTheTokensOwnCipher_works) {
    // The usual way of a client that has no software for the device's cipher.
    Octets challenge(16);
    ASSERT_SAR(SAR_OK, skf().GenRandom(device, challenge.data(), 8));
    Octets key = octets("1234567812345678");
    HANDLE session = nullptr;
    ASSERT_SAR(SAR_OK, skf().SetSymmKey(device, key.data(), SGD_SM4_ECB, &session));
    ASSERT_SAR(SAR_OK, skf().EncryptInit(session, BLOCKCIPHERPARAM{}));
    Octets answer(16);
    ULONG size = 16;
    ASSERT_SAR(SAR_OK, skf().Encrypt(session, challenge.data(), 16, answer.data(), &size));
    EXPECT_SAR(SAR_OK, skf().DevAuth(device, answer.data(), size));
}

}  // namespace
}  // namespace ukey::softtoken
