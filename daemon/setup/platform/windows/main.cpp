// ukey-setup: run by the MSI with the rights of the system. `apply` turns its properties into values of the
// registry, `remove` takes these away again.

// Windows.h must come first.
// clang-format off
#include <windows.h>
// clang-format on

#include <cstdio>
#include <exception>
#include <string>

#include "daemon/setup/platform/windows/policy_values.hpp"
#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace {

/// The MSI's own log has an exit status alone; this is where an administrator looks next.
void report(const std::string& what) {
    std::fprintf(stderr, "ukey-setup: %s\n", what.c_str());
    const HANDLE log = ::RegisterEventSourceW(nullptr, L"Ukey");
    if (log == nullptr) return;
    const std::wstring text = ukey::platform::toWide("ukey-setup: " + what);
    const wchar_t* texts[] = {text.c_str()};
    ::ReportEventW(log, EVENTLOG_ERROR_TYPE, 0, 1, nullptr, 1, 0, texts, nullptr);
    ::DeregisterEventSource(log);
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
