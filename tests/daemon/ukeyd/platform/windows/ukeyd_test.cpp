// The real programs on Windows: ukeyd.exe, its token host, the soft token's library, a page.
#include <gtest/gtest.h>

// Winsock2.h must come before windows.h.
// clang-format off
#include <winsock2.h>
#include <windows.h>
#include <tlhelp32.h>
// clang-format on

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/daemon/support/eventually.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/platform/windows/message_windows.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"
#include "tokenlib/base/platform/windows/handles.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using nlohmann::json;

/// A page, with the calls of JSON-RPC one after the other.
class Page {
  public:
    explicit Page(unsigned port) : stream_(context_) {
        stream_.next_layer().connect({asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)});
        stream_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
            request.set("Origin", "https://portal.example");
            request.set("Sec-WebSocket-Protocol", "ukey.v1");
        }));
        stream_.handshake("127.0.0.1:" + std::to_string(port), "/ukey/v1");
    }
    json result(const std::string& method, const json& params = json::object()) {
        json answer = call(method, params);
        if (!answer.contains("result")) throw std::runtime_error(answer.dump());
        return answer.at("result");
    }
    /// error.data.code; empty when there is a result.
    std::string codeOf(const std::string& method, const json& params) {
        const json answer = call(method, params);
        return answer.contains("error") ? answer.at("error").at("data").at("code").get<std::string>() : "";
    }

  private:
    json call(const std::string& method, const json& params) {
        const int id = ++lastId_;
        stream_.write(asio::buffer(
            json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}.dump()));
        for (;;) {
            boost::beast::flat_buffer buffer;
            stream_.read(buffer);
            json message = json::parse(boost::beast::buffers_to_string(buffer.data()));
            if (message.value("id", 0) == id) return message;
        }
    }

    asio::io_context context_;
    websocket::stream<asio::ip::tcp::socket> stream_;
    int lastId_ = 0;
};

class Ukeyd : public testing::Test {
  protected:
    Ukeyd() {
        test::setEnvironment("UKEY_SOFTTOKEN_DIR", pathText(folder_.path() / "tokens"));
        platform::keepForOwner(folder_.path());
        configure(json::array({softTokenOf("soft", test::builtLibrary("ukey-softtoken"))}));
    }
    ~Ukeyd() override { (void)stop(); }

    static json softTokenOf(const char* name, const std::filesystem::path& library) {
        return {{"name", name}, {"kind", "skf"}, {"library", pathText(library)}};
    }
    void configure(const json& drivers) const {
        std::ofstream(configuration()) << json{
            {"drivers", drivers},
            {"origins", {{{"origin", "https://portal.example"}, {"scopes", {"tokens", "certificates"}}}}},
            {"stateDir", pathText(folder_.path() / L"状态")}};
        platform::keepForOwner(configuration());
    }

    std::filesystem::path configuration() const { return folder_.path() / "ukeyd.json"; }
    static std::filesystem::path programs() {
        const char* folder = std::getenv("UKEY_BIN_DIR");
        return std::filesystem::absolute(pathFrom(folder == nullptr ? "bin" : folder)).make_preferred();
    }
    std::string commandLine(const std::string& more) const {
        const std::filesystem::path program = programs() / "ukeyd.exe";
        // Cmd takes the outermost quotation marks away.
        return "\"\"" + pathText(program) + "\" --config \"" + pathText(configuration()) + "\" " + more +
               "\"";
    }
    /// Starts it and waits until it says where it listens.
    unsigned start() {
        out_ = ::_popen(commandLine("--port 0").c_str(), "r");
        std::array<char, 256> line{};
        unsigned port = 0;
        if (out_ == nullptr || std::fgets(line.data(), line.size(), out_) == nullptr ||
            std::sscanf(line.data(), "listening on ws://127.0.0.1:%u/", &port) != 1)
            throw std::runtime_error("ukeyd did not come up: " + std::string(line.data()));
        return port;
    }
    /// `ukeyd stop`, and the exit code of the daemon that it ended.
    std::pair<int, std::optional<int>> stop() {
        const int code = std::system(commandLine("stop").c_str());
        if (out_ == nullptr) return {code, std::nullopt};
        return {code, ::_pclose(std::exchange(out_, nullptr))};
    }
    /// As another one that is started sees it.
    DWORD processNumber() const {
        FILE* const second = ::_popen(commandLine("--port 0 2>&1").c_str(), "r");
        std::array<char, 512> line{};
        unsigned long number = 0;
        if (second != nullptr && std::fgets(line.data(), line.size(), second) != nullptr)
            (void)std::sscanf(line.data(), "ukeyd: already running for this user, as process %lu", &number);
        if (second != nullptr) (void)::_pclose(second);
        return number;
    }
    std::string log() const {
        std::ifstream file(folder_.path() / L"状态" / "ukeyd.log");
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

    test::ScratchFolder folder_;
    FILE* out_ = nullptr;
};

TEST_F(Ukeyd, pageOfThisUser_seesTheSoftTokenThatIsPluggedIn) {
    softtoken::createToken({.serial = "WIN1", .label = "用户的锁"});
    softtoken::plug("WIN1");
    const unsigned port = start();
    Page page(port);
    page.result("bridge.hello", {{"client", {{"name", "test"}, {"version", "1"}}}});
    const json list = page.result("tokens.list");
    ASSERT_EQ(list.at("tokens").size(), 1U) << list << log();
    EXPECT_EQ(list.at("tokens").at(0).at("serial"), "WIN1");
    EXPECT_EQ(list.at("tokens").at(0).at("label"), "用户的锁");
}

TEST_F(Ukeyd, stop_endsTheOneThatRunsAndWaitsForIt) {
    (void)start();
    EXPECT_EQ(stop(), (std::pair<int, std::optional<int>>(0, 0)));
    EXPECT_EQ(stop(), (std::pair<int, std::optional<int>>(0, std::nullopt))) << "none runs";
}

TEST_F(Ukeyd, endOfTheSession_endsIt) {
    (void)start();
    const HWND window = test::messageWindowOf(processNumber(), nullptr);
    EXPECT_NE(::SendMessageW(window, WM_QUERYENDSESSION, 0, ENDSESSION_LOGOFF), 0) << "it holds nobody up";
    ::SendMessageW(window, WM_ENDSESSION, TRUE, ENDSESSION_LOGOFF);
    // Windows ends the process as soon as it has answered.
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / L"状态" / "ukeyd.port")) << "it had not finished";
    EXPECT_EQ(::_pclose(std::exchange(out_, nullptr)), 0);
}

TEST_F(Ukeyd, logThatIsFull_isKeptOnceAndBegunAnew) {
    (void)start();
    (void)stop();
    const auto state = folder_.path() / L"状态";
    std::ofstream(state / "ukeyd.log", std::ios::app) << std::string(3U << 20, 'x');
    std::ofstream(state / "ukeyd.log.1") << "the one before";
    (void)start();
    configure(json::array());  // It says that it has read them.
    test::waitUntil([&] { return std::filesystem::file_size(state / "ukeyd.log.1") >= 3U << 20; });
    EXPECT_EQ(stop().first, 0);
    EXPECT_LT(std::filesystem::file_size(state / "ukeyd.log"), 1U << 20);
}

TEST_F(Ukeyd, secondOneOfAUser_isRefusedAndSaysWhy_S49) {
    (void)start();
    EXPECT_EQ(std::system(commandLine("--port 0").c_str()), 3);
}

/// Without drivers in the configuration; in a folder that only this library's model names.
TEST_F(Ukeyd, libraryInItsMakersFolder_isFoundByItself) {
    const wchar_t* programs = ::_wgetenv(L"ProgramFiles(x86)");
    ASSERT_NE(programs, nullptr);
    const auto folder = std::filesystem::path(programs) / "GM3000";
    std::filesystem::create_directories(folder);
    const auto library = folder / "mtoken_gm3000.dll";
    ASSERT_NE(::CopyFileW(test::builtLibrary("ukey-softtoken").c_str(), library.c_str(), FALSE), FALSE);
    configure(json::array());
    softtoken::createToken({.serial = "MAKERS", .label = "maker's"});
    softtoken::plug("MAKERS");
    {
        Page page(start());
        page.result("bridge.hello", {{"client", {{"name", "test"}, {"version", "1"}}}});
        test::waitUntil([&] {
            const json tokens = page.result("tokens.list").at("tokens");
            return std::any_of(tokens.begin(), tokens.end(),
                               [](const json& token) { return token.at("driver") == "longmai-gm3000"; });
        });
    }
    EXPECT_EQ(stop().first, 0);
    std::filesystem::remove_all(folder);
}

/// The processes of a program that a process has started.
std::vector<DWORD> childrenOf(DWORD parent, const wchar_t* program) {
    const platform::UniqueHandle all(::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    std::vector<DWORD> found;
    for (BOOL more = ::Process32FirstW(all.get(), &entry); more != FALSE;
         more = ::Process32NextW(all.get(), &entry)) {
        if (entry.th32ParentProcessID == parent && std::wstring_view(entry.szExeFile) == program)
            found.push_back(entry.th32ProcessID);
    }
    return found;
}

std::vector<std::string> privilegesOf(DWORD process) {
    const platform::UniqueHandle opened(::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process));
    HANDLE token = nullptr;
    if (!opened || ::OpenProcessToken(opened.get(), TOKEN_QUERY, &token) == FALSE)
        throw std::runtime_error("no token of process " + std::to_string(process));
    const platform::UniqueHandle owned(token);
    alignas(TOKEN_PRIVILEGES) std::array<std::byte, 4096> room{};
    DWORD size = room.size();
    if (::GetTokenInformation(token, TokenPrivileges, room.data(), size, &size) == FALSE)
        throw std::runtime_error("no privileges");
    const auto* held = reinterpret_cast<const TOKEN_PRIVILEGES*>(room.data());
    const LUID_AND_ATTRIBUTES* const first = held->Privileges;
    std::vector<std::string> names;
    for (DWORD i = 0; i < held->PrivilegeCount; ++i) {
        LUID id = first[i].Luid;
        std::array<char, 64> name{};
        DWORD length = name.size();
        if (::LookupPrivilegeNameA(nullptr, &id, name.data(), &length) != FALSE)
            names.emplace_back(name.data());
    }
    return names;
}

class UkeydAndHost : public Ukeyd {
  protected:
    UkeydAndHost() {
        softtoken::createToken({.serial = "HARD", .label = "hard"});
        softtoken::plug("HARD");
        Page page(start());
        page.result("bridge.hello", {{"client", {{"name", "test"}, {"version", "1"}}}});
        // A list waits for no driver that is starting.
        test::waitUntil([&] { return page.result("tokens.list").at("tokens").size() == 1; });
        daemon_ = processNumber();
        hosts_ = childrenOf(daemon_, L"ukey-token-host.exe");
    }

    DWORD daemon_ = 0;
    std::vector<DWORD> hosts_;
};

TEST_F(UkeydAndHost, memory_isClosedToOtherProcessesOfTheSameUser_S21) {
    for (const DWORD process : {daemon_, hosts_.at(0)}) {
        for (const DWORD right :
             {PROCESS_VM_READ, PROCESS_VM_WRITE, PROCESS_DUP_HANDLE, PROCESS_CREATE_THREAD})
            EXPECT_FALSE(platform::UniqueHandle(::OpenProcess(right, FALSE, process))) << std::hex << right;
        EXPECT_TRUE(platform::UniqueHandle(::OpenProcess(SYNCHRONIZE | PROCESS_TERMINATE, FALSE, process)))
            << "whoever has the user's rights may still end it";
    }
}

TEST_F(UkeydAndHost, hostsPrivileges_areGone_S42) {
    EXPECT_EQ(privilegesOf(hosts_.at(0)), std::vector<std::string>{"SeChangeNotifyPrivilege"});
}

/// With the host of 32 bits beside the other, as the MSI lays them; scripts/windows/wine32.sh runs it where
/// 32 bits run.
TEST_F(Ukeyd, librariesOf32And64Bits_serveSideBySideAndACrashOfOneIsItsOwn) {
    const auto library32 = programs() / "x86" / "ukey-softtoken.dll";
    if (!std::filesystem::exists(library32)) GTEST_SKIP() << "no library of 32 bits in " << library32;
    configure(json::array(
        {softTokenOf("of64", programs() / "ukey-softtoken.dll"), softTokenOf("of32", library32)}));
    softtoken::createToken({.serial = "BOTH", .label = "both"});
    softtoken::plug("BOTH");
    Page page(start());
    page.result("bridge.hello", {{"client", {{"name", "test"}, {"version", "1"}}}});
    std::map<std::string, std::string> tokens;
    const auto waitForBoth = [&] {
        json list;
        const auto areThere = [&] {
            list = page.result("tokens.list");
            for (const json& token : list.at("tokens"))
                tokens[token.at("driver").get<std::string>()] = token.at("id").get<std::string>();
            return tokens.size() == 2;
        };
        try {
            // A list waits for no driver that is starting.
            test::waitUntil(areThere);
        } catch (const std::runtime_error&) {
            throw std::runtime_error("not both: " + list.dump() + log());
        }
    };
    waitForBoth();
    const auto certificates = [&](const char* driver) {
        return page.codeOf("certificates.list", {{"token", tokens.at(driver)}});
    };
    EXPECT_EQ(certificates("of64"), "") << log();
    EXPECT_EQ(certificates("of32"), "") << log();
    for (const auto& [crashing, other] : {std::pair("of32", "of64"), std::pair("of64", "of32")}) {
        softtoken::writeFaults("BOTH", R"([{"function": "SKF_EnumContainer", "action": "crash"}])");
        EXPECT_EQ(certificates(crashing), "driver-crashed");
        EXPECT_EQ(certificates(other), "");
        tokens.clear();
        waitForBoth();
        EXPECT_EQ(certificates(crashing), "");
    }
}

}  // namespace
}  // namespace ukey
