#include "tokenlib/prompt/dialog_text.hpp"

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
    const std::string label = printable(facts.tokenLabel, limits.label);
    const std::string serial = printable(facts.tokenSerial, limits.serial);
    const auto* key = label.empty() ? "dialog.token-unlabelled" : "dialog.token";
    lines.add(key, {{"label", label}, {"serial", serial}});
}

std::string textWithin(const Limits& limits, const DialogFacts& facts) {
    Lines lines(facts.language);
    const std::string origin = printable(facts.origin, kOrigin);
    const bool site = facts.origin.find("://") != std::string_view::npos;
    lines.add(site ? "dialog.site" : "dialog.program", {{"value", origin}});

    const bool known = facts.operation.starts_with("operation.") && hasMessage(facts.operation);
    lines.add("dialog.operation",
              {{"value", message(facts.language, known ? facts.operation : "operation.other")}});
    addToken(lines, facts, limits);
    if (!facts.certificate.empty()) {
        lines.add("dialog.certificate", {{"value", printable(facts.certificate, limits.certificate)}});
    }
    if (facts.triesLeft) {
        const std::string count = std::to_string(*facts.triesLeft);
        lines.add("dialog.tries-left", {{"count", count}});
    }
    for (const std::string& note : facts.notes) lines.add(note);
    if (const std::string page = printable(facts.pageText, limits.pageText); !page.empty()) {
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
