// ukey-setup: run by the MSI with the rights of the system. `apply` turns its properties into values of the
// registry, `remove` takes these away again.

#include <cstdio>
#include <exception>
#include <string>

#include "daemon/setup/platform/windows/policy_values.hpp"
#include "tokenlib/base/platform/windows/event_log.hpp"

namespace {

/// The MSI's own log has an exit status alone; this is where an administrator looks next.
void report(const std::string& what) {
    std::fprintf(stderr, "ukey-setup: %s\n", what.c_str());
    ukey::platform::reportToEventLog("ukey-setup: " + what);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string command = argc == 2 ? argv[1] : "";
    try {
        if (command == "apply") {
            ukey::setup::applyProperties(ukey::setup::storedProperties());
            return 0;
        }
        if (command == "remove") {
            ukey::setup::removeWritten();
            return 0;
        }
        report("say apply or remove");
        return 2;
    } catch (const std::exception& error) {
        report(error.what());
        return 1;
    }
}
