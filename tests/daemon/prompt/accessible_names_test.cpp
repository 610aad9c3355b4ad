// What a screen reader is told of the window, by GTK's own accessibility objects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <gtk/gtk.h>
#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

#include "daemon/prompt/window.hpp"
#include "tests/daemon/ukeyd/screen_of_its_own.hpp"

namespace ukey::window {
namespace {

using testing::Contains;
using testing::Pair;

using Names = std::vector<std::pair<AtkRole, std::string>>;

void collect(GtkWidget* widget, gpointer into) {
    if (gtk_widget_get_visible(widget) == FALSE) return;
    AtkObject* object = gtk_widget_get_accessible(widget);
    const char* name = atk_object_get_name(object);
    static_cast<Names*>(into)->emplace_back(atk_object_get_role(object), name == nullptr ? "" : name);
    if (GTK_IS_CONTAINER(widget) != FALSE) gtk_container_forall(GTK_CONTAINER(widget), collect, into);
}

struct Look {
    Names names;
    int end;  ///< Of the conversation: closing it closes the window.
};

gboolean lookAndClose(gpointer data) {
    auto* look = static_cast<Look*>(data);
    GList* windows = gtk_window_list_toplevels();
    for (GList* window = windows; window != nullptr; window = window->next)
        collect(static_cast<GtkWidget*>(window->data), &look->names);
    g_list_free(windows);
    ::close(look->end);
    return G_SOURCE_REMOVE;
}

Names namesIn(const Question& question) {
    static const test::ScreenOfItsOwn screen;
    EXPECT_TRUE(openDisplay());
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    Look look{{}, pipe[1]};
    g_idle_add(lookAndClose, &look);
    EXPECT_EQ(ask(question, pipe[0], [](bool) {}).outcome, Outcome::cancelled);
    ::close(pipe[0]);
    return look.names;
}

class AccessibleNames : public testing::TestWithParam<Language> {
  protected:
    static Question questionIn(Language language) {
        Question question;
        question.language = language;
        question.title = message(language, "dialog.title");
        question.text = message(language, "dialog.site", {{"value", "https://portal.example"}});
        question.ok = message(language, "dialog.ok");
        question.cancel = message(language, "dialog.cancel");
        return question;
    }
};
INSTANTIATE_TEST_SUITE_P(Languages, AccessibleNames, testing::Values(Language::chinese, Language::english));

TEST_P(AccessibleNames, fieldsOfANewPin_areNamedByTheirLabels) {
    Question question = questionIn(GetParam());
    question.kind = Kind::pin;
    question.label = message(GetParam(), "dialog.new-pin");
    question.repeat = message(GetParam(), "dialog.repeat-pin");
    question.error = message(GetParam(), "dialog.pin-run");
    const Names names = namesIn(question);
    EXPECT_THAT(names, Contains(Pair(ATK_ROLE_PASSWORD_TEXT, question.label)));
    EXPECT_THAT(names, Contains(Pair(ATK_ROLE_PASSWORD_TEXT, question.repeat)));
    EXPECT_THAT(names, Contains(Pair(ATK_ROLE_LABEL, question.error)));
    EXPECT_THAT(names, Contains(Pair(testing::_, question.title)));
}

TEST_P(AccessibleNames, buttonsAndFacts_areReadAsTheyStand) {
    Question question = questionIn(GetParam());
    question.ok = message(GetParam(), "dialog.allow");
    question.cancel = message(GetParam(), "dialog.deny");
    const Names names = namesIn(question);
    EXPECT_THAT(names, Contains(Pair(ATK_ROLE_PUSH_BUTTON, question.ok)));
    EXPECT_THAT(names, Contains(Pair(ATK_ROLE_PUSH_BUTTON, question.cancel)));
    EXPECT_THAT(names, Contains(Pair(ATK_ROLE_LABEL, std::string("https://portal.example"))));
    EXPECT_THAT(names, Contains(Pair(ATK_ROLE_LABEL, message(GetParam(), "prompt.wait"))));
    for (const auto& [role, name] : names) {
        const bool isControl = role == ATK_ROLE_PUSH_BUTTON || role == ATK_ROLE_PASSWORD_TEXT;
        EXPECT_FALSE(isControl && name.empty()) << "a control without a name";
    }
}

}  // namespace
}  // namespace ukey::window
