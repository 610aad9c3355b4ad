// The text of a dialog (dialog_text.hpp) as a window lays it out: what is ours in rows, what is another's in
// a frame below. One reading for the windows of all systems.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenlib/base/messages.hpp"

namespace ukey::prompt {

enum class RowKind : std::uint8_t {
    fact,     ///< "label: value".
    line,     ///< Without a label.
    heading,  ///< Ours, above what is another's.
    quoted,   ///< Another's: stands in a frame.
};

struct Row {
    RowKind kind = RowKind::line;
    std::string label;
    std::string value;
    bool isStrong = false;  ///< Who asks and for what: the first two facts.
};

/// Everything after the first empty line is another's, but for the heading with which that begins; nothing
/// there becomes a fact, whatever it says.
std::vector<Row> rowsOf(std::string_view text, Language language);

}  // namespace ukey::prompt
