#include "tokenlib/prompt/dialog_rows.hpp"

#include <algorithm>
#include <cstddef>

namespace ukey::prompt {
namespace {

/// In octets; a longer one is no label.
constexpr std::size_t kLongestLabel = 36;
/// The site or program, and the operation (dialog_text.cpp).
constexpr std::size_t kStrongRows = 2;

Row ownRow(std::string_view line, Language language) {
    const std::string_view colon = language == Language::chinese ? "：" : ": ";
    const auto at = line.find(colon);
    if (at == std::string_view::npos || at == 0 || at > kLongestLabel)
        return {RowKind::line, "", std::string(line), false};
    return {RowKind::fact, std::string(line.substr(0, at)), std::string(line.substr(at + colon.size())),
            false};
}

}  // namespace

std::vector<Row> rowsOf(std::string_view text, Language language) {
    std::vector<Row> rows;
    bool quoting = false;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (quoting) {
            const bool isFirst = rows.empty() || rows.back().kind < RowKind::heading;
            rows.push_back(
                {isFirst ? RowKind::heading : RowKind::quoted, "", std::string(line), /*isStrong=*/false});
        } else if (line.empty()) {
            quoting = true;
        } else {
            rows.push_back(ownRow(line, language));
            rows.back().isStrong = rows.back().kind == RowKind::fact && rows.size() <= kStrongRows;
        }
    }
    return rows;
}

}  // namespace ukey::prompt
