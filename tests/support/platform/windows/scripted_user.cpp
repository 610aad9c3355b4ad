// ukey-scripted-user ANSWERS LOG: sits before the screen, and answers the dialogs of Ukey Bridge with keys
// and clicks, one after the other, from the file ANSWERS; each dialog takes the first line and removes it.
// What it saw goes to LOG, one object of JSON a dialog: {"kind": "pin" | "confirm" | "message" | "meeting",
// "text"}. Answers, as tests/support/pinentry_script has them:
//
//   pin TEXT   types TEXT, twice where a new PIN is asked for
//   ok         presses the button that agrees
//   cancel     presses Escape
//   hang       leaves the dialog open until it closes by itself
//
// A dialog without an answer is cancelled; the code of a first meeting is always confirmed, and takes no
// answer.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/platform/windows/hands.hpp"
#include "tokenlib/base/messages.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/prompt/platform/windows/dialog_face.hpp"

namespace ukey::test {
namespace {

constexpr int kAgree = prompt::windows::kAgree;

/// A window's own process tells nobody when it is ready; a user looks, too.
void look() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

bool isOpen(HWND window) { return ::IsWindow(window) != FALSE && ::IsWindowVisible(window) != FALSE; }

struct Seen {
    HWND window = nullptr;
    Language language = Language::chinese;
};

Seen waitForDialog() {
    for (;; look()) {
        for (const Language language : {Language::chinese, Language::english})
            if (const HWND window = dialogTitled(message(language, "dialog.title")))
                return {window, language};
    }
}

class Reply {
  public:
    explicit Reply(const Seen& seen) : window_(seen.window), language_(seen.language) {}

    std::string kind() const {
        if (!fields().empty()) return "pin";
        if (says(window_, message(language_, "dialog.same"))) return "meeting";
        return controlsOf(window_, "Button").size() > 1 ? "confirm" : "message";
    }
    std::string text() const {
        std::string all;
        for (const HWND control : controlsOf(window_)) all += textOf(control) + "\n";
        return all;
    }
    /// False when the dialog went before it took an answer.
    bool waitUntilItCounts() const {
        while (isOpen(window_) && !says(window_, message(language_, "prompt.ready"))) look();
        return isOpen(window_);
    }
    void give(const std::string& answer) const {
        if (answer == "ok") return agree();
        if (answer == "hang") return;
        if (answer.starts_with("pin ")) return typeIn(answer.substr(4));
        press(VK_ESCAPE);
    }
    void waitUntilGone() const {
        while (isOpen(window_)) look();
    }

  private:
    /// One that hides what is typed.
    std::vector<HWND> fields() const {
        std::vector<HWND> found;
        for (const HWND edit : controlsOf(window_, "Edit"))
            if ((::GetWindowLongPtrW(edit, GWL_STYLE) & ES_PASSWORD) != 0) found.push_back(edit);
        return found;
    }
    void agree() const {
        if (const HWND button = ::GetDlgItem(window_, kAgree)) clickOn(button);
    }
    void typeIn(const std::string& pin) const {
        for (const HWND field : fields()) {
            while (isOpen(window_) && focusIn(window_) != field) look();
            type(pin);
            press(VK_RETURN);
        }
    }

    HWND window_;
    Language language_;
};

std::string takeAnswer(const std::filesystem::path& file) {
    std::vector<std::string> lines;
    {
        std::ifstream stream(file);
        for (std::string line; std::getline(stream, line);) lines.push_back(line);
    }
    if (lines.empty()) return "cancel";
    std::ofstream rest(file);
    for (std::size_t i = 1; i < lines.size(); ++i) rest << lines[i] << '\n';
    return lines.front();
}

void sit(const std::filesystem::path& answers, const std::filesystem::path& log) {
    for (;;) {
        const Reply reply(waitForDialog());
        if (!reply.waitUntilItCounts()) continue;
        const std::string kind = reply.kind();
        const std::string answer = kind == "meeting" ? "ok" : takeAnswer(answers);
        std::ofstream(log, std::ios::app) << nlohmann::json{{"kind", kind}, {"text", reply.text()}} << '\n';
        reply.give(answer);
        reply.waitUntilGone();
    }
}

}  // namespace
}  // namespace ukey::test

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::printf("before the screen\n");
    std::fflush(stdout);
    ukey::test::sit(ukey::pathFrom(argv[1]), ukey::pathFrom(argv[2]));
    return 0;
}
