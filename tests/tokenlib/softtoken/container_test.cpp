#include "skf_client.hpp"
#include "witness.hpp"

namespace ukey::softtoken {
namespace {

class ContainerTest : public ConnectedTest {
  protected:
    void SetUp() override {
        ConnectedTest::SetUp();
        logIn(application);
    }
    std::vector<std::string> names() const {
        const Octets list = twoCalls([this](BYTE* out, ULONG* size) {
            return skf().EnumContainer(application, reinterpret_cast<LPSTR>(out), size);
        });
        return namesIn({list.begin(), list.end()});
    }
    static Octets certificate(HCONTAINER container, BOOL signing) {
        return twoCalls(
            [=](BYTE* out, ULONG* size) { return skf().ExportCertificate(container, signing, out, size); });
    }
};

TEST_F(ContainerTest, createdListedOpenedDeleted) {
    EXPECT_TRUE(names().empty());
    const HCONTAINER first = createContainer(application, "first");
    createContainer(application, "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}");
    EXPECT_EQ((std::vector<std::string>{"first", "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}"}), names());
    HCONTAINER again = nullptr;
    EXPECT_SAR(SAR_FILE_ALREADY_EXIST, skf().CreateContainer(application, lpstr("first"), &again));
    EXPECT_SAR(SAR_OK, skf().OpenContainer(application, lpstr("first"), &again));
    EXPECT_NE(first, again);
    EXPECT_SAR(SAR_OK, skf().CloseContainer(again));
    EXPECT_SAR(SAR_INVALIDHANDLEERR, skf().CloseContainer(again));
    EXPECT_SAR(SAR_OK, skf().DeleteContainer(application, lpstr("first")));
    EXPECT_SAR(SAR_FILE_NOT_EXIST, skf().DeleteContainer(application, lpstr("first")));
    EXPECT_SAR(SAR_FILE_NOT_EXIST, skf().OpenContainer(application, lpstr("first"), &again));
    ULONG type = 0;
    EXPECT_SAR(SAR_FILE_NOT_EXIST, skf().GetContainerType(first, &type));
}

TEST_F(ContainerTest, names_areBounded) {
    HCONTAINER container = nullptr;
    EXPECT_SAR(SAR_NAMELENERR, skf().CreateContainer(application, lpstr(""), &container));
    EXPECT_SAR(SAR_NAMELENERR, skf().CreateContainer(application, lpstr(std::string(65, 'c')), &container));
    EXPECT_SAR(SAR_OK, skf().CreateContainer(application, lpstr(std::string(64, 'c')), &container));
    EXPECT_SAR(SAR_NAMELENERR, skf().CreateContainer(application, lpstr("\xFF\xFE"), &container));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().CreateContainer(application, nullptr, &container));
}

TEST_F(ContainerTest, full_takesNoMore) {
    for (int i = 0; i < 8; ++i) createContainer(application, "c" + std::to_string(i));
    HCONTAINER ninth = nullptr;
    EXPECT_SAR(SAR_REACH_MAX_CONTAINER_COUNT, skf().CreateContainer(application, lpstr("c8"), &ninth));
    EXPECT_SAR(SAR_OK, skf().DeleteContainer(application, lpstr("c3")));
    EXPECT_SAR(SAR_OK, skf().CreateContainer(application, lpstr("c8"), &ninth));
}

TEST_F(ContainerTest, tokenFull_leavesWhatWasThere) {
    createToken({.serial = "SMALL", .room = {.containers = 8, .octets = 4096}});
    plug("SMALL");
    const DEVHANDLE small = connect("SMALL");
    const HAPPLICATION smallApplication = openApplication(small);
    logIn(smallApplication);
    const HCONTAINER container = createContainer(smallApplication, "c");
    Octets fits(2000, 'x');
    Octets tooLarge(4000, 'y');
    EXPECT_SAR(SAR_OK, skf().ImportCertificate(container, TRUE, fits.data(), 2000));
    EXPECT_SAR(SAR_NO_ROOM, skf().ImportCertificate(container, TRUE, tooLarge.data(), 4000));
    EXPECT_SAR(SAR_NO_ROOM, skf().CreateFile(smallApplication, lpstr("f"), 4000, 0x10, 0x10));
    EXPECT_EQ(fits, certificate(container, TRUE));
    skf().DisConnectDev(small);
}

TEST_F(ContainerTest, type_followsTheKeys) {
    const HCONTAINER container = createContainer(application, "c");
    ULONG type = 9;
    EXPECT_SAR(SAR_OK, skf().GetContainerType(container, &type));
    EXPECT_EQ(SKF_CONTAINER_EMPTY, type);
    ECCPUBLICKEYBLOB key{};
    ASSERT_SAR(SAR_OK, skf().GenECCKeyPair(container, SGD_SM2_1, &key));
    EXPECT_SAR(SAR_OK, skf().GetContainerType(container, &type));
    EXPECT_EQ(SKF_CONTAINER_ECC, type);
}

TEST_F(ContainerTest, certificates_areKeptByUse) {
    const HCONTAINER container = createContainer(application, "c");
    Octets sign = octets("signing certificate");
    Octets encrypt = octets("encryption certificate");
    ULONG size = 0;
    EXPECT_SAR(SAR_CERTNOTFOUNTERR, skf().ExportCertificate(container, TRUE, nullptr, &size));
    EXPECT_SAR(SAR_OK,
               skf().ImportCertificate(container, TRUE, sign.data(), static_cast<ULONG>(sign.size())));
    EXPECT_SAR(SAR_CERTNOTFOUNTERR, skf().ExportCertificate(container, FALSE, nullptr, &size));
    EXPECT_SAR(SAR_OK,
               skf().ImportCertificate(container, FALSE, encrypt.data(), static_cast<ULONG>(encrypt.size())));
    EXPECT_EQ(sign, certificate(container, TRUE));
    EXPECT_EQ(encrypt, certificate(container, FALSE));
    EXPECT_SAR(SAR_INDATALENERR, skf().ImportCertificate(container, TRUE, sign.data(), 0));
    EXPECT_SAR(SAR_INVALIDPARAMERR, skf().ImportCertificate(container, TRUE, nullptr, 5));
    // The public part needs no login.
    skf().ClearSecureState(application);
    EXPECT_EQ(sign, certificate(container, TRUE));
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN,
               skf().ImportCertificate(container, TRUE, sign.data(), static_cast<ULONG>(sign.size())));
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, skf().DeleteContainer(application, lpstr("c")));
}

TEST_F(ContainerTest, exportedPublicKey_isTheGeneratedOne) {
    const HCONTAINER container = createContainer(application, "c");
    ULONG size = 0;
    EXPECT_SAR(SAR_KEYNOTFOUNTERR, skf().ExportPublicKey(container, TRUE, nullptr, &size));
    ECCPUBLICKEYBLOB key{};
    ASSERT_SAR(SAR_OK, skf().GenECCKeyPair(container, SGD_SM2_1, &key));
    const Octets blob = twoCalls(
        [=](BYTE* out, ULONG* length) { return skf().ExportPublicKey(container, TRUE, out, length); });
    const auto* octets = reinterpret_cast<const BYTE*>(&key);
    EXPECT_EQ(Octets(octets, octets + sizeof key), blob);
    EXPECT_SAR(SAR_KEYNOTFOUNTERR, skf().ExportPublicKey(container, FALSE, nullptr, &size));
}

TEST_F(ContainerTest, keyGeneratedAgain_replacesKeyAndCertificate) {
    const HCONTAINER container = createContainer(application, "c");
    ECCPUBLICKEYBLOB first{};
    ECCPUBLICKEYBLOB second{};
    Octets certificateBytes = octets("certificate");
    ASSERT_SAR(SAR_OK, skf().GenECCKeyPair(container, SGD_SM2_1, &first));
    ASSERT_SAR(SAR_OK, skf().ImportCertificate(container, TRUE, certificateBytes.data(), 11));
    Octets hash(32, 5);
    ECCSIGNATUREBLOB signature{};
    EXPECT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
    ASSERT_SAR(SAR_OK, skf().GenECCKeyPair(container, SGD_SM2_1, &second));
    EXPECT_SAR(SAR_OK, skf().ECCSignData(container, hash.data(), 32, &signature));
    EXPECT_SAR(SAR_OK, skf().ECCVerify(device, &second, hash.data(), 32, &signature));
    EXPECT_SAR(SAR_HASHNOTEQUALERR, skf().ECCVerify(device, &first, hash.data(), 32, &signature));
    ULONG size = 0;
    EXPECT_SAR(SAR_CERTNOTFOUNTERR, skf().ExportCertificate(container, TRUE, nullptr, &size));
}

}  // namespace
}  // namespace ukey::softtoken
