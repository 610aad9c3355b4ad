#include "tests/daemon/ukeyd/screen_of_its_own.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "tests/daemon/support/eventually.hpp"

namespace ukey::test {
namespace {

std::string firstLineOf(const std::string& command) {
    FILE* out = ::popen(command.c_str(), "r");
    if (out == nullptr) throw std::runtime_error("cannot run " + command);
    std::array<char, 256> line{};
    const bool any = std::fgets(line.data(), line.size(), out) != nullptr;
    (void)::pclose(out);
    std::string text = any ? line.data() : "";
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

void must(const std::string& command) {
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

}  // namespace

ScreenOfItsOwn::ScreenOfItsOwn(const std::string& size) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::string program = "Xvfb";
    std::string where = "-displayfd";
    std::string descriptor = "1";
    std::string screen = "-screen";
    std::string number = "0";
    std::string depth = size + "x24";
    // Else it begins anew whenever its last client goes, and lets nobody in meanwhile.
    std::string lasting = "-noreset";
    const std::array<char*, 8> arguments{program.data(), where.data(), descriptor.data(), screen.data(),
                                         number.data(),  depth.data(), lasting.data(),    nullptr};
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed =
        ::posix_spawnp(&process_, program.c_str(), &actions, nullptr, arguments.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    if (failed != 0) throw std::runtime_error("no Xvfb");
    // It says its number when it is ready.
    FILE* out = ::fdopen(pipe[0], "r");
    unsigned display = 0;
    const bool ready = std::fscanf(out, "%u", &display) == 1;
    (void)std::fclose(out);
    if (!ready) throw std::runtime_error("Xvfb did not come up");
    ::setenv("DISPLAY", (":" + std::to_string(display)).c_str(), 1);
}

ScreenOfItsOwn::~ScreenOfItsOwn() {
    ::unsetenv("DISPLAY");
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
}

std::string ScreenOfItsOwn::waitForWindow(const std::string& title) const {
    const std::string window =
        firstLineOf("timeout 60 xdotool search --sync --onlyvisible --name '^" + title + "$' 2>/dev/null");
    if (window.empty()) throw std::runtime_error("no window " + title);
    return window;
}

bool ScreenOfItsOwn::hasWindow(const std::string& title) const {
    return !firstLineOf("xdotool search --onlyvisible --name '^" + title + "$' 2>/dev/null").empty();
}

void ScreenOfItsOwn::type(const std::string& text) const { must("xdotool type '" + text + "'"); }

void ScreenOfItsOwn::press(const std::string& key) const { must("xdotool key " + key); }

void ScreenOfItsOwn::focus(const std::string& window) const { must("xdotool windowfocus --sync " + window); }

void ScreenOfItsOwn::waitUntilAnswerable(const std::string& window) const {
    waitUntil([&] {
        return firstLineOf("xprop -id " + window + " WM_WINDOW_ROLE 2>/dev/null").find("answerable") !=
               std::string::npos;
    });
}

std::pair<int, int> ScreenOfItsOwn::sizeOf(const std::string& window) const {
    const auto of = [&](const char* name) {
        return std::stoi(
            firstLineOf("xdotool getwindowgeometry --shell " + window + " | sed -n s/^" + name + "=//p"));
    };
    return {of("WIDTH"), of("HEIGHT")};
}

void ScreenOfItsOwn::clickFromTheCorner(const std::string& window, int left, int up) const {
    const auto [width, height] = sizeOf(window);
    must("xdotool mousemove --window " + window + " " + std::to_string(width - left) + " " +
         std::to_string(height - up) + " click 1");
}

double ScreenOfItsOwn::lightnessOf(const std::string& window) const {
    return std::stod(
        firstLineOf("import -window " + window + " -colorspace Gray -format '%[fx:mean]' info:"));
}

void ScreenOfItsOwn::takePicture(const std::string& window, const std::string& file) const {
    must("import -window " + window + " '" + file + "'");
}

}  // namespace ukey::test
