#include <cstring>
#include <fstream>
#include <iterator>

#include "skf_client.hpp"

namespace ukey::softtoken {
namespace {

class FileTest : public ConnectedTest {
  protected:
    ULONG create(const std::string& name, ULONG size, ULONG read = SECURE_ANYONE_ACCOUNT,
                 ULONG write = SECURE_USER_ACCOUNT) const {
        return skf().CreateFile(application, lpstr(name), size, read, write);
    }
    ULONG write(const std::string& name, ULONG offset, const std::string& data) const {
        Octets bytes = octets(data);
        return skf().WriteFile(application, lpstr(name), offset, bytes.data(),
                               static_cast<ULONG>(bytes.size()));
    }
    std::string read(const std::string& name, ULONG offset, ULONG size) const {
        const Octets data = twoCalls([&](BYTE* out, ULONG* length) {
            return skf().ReadFile(application, lpstr(name), offset, size, out, length);
        });
        return {data.begin(), data.end()};
    }
};

TEST_F(FileTest, createdWrittenReadDeleted) {
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, create("f", 10));
    logIn(application);
    ASSERT_SAR(SAR_OK, create("f", 10));
    EXPECT_SAR(SAR_FILE_ALREADY_EXIST, create("f", 10));
    EXPECT_EQ(std::string(10, '\0'), read("f", 0, 10));
    EXPECT_SAR(SAR_OK, write("f", 2, "hello"));
    EXPECT_EQ("hello", read("f", 2, 5));
    // What lies beyond the end is not read.
    EXPECT_EQ("lo\0\0\0" + std::string(), read("f", 5, 2));
    EXPECT_EQ(5U, read("f", 5, 100).size());
    ULONG size = 10;
    Octets buffer(10);
    EXPECT_SAR(SAR_INDATALENERR, skf().ReadFile(application, lpstr("f"), 11, 1, buffer.data(), &size));
    EXPECT_SAR(SAR_INDATALENERR, write("f", 6, "hello"));
    EXPECT_SAR(SAR_INDATALENERR, write("f", 0xFFFFFFFF, "hello"));
    EXPECT_SAR(SAR_OK, skf().DeleteFile(application, lpstr("f")));
    EXPECT_SAR(SAR_FILE_NOT_EXIST, skf().DeleteFile(application, lpstr("f")));
    EXPECT_SAR(SAR_FILE_NOT_EXIST, write("f", 0, "x"));
}

TEST_F(FileTest, described_asCreated) {
    logIn(application);
    ASSERT_SAR(SAR_OK, create(std::string(32, 'n'), 77, SECURE_USER_ACCOUNT, SECURE_ADM_ACCOUNT));
    ASSERT_SAR(SAR_OK, create("g", 1));
    FILEATTRIBUTE attribute{};
    ASSERT_SAR(SAR_OK, skf().GetFileInfo(application, lpstr(std::string(32, 'n')), &attribute));
    EXPECT_EQ(std::string(32, 'n'), std::string(attribute.FileName, 32));
    EXPECT_EQ(77U, ULONG{attribute.FileSize});
    EXPECT_EQ(SECURE_USER_ACCOUNT, ULONG{attribute.ReadRights});
    EXPECT_EQ(SECURE_ADM_ACCOUNT, ULONG{attribute.WriteRights});
    const Octets list = twoCalls([this](BYTE* out, ULONG* size) {
        return skf().EnumFiles(application, reinterpret_cast<LPSTR>(out), size);
    });
    EXPECT_EQ((std::vector<std::string>{std::string(32, 'n'), "g"}), namesIn({list.begin(), list.end()}));
    EXPECT_SAR(SAR_NAMELENERR, create(std::string(33, 'n'), 1));
    EXPECT_SAR(SAR_INVALIDPARAMERR, create("h", 1, 0x20));
    EXPECT_SAR(SAR_INVALIDPARAMERR, create("h", 0));
}

TEST_F(FileTest, rights_areKept) {
    logIn(application);
    ASSERT_SAR(SAR_OK, create("user", 4, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT));
    ASSERT_SAR(SAR_OK, create("admin", 4, SECURE_ADM_ACCOUNT, SECURE_ADM_ACCOUNT));
    ASSERT_SAR(SAR_OK, create("never", 4, SECURE_NEVER_ACCOUNT, SECURE_NEVER_ACCOUNT));
    ASSERT_SAR(SAR_OK, create("anyone", 4, SECURE_ANYONE_ACCOUNT, SECURE_ANYONE_ACCOUNT));
    EXPECT_SAR(SAR_OK, write("user", 0, "mine"));
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, write("admin", 0, "mine"));
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, write("never", 0, "mine"));
    skf().ClearSecureState(application);
    ULONG size = 4;
    Octets buffer(4);
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN,
               skf().ReadFile(application, lpstr("user"), 0, 4, buffer.data(), &size));
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN, write("user", 0, "mine"));
    EXPECT_SAR(SAR_OK, write("anyone", 0, "open"));
    EXPECT_EQ("open", read("anyone", 0, 4));
    ULONG tries = 0;
    ASSERT_SAR(SAR_OK, skf().VerifyPIN(application, ADMIN_TYPE, lpstr("ukeyadmin1"), &tries));
    EXPECT_SAR(SAR_OK, write("admin", 0, "root"));
    EXPECT_EQ("root", read("admin", 0, 4));
    EXPECT_SAR(SAR_USER_NOT_LOGGED_IN,
               skf().ReadFile(application, lpstr("user"), 0, 4, buffer.data(), &size));
}

TEST_F(FileTest, privateContent_isNotOnTheDiskInTheOpen_S21) {
    logIn(application);
    ASSERT_SAR(SAR_OK, create("user", 16, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT));
    ASSERT_SAR(SAR_OK, write("user", 0, "very private yes"));
    EXPECT_EQ("very private yes", read("user", 0, 16));
    std::ifstream state(pathOf("state.json"));
    const std::string text{std::istreambuf_iterator<char>(state), {}};
    EXPECT_EQ(std::string::npos, text.find("dmVyeSBwcml2YXRl"));
    EXPECT_NE(std::string::npos, text.find("\"files\""));
}

TEST_F(FileTest, bufferTooSmall_saysTheSize) {
    logIn(application);
    ASSERT_SAR(SAR_OK, create("f", 10));
    Octets buffer(4);
    ULONG size = 4;
    EXPECT_SAR(SAR_BUFFER_TOO_SMALL, skf().ReadFile(application, lpstr("f"), 0, 10, buffer.data(), &size));
    EXPECT_EQ(10U, size);
}

}  // namespace
}  // namespace ukey::softtoken
