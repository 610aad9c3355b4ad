#include <cstdint>

#include "tokenlib/base/text.hpp"
#include "tokenlib/prompt/assuan.hpp"

/// The lines of a dialog's answer, and a text on its way into a command.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ukey::prompt;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    ukey::Secret pin(64);
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = rest.find('\n');
        const assuan::Line line = assuan::parseLine(rest.substr(0, end));
        if (line.kind == assuan::LineKind::data) (void)assuan::appendData(pin, line.rest);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    if (pin.size() > 64) __builtin_trap();

    const std::string parameter = assuan::escaped(text);
    if (parameter.size() > assuan::kMaxLine || parameter.find_first_of("\r\n") != std::string::npos ||
        (ukey::isUtf8(text) && !ukey::isUtf8(parameter)))
        __builtin_trap();
    return 0;
}
