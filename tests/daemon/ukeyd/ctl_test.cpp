// ukeyctl as a user, an administrator and their scripts run it, beside the real ukeyd.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/daemon/ukeyd/running_daemon.hpp"
#include "tokenlib/softtoken/admin.hpp"

namespace ukey::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Said {
    int status = -1;
    std::string out;  ///< Standard output.
    std::string err;
};

class Ctl : public testing::Test {
  protected:
    /// A home of its own: what lies in the user's is none of this.
    Said run(const std::string& program, const std::string& arguments,
             const std::string& environment = "LC_ALL=C") {
        const std::string errors = (home_.path() / "errors").string();
        const std::string command = "env -i HOME='" + home_.path().string() + "' " + environment + " '" +
                                    std::getenv("UKEY_BIN_DIR") + "/" + program + "' " + arguments + " 2>'" +
                                    errors + "'";
        FILE* pipe = ::popen(command.c_str(), "r");
        Said said;
        std::array<char, 4096> piece{};
        for (std::size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;)
            said.out.append(piece.data(), got);
        const int status = ::pclose(pipe);
        said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        std::ifstream file(errors);
        said.err = {std::istreambuf_iterator<char>(file), {}};
        return said;
    }
    Said ctl(const std::string& arguments, const std::string& environment = "LC_ALL=C") {
        return run("ukeyctl", arguments, environment);
    }
    static std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }
    static std::string stateOf(const RunningDaemon& daemon) {
        return "--state-dir " + quoted(daemon.stateDir()) + " ";
    }
    static std::string configOf(const RunningDaemon& daemon) {
        return "--config " + quoted(daemon.folder() / "ukeyd.json") + " ";
    }
    /// A port that is most likely free, and is none of the default ones.
    static int somePort() { return 24000 + static_cast<int>(::getpid() % 8000); }
    static void plug(const std::string& serial) {
        softtoken::TokenSpec spec;
        spec.serial = serial;
        spec.userPin = "274859";
        softtoken::createToken(spec);
        softtoken::plug(serial);
    }

    ScratchFolder home_;
};

TEST_F(Ctl, commandLineThatCannotBeUnderstood_isSaidInTheUsersLanguageAndIsStatus2) {
    const std::vector<std::array<std::string, 3>> table{
        {"", "Say which command.", "请给出要执行的命令。"},
        {"bogus", "no such command or option: bogus.", "没有这个命令或选项：bogus。"},
        {"audit bogus", "no such command or option: bogus.", "没有这个命令或选项：bogus。"},
        {"tokens --all", "no such command or option: --all.", "没有这个命令或选项：--all。"},
        {"soft create", "--serial is missing.", "缺少 --serial。"},
        {"audit list --last many", "The command line is wrong: ", "命令行有误："}};
    for (const auto& [arguments, english, chinese] : table) {
        const Said inEnglish = ctl(arguments);
        EXPECT_EQ(inEnglish.status, 2) << arguments;
        EXPECT_EQ(inEnglish.out, "") << arguments;
        EXPECT_NE(inEnglish.err.find(english), std::string::npos) << inEnglish.err;
        const Said inChinese = ctl(arguments, "LC_ALL=zh_CN.UTF-8");
        EXPECT_EQ(inChinese.status, 2) << arguments;
        EXPECT_NE(inChinese.err.find(chinese), std::string::npos) << inChinese.err;
        EXPECT_EQ(inChinese.err.find("required"), std::string::npos) << inChinese.err;
    }
    EXPECT_EQ(ctl("--help").status, 0);
    EXPECT_EQ(ctl("--version").status, 0);
}

TEST_F(Ctl, daemonWithAStateFolderOfItsOwn_isFoundByThatFolder) {
    const RunningDaemon daemon;
    const std::string port = std::to_string(daemon.port());
    const Said status = ctl(stateOf(daemon) + "status");
    EXPECT_EQ(status.status, 0) << status.err;
    EXPECT_NE(status.out.find("port " + port), std::string::npos) << status.out;
    EXPECT_EQ(ctl(configOf(daemon) + "status").status, 0);
    EXPECT_EQ(ctl("--state-dir " + quoted(home_.path()) + " status").status, 3) << "that folder is nobody's";
}

TEST_F(Ctl, daemonWhoseCommandLineNamesItsFolder_isFoundByItsConfiguration) {
    // As `make run` starts it.
    const ScratchFolder state;
    const RunningDaemon daemon(
        {{"ports", {somePort()}}}, nullptr,
        {"/bin/sh", "-c", R"(exec "$@" --state-dir ')" + state.path().string() + "'", "sh"});
    const Said listed = ctl(configOf(daemon) + "audit verify");
    EXPECT_EQ(listed.status, 1);
    EXPECT_NE(listed.err.find("Nothing was recorded yet in " + state.path().string()), std::string::npos)
        << listed.err;
    EXPECT_NE(listed.err.find("Looking at the Ukey Bridge that runs on port"), std::string::npos)
        << listed.err;
    EXPECT_EQ(ctl(configOf(daemon) + "status").status, 0);
}

TEST_F(Ctl, nothingThere_isToldWithTheFolderAndAStatusForScripts) {
    const ScratchFolder empty;
    const std::string there = "--state-dir " + quoted(empty.path()) + " ";
    for (const char* command : {"audit list", "audit verify", "audit export", "enrolments list"}) {
        const Said said = ctl(there + command);
        EXPECT_EQ(said.status, 1) << command;
        EXPECT_EQ(said.out, "") << command;
        EXPECT_NE(said.err.find(empty.path().string()), std::string::npos) << command << ": " << said.err;
        EXPECT_TRUE(fs::is_empty(empty.path())) << command << " makes nothing where it only looks";
    }
    const Said nowhere = ctl("--state-dir /nonexistent/ukey audit verify");
    EXPECT_EQ(nowhere.status, 1);
    EXPECT_NE(nowhere.err.find("there is no folder /nonexistent/ukey"), std::string::npos) << nowhere.err;

    const std::string tokens = "LC_ALL=C UKEY_SOFTTOKEN_DIR=" + quoted(empty.path());
    EXPECT_EQ(ctl("soft list", tokens).status, 1);
    EXPECT_EQ(ctl("soft create --serial S1", tokens).status, 0);
    EXPECT_EQ(ctl("soft list", tokens).status, 0);
}

TEST_F(Ctl, tokens_areThoseThatTheDaemonSees) {
    const RunningDaemon daemon;
    const Said none = ctl(stateOf(daemon) + "tokens");
    EXPECT_EQ(none.status, 1);
    EXPECT_EQ(none.out, "");
    plug("SEEN1");
    // ukeyctl itself has no UKEY_SOFTTOKEN_DIR here.
    const Said some = ctl(stateOf(daemon) + "tokens --json");
    EXPECT_EQ(some.status, 0) << some.err;
    const json tokens = json::parse(some.out);
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens.at(0).at("serial"), "SEEN1");
    EXPECT_EQ(tokens.at(0).at("driver"), "soft");
}

TEST_F(Ctl, doctor_looksWithTheDaemonsEyesAndEndsWithOneWhenSomethingIsWrong) {
    RunningDaemon daemon(json{{"ports", {somePort()}}});
    plug("WELL1");
    const Said well = ctl(configOf(daemon) + "doctor");
    EXPECT_EQ(well.status, 0) << well.out;
    EXPECT_NE(well.out.find(daemon.stateDir().string()), std::string::npos) << well.out;
    EXPECT_NE(well.out.find(daemon.pinentry().program()), std::string::npos) << well.out;
    EXPECT_NE(well.out.find("WELL1"), std::string::npos) << well.out;

    std::ofstream(daemon.stateDir() / "grants.db.broken-1") << "zeros";
    const Said spoilt = ctl(configOf(daemon) + "doctor");
    EXPECT_EQ(spoilt.status, 1);
    EXPECT_NE(spoilt.out.find("[problem] " + (daemon.stateDir() / "grants.db.broken-1").string()),
              std::string::npos)
        << spoilt.out;
    fs::remove(daemon.stateDir() / "grants.db.broken-1");

    EXPECT_EQ(daemon.stop(), 0);
    const Said gone = ctl(configOf(daemon) + "doctor");
    EXPECT_EQ(gone.status, 1);
    EXPECT_NE(gone.out.find("not running"), std::string::npos) << gone.out;
}

TEST_F(Ctl, doctor_saysWhenTheDaemonDoesNotSeeTheDesktopThatItsUserSees) {
    const RunningDaemon daemon(json{{"ports", {somePort()}}}, nullptr,
                               {"/usr/bin/env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY"});
    const Said said = ctl(configOf(daemon) + "doctor", "LC_ALL=C DISPLAY=:7");
    EXPECT_EQ(said.status, 1);
    EXPECT_NE(said.out.find("does not see the desktop :7"), std::string::npos) << said.out;
}

TEST_F(Ctl, missingLibrary_isALineInTheLogAndAProblemForTheDoctor) {
    const json missing{{"name", "absent"}, {"kind", "skf"}, {"library", "/usr/lib/libukey-none.so"}};
    const RunningDaemon daemon(json{{"ports", {somePort()}}, {"drivers", {missing}}});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ctl(configOf(daemon) + "tokens").status, 1);
    const std::string log = daemon.log();
    const auto first = log.find("libukey-none.so");
    ASSERT_NE(first, std::string::npos) << log;
    EXPECT_NE(log.find("driver absent"), std::string::npos) << log;
    EXPECT_NE(log.find("driver-missing"), std::string::npos) << log;
    const auto nextLine = log.find('\n', first);
    EXPECT_EQ(log.find("libukey-none.so", nextLine), std::string::npos) << "once: " << log;
    const Said said = ctl(configOf(daemon) + "doctor");
    EXPECT_EQ(said.status, 1);
    EXPECT_NE(said.out.find("[problem] The driver absent"), std::string::npos) << said.out;
}

TEST_F(Ctl, everyProgram_saysItsVersion) {
    const std::string version = run("ukeyctl", "--version").out;
    ASSERT_TRUE(version.starts_with("ukeyctl ")) << version;
    const std::string number = version.substr(8);
    for (const std::string program : {"ukeyd", "ukey-token-host", "ukey-prompt"}) {
        if (!fs::exists(fs::path(std::getenv("UKEY_BIN_DIR")) / program)) continue;
        const Said said = run(program, "--version");
        EXPECT_EQ(said.status, 0) << program;
        EXPECT_EQ(said.out, program + " " + number);
    }
}

TEST_F(Ctl, words_areInTheLanguageOfTheTerminal) {
    const Said chinese = ctl("--help", "LC_ALL=zh_CN.UTF-8");
    EXPECT_NE(chinese.out.find("查看和管理 Ukey 助手"), std::string::npos) << chinese.out;
    EXPECT_NE(chinese.out.find("只看使用这个状态目录的 Ukey 助手"), std::string::npos) << chinese.out;
    EXPECT_NE(run("ukeyd", "--help", "LANG=zh_CN.UTF-8").out.find("让网页使用当前用户的 Ukey"),
              std::string::npos);
    EXPECT_NE(ctl("--help").out.find("Looks at Ukey Bridge"), std::string::npos);
}

TEST_F(Ctl, completion_offersCommandsOptionsAndFiles) {
    const auto complete = [&](const std::string& words, int at) {
        const std::string script = "source '" UKEY_SOURCE_DIR
                                   "/packaging/linux/ukeyctl.bash-completion'; "
                                   "COMP_WORDS=(" +
                                   words + "); COMP_CWORD=" + std::to_string(at) +
                                   "; _ukeyctl; echo \"${COMPREPLY[@]}\"";
        std::ofstream(home_.path() / "try.sh") << script;
        FILE* pipe = ::popen(("bash '" + (home_.path() / "try.sh").string() + "'").c_str(), "r");
        std::array<char, 1024> line{};
        const std::string said = std::fgets(line.data(), line.size(), pipe) != nullptr ? line.data() : "";
        EXPECT_EQ(::pclose(pipe), 0);
        return said;
    };
    EXPECT_EQ(complete("ukeyctl aud", 1), "audit\n");
    EXPECT_EQ(complete("ukeyctl audit ver", 2), "verify\n");
    EXPECT_EQ(complete("ukeyctl --config conf audit ver", 4), "verify\n");
    EXPECT_EQ(complete("ukeyctl --state-d", 1), "--state-dir\n");
    EXPECT_EQ(complete("ukeyctl soft create --ser", 3), "--serial\n");
    EXPECT_EQ(complete("ukeyctl --config /etc/host", 2).substr(0, 9), "/etc/host");
}

}  // namespace
}  // namespace ukey::test
