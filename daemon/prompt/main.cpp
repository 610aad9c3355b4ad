// ukey-prompt: asks for a PIN or a yes in a window. Started by ukeyd and by token hosts, which speak Assuan
// with it.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "daemon/prompt/assuan_server.hpp"
#include "daemon/prompt/window.hpp"
#include "tokenlib/base/sanitizers.hpp"
#include "tokenlib/base/version.hpp"

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--version") {
        (void)std::printf("ukey-prompt %s\n", std::string(ukey::programVersion()).c_str());
        return 0;
    }
    // A leak checker attaches to its own process.
    if (!ukey::kSanitized) (void)::prctl(PR_SET_DUMPABLE, 0);
    const rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
    (void)std::signal(SIGPIPE, SIG_IGN);
    if (!ukey::window::openDisplay()) {
        (void)std::fputs("ukey-prompt: no display\n", stderr);
        return 1;
    }
    try {
        return ukey::window::converse(STDIN_FILENO, STDOUT_FILENO);
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "ukey-prompt: %s\n", error.what());
        return 2;
    }
}
