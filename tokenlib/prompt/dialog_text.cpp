#include "tokenlib/prompt/dialog_text.hpp"

#include <cstddef>

#include "tokenlib/base/text.hpp"

namespace ukey::prompt {
namespace {

// Longest texts that a dialog takes before it stops being readable. An origin is never cut within what the
// length of a host name allows: its end is what tells one site from another.
constexpr std::size_t kOrigin = 300;
constexpr std::size_t kLabel = 64;
constexpr std::size_t kSerial = 64;
constexpr std::size_t kCertificate = 160;
constexpr std::size_t kPageText = 200;

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

void addToken(Lines& lines, const DialogFacts& facts) {
    if (facts.tokenSerial.empty() && facts.tokenLabel.empty()) return;
    const std::string label = printable(facts.tokenLabel, kLabel);
    const std::string serial = printable(facts.tokenSerial, kSerial);
    const auto* key = label.empty() ? "dialog.token-unlabelled" : "dialog.token";
    lines.add(key, {{"label", label}, {"serial", serial}});
}

}  // namespace

std::string dialogText(const DialogFacts& facts) {
    Lines lines(facts.language);
    const std::string origin = printable(facts.origin, kOrigin);
    const bool site = facts.origin.find("://") != std::string_view::npos;
    lines.add(site ? "dialog.site" : "dialog.program", {{"value", origin}});

    const bool known = facts.operation.starts_with("operation.") && hasMessage(facts.operation);
    lines.add("dialog.operation",
              {{"value", message(facts.language, known ? facts.operation : "operation.other")}});
    addToken(lines, facts);
    if (!facts.certificate.empty()) {
        lines.add("dialog.certificate", {{"value", printable(facts.certificate, kCertificate)}});
    }
    if (facts.triesLeft) {
        const std::string count = std::to_string(*facts.triesLeft);
        lines.add("dialog.tries-left", {{"count", count}});
    }
    for (const std::string& note : facts.notes) lines.add(note);
    if (const std::string page = printable(facts.pageText, kPageText); !page.empty()) {
        // Last, under a heading of its own and in quotes: nothing of ours follows that it could imitate.
        lines.add("");
        lines.add("dialog.page-text", {});
        lines.add("“" + page + "”");
    }
    return lines.take();
}

}  // namespace ukey::prompt
