// An SKF client as anybody could write it: the standard's header, and a library opened at run time.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/gmt0016/skf.h"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::softtoken {

// The standard's functions, then the makers' extensions.
// clang-format off
#define UKEY_SKF_FUNCTIONS(X)                                                                               \
    X(WaitForDevEvent) X(CancelWaitForDevEvent) X(EnumDev) X(ConnectDev) X(DisConnectDev) X(GetDevState)    \
    X(SetLabel) X(GetDevInfo) X(LockDev) X(UnlockDev) X(Transmit) X(ChangeDevAuthKey) X(DevAuth)            \
    X(ChangePIN) X(GetPINInfo) X(VerifyPIN) X(UnblockPIN) X(ClearSecureState) X(CreateApplication)          \
    X(EnumApplication) X(DeleteApplication) X(OpenApplication) X(CloseApplication) X(CreateFile)            \
    X(DeleteFile) X(EnumFiles) X(GetFileInfo) X(ReadFile) X(WriteFile) X(CreateContainer)                   \
    X(DeleteContainer) X(OpenContainer) X(CloseContainer) X(EnumContainer) X(GetContainerType)              \
    X(ImportCertificate) X(ExportCertificate) X(GenRandom) X(GenExtRSAKey) X(GenRSAKeyPair)                 \
    X(ImportRSAKeyPair) X(RSASignData) X(RSAVerify) X(RSAExportSessionKey) X(ExtRSAPubKeyOperation)         \
    X(ExtRSAPriKeyOperation) X(GenECCKeyPair) X(ImportECCKeyPair) X(ECCSignData) X(ECCVerify)               \
    X(ECCExportSessionKey) X(ExtECCEncrypt) X(ExtECCDecrypt) X(ExtECCSign) X(ExtECCVerify)                  \
    X(GenerateAgreementDataWithECC) X(GenerateAgreementDataAndKeyWithECC) X(GenerateKeyWithECC)             \
    X(ExportPublicKey) X(ImportSessionKey) X(SetSymmKey) X(EncryptInit) X(Encrypt) X(EncryptUpdate)         \
    X(EncryptFinal) X(DecryptInit) X(Decrypt) X(DecryptUpdate) X(DecryptFinal) X(DigestInit) X(Digest)      \
    X(DigestUpdate) X(DigestFinal) X(MacInit) X(Mac) X(MacUpdate) X(MacFinal) X(CloseHandle)                \
    X(ECCPrvKeyDecrypt) X(RSAPrvKeyDecrypt) X(GenRemoteUnblockRequest) X(RemoteUnblockPIN)
// clang-format on

struct Skf {
#define UKEY_SKF_MEMBER(name) SKF_##name##_fn name = nullptr;
    UKEY_SKF_FUNCTIONS(UKEY_SKF_MEMBER)
#undef UKEY_SKF_MEMBER
};

/// The library under test, opened once a process.
const Skf& skf();
std::string libraryPath();

using Octets = std::vector<BYTE>;

Octets octets(std::string_view text);
Octets fromHexText(std::string_view hex);
std::string hexText(const Octets& bytes);
/// LPSTR is not const in the standard.
inline LPSTR lpstr(const char* text) { return const_cast<LPSTR>(text); }
inline LPSTR lpstr(const std::string& text) { return const_cast<LPSTR>(text.c_str()); }

/// A code with its number, readable in a failed expectation.
std::string sarText(ULONG code);
#define EXPECT_SAR(expected, call) EXPECT_EQ(sarText(expected), sarText(call)) << #call
#define ASSERT_SAR(expected, call) ASSERT_EQ(sarText(expected), sarText(call)) << #call

/// Splits a list of names; fails the test when it is not ended as the standard says.
std::vector<std::string> namesIn(const std::string& list);

/// Calls with a null buffer for the size, then with a buffer of that size.
template <class Call>
Octets twoCalls(Call&& call) {
    ULONG size = 0;
    EXPECT_SAR(SAR_OK, call(static_cast<BYTE*>(nullptr), &size));
    // Never a null buffer the second time, even for nothing: that would be another question for the size.
    Octets result(size + 1);
    EXPECT_SAR(SAR_OK, call(result.data(), &size));
    EXPECT_LE(size, result.size());
    result.resize(size);
    return result;
}

/// A folder of tokens of its own, with one token plugged in.
class SoftTokenTest : public testing::Test {
  protected:
    SoftTokenTest();
    ~SoftTokenTest() override;

    const std::string& folder() const { return folder_; }
    std::string pathOf(const std::string& file) const { return folder_ + "/" + kSerial + "/" + file; }

    static DEVHANDLE connect(const std::string& serial = kSerial);
    static HAPPLICATION openApplication(DEVHANDLE device, const std::string& name = "UKEY");
    static void logIn(HAPPLICATION application, const std::string& pin = "111111");
    static HCONTAINER createContainer(HAPPLICATION application, const std::string& name);
    static void authenticate(DEVHANDLE device, const std::string& key = "1234567812345678");

    /// Runs in a process of its own; how it ended, as waitpid says.
    static int inChild(const std::function<void()>& work);

    static constexpr const char* kSerial = "SOFT0001";

  private:
    std::string folder_;
};

/// The same, connected, with its application open.
class ConnectedTest : public SoftTokenTest {
  protected:
    void SetUp() override {
        device = connect();
        application = openApplication(device);
    }
    void TearDown() override { skf().DisConnectDev(device); }

    DEVHANDLE device = nullptr;
    HAPPLICATION application = nullptr;
};

/// The same, logged in, with a container of an SM2 signing pair.
class Sm2ContainerTest : public ConnectedTest {
  protected:
    void SetUp() override {
        ConnectedTest::SetUp();
        logIn(application);
        container = createContainer(application, "c1");
        ASSERT_SAR(SAR_OK, skf().GenECCKeyPair(container, SGD_SM2_1, &signingKey));
    }

    /// Puts an encryption pair with that d into the container, the way a key centre does; its public key.
    ECCPUBLICKEYBLOB importEncryptionPair(const Octets& d);

    HCONTAINER container = nullptr;
    ECCPUBLICKEYBLOB signingKey{};
};

}  // namespace ukey::softtoken
