#include "tests/daemon/support/account.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace ukey::test {
namespace {

void must(const std::string& command) {
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

std::string nextName() {
    static int count = 0;
    return "ukeytest" + std::to_string(::getpid()) + "n" + std::to_string(++count);
}

[[noreturn]] void become(uid_t uid, gid_t gid, int out, const std::function<std::string()>& work) {
    bool done =
        ::setgroups(0, nullptr) == 0 && ::setresgid(gid, gid, gid) == 0 && ::setresuid(uid, uid, uid) == 0;
    try {
        const std::string text = done ? work() : "";
        done = done && ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    } catch (const std::exception&) {
        done = false;
    }
    ::_exit(done ? 0 : 1);
}

}  // namespace

bool Account::possible() { return ::geteuid() == 0; }

Account::Account() : name_(nextName()) {
    must("useradd --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin " + name_);
    const passwd* entry = ::getpwnam(name_.c_str());
    if (entry == nullptr) throw std::runtime_error("no account " + name_);
    uid_ = entry->pw_uid;
    gid_ = entry->pw_gid;
}

Account::~Account() {
    if (std::system(("userdel " + name_ + " >/dev/null 2>&1").c_str()) != 0)
        std::fprintf(stderr, "the account %s is still there\n", name_.c_str());
}

std::string Account::run(const std::function<std::string()>& work) const {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) become(uid_, gid_, pipe[1], work);
    ::close(pipe[1]);
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t got = 0; (got = ::read(pipe[0], piece.data(), piece.size())) > 0;)
        text.append(piece.data(), static_cast<std::size_t>(got));
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) throw std::runtime_error("the process of " + name_ + " failed");
    return text;
}

std::vector<std::string> Account::commandPrefix() const {
    return {"setpriv", "--reuid=" + std::to_string(uid_), "--regid=" + std::to_string(gid_), "--clear-groups",
            "--"};
}

void Account::give(const std::string& folder) const {
    must("chown -R " + std::to_string(uid_) + ":" + std::to_string(gid_) + " '" + folder + "'");
}

}  // namespace ukey::test
