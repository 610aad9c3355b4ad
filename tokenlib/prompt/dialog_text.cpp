#include "tokenlib/prompt/dialog_text.hpp"

#include <algorithm>
#include <cstddef>

#include "tokenlib/base/text.hpp"
#include "tokenlib/prompt/assuan.hpp"

namespace ukey::prompt {
namespace {

/// Longest texts, in characters, that a dialog takes before it stops being readable.
struct Limits {
    std::size_t label = 64;
    std::size_t serial = 64;
    std::size_t certificate = 160;
    std::size_t pageText = 200;
};
/// An origin is never cut within what the length of a host name allows: its end is what tells one site from
/// another.
constexpr std::size_t kOrigin = 300;
/// No limit above gets shorter than this, with which everything fits; and by how much it does in a step.
constexpr std::size_t kShortest = 8;

/// What others say takes no more of the dialog than this, in columns of a terminal.
constexpr std::size_t kLines = 4;
constexpr std::size_t kColumns = 60;

bool isIn(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// Blanks of every width, and letters that show nothing.
bool isBlank(char32_t c) {
    return c <= 0x20 || c == 0x7f || c == 0xa0 || c == 0x115f || c == 0x1160 || c == 0x1680 ||
           isIn(c, 0x2000, 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
           c == 0x2800 || c == 0x3000 || c == 0x3164 || c == 0xffa0;
}

/// What could end our own quotation.
bool isQuote(char32_t c) {
    return c == U'"' || isIn(c, 0x201c, 0x201f) || isIn(c, 0x300c, 0x300f) || isIn(c, 0x301d, 0x301f) ||
           c == 0x2033 || c == 0x2036 || c == 0xff02 || c == 0xab || c == 0xbb || c == 0x275d ||
           c == 0x275e || isIn(c, 0xfe41, 0xfe44) || c == 0xff62 || c == 0xff63;
}

bool isWide(char32_t c) {
    return isIn(c, 0x1100, 0x115f) || isIn(c, 0x2e80, 0xa4cf) || isIn(c, 0xac00, 0xd7a3) ||
           isIn(c, 0xf900, 0xfaff) || isIn(c, 0xfe30, 0xfe6f) || isIn(c, 0xff00, 0xff60) ||
           isIn(c, 0xffe0, 0xffe6) || isIn(c, 0x1f300, 0x1faff) || isIn(c, 0x20000, 0x3fffd);
}

/// What goes on top of the letter before it; a tower of them covers the lines above.
bool isMark(char32_t c) {
    return isIn(c, 0x300, 0x36f) || isIn(c, 0x483, 0x489) || isIn(c, 0x1ab0, 0x1aff) ||
           isIn(c, 0x1dc0, 0x1dff) || isIn(c, 0x20d0, 0x20ff) || isIn(c, 0xfe20, 0xfe2f);
}

/// Text of others as it may stand in our frame: on one line, with single blanks and no quotes of ours.
std::u32string tamed(std::string_view text, std::size_t maxCharacters) {
    // Line ends count as blanks, so before printable() drops them.
    std::string spaced(text);
    std::replace_if(
        spaced.begin(), spaced.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    std::u32string tame;
    std::size_t marks = 0;
    const auto points = codePointsOf(printable(spaced, maxCharacters));
    for (const char32_t c : points.value_or(std::u32string())) {
        marks = isMark(c) ? marks + 1 : 0;
        if (marks > 2) continue;
        if (!isBlank(c)) {
            tame += isQuote(c) ? U'\'' : c;
        } else if (!tame.empty() && tame.back() != U' ') {
            tame += U' ';
        }
    }
    if (!tame.empty() && tame.back() == U' ') tame.pop_back();
    return tame;
}

std::string onOneLine(std::string_view text, std::size_t maxCharacters) {
    return utf8From(tamed(text, maxCharacters));
}

std::string onSomeLines(std::string_view text, std::size_t maxCharacters) {
    std::u32string broken;
    std::size_t column = 0;
    std::size_t line = 1;
    for (const char32_t c : tamed(text, maxCharacters)) {
        const std::size_t width = isMark(c) ? 0 : isWide(c) ? 2 : 1;
        if (column + width > kColumns) {
            if (++line > kLines) return utf8From(broken) + "…";
            broken += U'\n';
            column = 0;
        }
        broken += c;
        column += width;
    }
    return utf8From(broken);
}

class Lines {
  public:
    explicit Lines(Language language) : language_(language) {}

    void add(std::string_view line) {
        if (!text_.empty()) text_ += '\n';
        text_ += line;
    }
    void add(std::string_view key, std::initializer_list<Filling> values) {
        add(message(language_, key, values));
    }
    std::string take() { return std::move(text_); }

  private:
    Language language_;
    std::string text_;
};

void addToken(Lines& lines, const DialogFacts& facts, const Limits& limits) {
    if (facts.tokenSerial.empty() && facts.tokenLabel.empty()) return;
    const std::string label = onOneLine(facts.tokenLabel, limits.label);
    const std::string serial = onOneLine(facts.tokenSerial, limits.serial);
    const auto* key = label.empty() ? "dialog.token-unlabelled" : "dialog.token";
    lines.add(key, {{"label", label}, {"serial", serial}});
}

std::string textWithin(const Limits& limits, const DialogFacts& facts) {
    Lines lines(facts.language);
    const std::string origin = onOneLine(facts.origin, kOrigin);
    lines.add(isSite(facts.origin) ? "dialog.site" : "dialog.program", {{"value", origin}});

    const bool known = facts.operation.starts_with("operation.") && hasMessage(facts.operation);
    lines.add("dialog.operation",
              {{"value", message(facts.language, known ? facts.operation : "operation.other")}});
    addToken(lines, facts, limits);
    if (!facts.certificate.empty()) {
        lines.add("dialog.certificate", {{"value", onOneLine(facts.certificate, limits.certificate)}});
    }
    if (facts.triesLeft) {
        const std::string count = std::to_string(*facts.triesLeft);
        lines.add("dialog.tries-left", {{"count", count}});
    }
    for (const std::string& note : facts.notes) lines.add(note);
    if (const std::string page = onSomeLines(facts.pageText, limits.pageText); !page.empty()) {
        // Last, under a heading of its own and in quotes: nothing of ours follows that it could imitate.
        lines.add("");
        lines.add("dialog.page-text", {});
        lines.add("“" + page + "”");
    }
    return lines.take();
}

}  // namespace

std::string dialogText(const DialogFacts& facts) {
    Limits limits;
    std::string text = textWithin(limits, facts);
    for (std::size_t* limit : {&limits.pageText, &limits.certificate, &limits.label, &limits.serial}) {
        while (assuan::escapedSize(text) > assuan::kMaxParameter && *limit > kShortest) {
            *limit -= kShortest;
            text = textWithin(limits, facts);
        }
    }
    return text;
}

}  // namespace ukey::prompt
