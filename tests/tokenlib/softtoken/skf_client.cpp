#include "skf_client.hpp"

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "tokenlib/base/bytes.hpp"
#include "witness.hpp"

namespace ukey::softtoken {
namespace {

Skf openLibrary() {
    void* library = ::dlopen(libraryPath().c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(::dlerror());
    Skf functions;
#define UKEY_SKF_RESOLVE(name)                                                          \
    functions.name = reinterpret_cast<SKF_##name##_fn>(::dlsym(library, "SKF_" #name)); \
    if (functions.name == nullptr) throw std::runtime_error("no SKF_" #name);
    UKEY_SKF_FUNCTIONS(UKEY_SKF_RESOLVE)
#undef UKEY_SKF_RESOLVE
    return functions;
}

}  // namespace

std::string libraryPath() {
    const char* folder = std::getenv("UKEY_LIB_DIR");
    return std::string(folder != nullptr ? folder : "lib") + "/libukey-softtoken.so";
}

const Skf& skf() {
    static const Skf functions = openLibrary();
    return functions;
}

Octets octets(std::string_view text) { return {text.begin(), text.end()}; }

Octets fromHexText(std::string_view hex) {
    const auto bytes = fromHex(hex);
    if (!bytes) throw std::invalid_argument("no hexadecimal text");
    return *bytes;
}

std::string hexText(const Octets& bytes) { return toHex(bytes); }

std::string sarText(ULONG code) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%08X", code);
    return text.data();
}

std::vector<std::string> namesIn(const std::string& list) {
    EXPECT_FALSE(list.empty());
    std::vector<std::string> names;
    std::size_t start = 0;
    while (start < list.size() && list[start] != '\0') {
        const std::size_t end = list.find('\0', start);
        if (end == std::string::npos) {
            ADD_FAILURE() << "a name without an end";
            return names;
        }
        names.push_back(list.substr(start, end - start));
        start = end + 1;
    }
    EXPECT_EQ(start + 1, list.size()) << "the list does not end with one NUL more";
    return names;
}

SoftTokenTest::SoftTokenTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ukey-soft-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    ::setenv("UKEY_SOFTTOKEN_DIR", folder_.c_str(), 1);
    createToken({.serial = kSerial, .label = "Test token"});
    plug(kSerial);
}

SoftTokenTest::~SoftTokenTest() { std::filesystem::remove_all(folder_); }

DEVHANDLE SoftTokenTest::connect(const std::string& serial) {
    DEVHANDLE device = nullptr;
    EXPECT_SAR(SAR_OK, skf().ConnectDev(lpstr(serial), &device));
    return device;
}

HAPPLICATION SoftTokenTest::openApplication(DEVHANDLE device, const std::string& name) {
    HAPPLICATION application = nullptr;
    EXPECT_SAR(SAR_OK, skf().OpenApplication(device, lpstr(name), &application));
    return application;
}

void SoftTokenTest::logIn(HAPPLICATION application, const std::string& pin) {
    ULONG tries = 0;
    EXPECT_SAR(SAR_OK, skf().VerifyPIN(application, USER_TYPE, lpstr(pin), &tries));
}

HCONTAINER SoftTokenTest::createContainer(HAPPLICATION application, const std::string& name) {
    HCONTAINER container = nullptr;
    EXPECT_SAR(SAR_OK, skf().CreateContainer(application, lpstr(name), &container));
    return container;
}

void SoftTokenTest::authenticate(DEVHANDLE device, const std::string& key) {
    Octets challenge(8);
    ASSERT_SAR(SAR_OK, skf().GenRandom(device, challenge.data(), 8));
    challenge.resize(16);
    Octets answer = witness::sm4Ecb(octets(key), challenge);
    ASSERT_SAR(SAR_OK, skf().DevAuth(device, answer.data(), 16));
}

int SoftTokenTest::inChild(const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(testing::Test::HasFailure() ? 99 : 0);
    }
    int status = -1;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

ECCPUBLICKEYBLOB Sm2ContainerTest::importEncryptionPair(const Octets& d) {
    witness::Envelope envelope = witness::envelope(signingKey, d);
    EXPECT_SAR(SAR_OK, skf().ImportECCKeyPair(container, envelope.blob()));
    return envelope.blob()->PubKey;
}

}  // namespace ukey::softtoken
