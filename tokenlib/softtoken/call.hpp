// What every export has in common: no exception leaves it, faults strike in it, results go out by the
// two-call convention.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/bytes.hpp"
#include "tokenlib/softtoken/handles.hpp"
#include "tokenlib/softtoken/misbehave.hpp"
#include "tokenlib/softtoken/sar.hpp"

namespace ukey::softtoken {

/// The token that a call is about, for its faults.
struct CallTarget {
    HANDLE handle = nullptr;
    const char* device = nullptr;
    bool all = false;
    bool waits = false;  // not a call that keeps the library busy
};
inline CallTarget on(HANDLE handle) { return {.handle = handle}; }

using ExportBody = void (*)(void* context);
ULONG runExport(std::string_view function, const CallTarget& target, const Outputs& outputs, ExportBody body,
                void* context) noexcept;

/// `function` without SKF_; `body` throws SarError for every code but SAR_OK.
template <class Body>
ULONG exported(std::string_view function, const CallTarget& target, const Outputs& outputs,
               Body&& body) noexcept {
    return runExport(
        function, target, outputs, [](void* context) { (*static_cast<Body*>(context))(); }, &body);
}
template <class Body>
ULONG exported(std::string_view function, const CallTarget& target, Body&& body) noexcept {
    return exported(function, target, Outputs{}, std::forward<Body>(body));
}

/// The result of one of the structures.
template <class T>
Outputs fixed(T* result) noexcept {
    return {.data = result, .fixedSize = result == nullptr ? 0 : sizeof(T)};
}
inline Outputs sized(void* result, ULONG* length) noexcept { return {.data = result, .length = length}; }

/// Throws SAR_INVALIDPARAMERR for a null pointer among them.
template <class... T>
void requirePointers(const T*... pointers) {
    require((... && (pointers != nullptr)), SAR_INVALIDPARAMERR);
}

/// `size` octets of a caller; throws SAR_INVALIDPARAMERR for a null pointer, unless there are none.
ByteView input(const BYTE* data, ULONG size);

/// A caller's text of at least `minSize` and at most `maxSize` octets of UTF-8; throws `code` otherwise.
std::string text(const char* text, std::size_t minSize, std::size_t maxSize, ULONG code);
/// A PIN; throws SAR_PIN_LEN_RANGE.
Secret pinText(const char* pin);

/// The two-call convention: says the size for a null buffer; throws SAR_BUFFER_TOO_SMALL, and says the size,
/// for one that is too small. Whether something was written: false for a null buffer.
bool offer(std::size_t size, const BYTE* out, ULONG* length);
void give(ByteView bytes, BYTE* out, ULONG* length);
void giveNames(const std::vector<std::string>& names, LPSTR out, ULONG* length);

/// Fills a fixed text field, the rest with zeros; cut if it must be.
void putText(std::string_view text, CHAR* field, std::size_t size);

}  // namespace ukey::softtoken
