#include "tokenlib/base/platform/windows/event_log.hpp"

#include <windows.h>

#include <exception>
#include <memory>

#include "tokenlib/base/platform/windows/wide_text.hpp"

namespace ukey::platform {
namespace {

struct SourceCloser {
    void operator()(void* source) const noexcept { ::DeregisterEventSource(source); }
};

}  // namespace

void reportToEventLog(const std::string& text) noexcept {
    try {
        const std::unique_ptr<void, SourceCloser> source(::RegisterEventSourceW(nullptr, L"Ukey"));
        if (!source) return;
        const std::wstring wide = toWide(text);
        const wchar_t* texts[] = {wide.c_str()};
        ::ReportEventW(source.get(), EVENTLOG_ERROR_TYPE, 0, 1, nullptr, 1, 0, texts, nullptr);
    } catch (const std::exception&) {
        // Without memory for the text there is nothing to report it with.
        return;
    }
}

}  // namespace ukey::platform
