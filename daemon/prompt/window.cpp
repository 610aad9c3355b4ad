#include "daemon/prompt/window.hpp"

#include <glib-unix.h>
#include <gtk/gtk.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/prompt/locked_buffer.hpp"
#include "daemon/prompt/picture.hpp"
#include "tokenlib/prompt/attention.hpp"
#include "tokenlib/prompt/dialog_rows.hpp"
#include "tokenlib/prompt/overlooked.hpp"

namespace ukey::window {
namespace {

constexpr int kColumns = 46;
constexpr int kValueColumns = 32;
constexpr int kGap = 12;
/// Of the screen's height, for the text; more than that is scrolled.
constexpr double kShareOfScreen = 0.5;

/// The window of one question, while it is open.
class Window {
  public:
    Window(const Question& question, int input, const prompt::OnOverlooked& onOverlooked)
        : question_(question),
          onOverlooked_(onOverlooked),
          window_(gtk_window_new(GTK_WINDOW_TOPLEVEL)),
          body_(gtk_box_new(GTK_ORIENTATION_VERTICAL, kGap)) {
        build();
        connect(input);
    }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;
    ~Window() {
        for (const guint source : {readySource_, timeoutSource_, inputSource_, sightSource_}) {
            if (source != 0) g_source_remove(source);
        }
        gtk_widget_destroy(window_);
        while (gtk_events_pending() != FALSE) gtk_main_iteration();
    }

    Answer run() {
        gtk_widget_show_all(window_);
        gtk_window_present(GTK_WINDOW(window_));
        // Enter in a window that has just opened presses nothing.
        gtk_window_set_focus(GTK_WINDOW(window_), nullptr);
        gtk_main();
        return std::move(answer_);
    }

  private:
    // What it looks like.

    void build() {
        gtk_window_set_title(GTK_WINDOW(window_), question_.title.c_str());
        gtk_window_set_type_hint(GTK_WINDOW(window_), GDK_WINDOW_TYPE_HINT_DIALOG);
        // Screen readers read a dialog by themselves, a frame only when they are asked to.
        atk_object_set_role(gtk_widget_get_accessible(window_), ATK_ROLE_DIALOG);
        gtk_window_set_position(GTK_WINDOW(window_), GTK_WIN_POS_CENTER_ALWAYS);
        gtk_window_set_keep_above(GTK_WINDOW(window_), TRUE);
        gtk_window_set_resizable(GTK_WINDOW(window_), FALSE);
        gtk_container_set_border_width(GTK_CONTAINER(window_), 2 * kGap);
        gtk_container_add(GTK_CONTAINER(window_), body_);
        addText();
        if (!question_.error.empty()) showError(question_.error);
        if (question_.kind == Kind::pin) addFields();
        hint_ = addLabel(body_, message(question_.language, "prompt.wait"));
        gtk_style_context_add_class(gtk_widget_get_style_context(hint_), GTK_STYLE_CLASS_DIM_LABEL);
        addButtons();
    }

    /// As wide as it may be: the height of the whole is known only with a width that does not change.
    GtkWidget* addLabel(GtkWidget* box, const std::string& text, int columns = kColumns) {
        GtkWidget* label = gtk_label_new(text.c_str());
        gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
        gtk_label_set_line_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
        gtk_label_set_width_chars(GTK_LABEL(label), columns);
        gtk_label_set_max_width_chars(GTK_LABEL(label), columns);
        gtk_label_set_xalign(GTK_LABEL(label), 0);
        dress(label, PANGO_WEIGHT_NORMAL);
        gtk_container_add(GTK_CONTAINER(box), label);
        return label;
    }

    /// A hyphen at the end of a line would be read as one of the site's name.
    static void dress(GtkWidget* label, PangoWeight weight) {
        PangoAttrList* attributes = pango_attr_list_new();
        pango_attr_list_insert(attributes, pango_attr_weight_new(weight));
#if PANGO_VERSION_CHECK(1, 44, 0)
        pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
#endif
        gtk_label_set_attributes(GTK_LABEL(label), attributes);
        pango_attr_list_unref(attributes);
    }

    /// The rows above; what does not fit the screen is scrolled.
    void addText() {
        GtkWidget* beside = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2 * kGap);
        GtkWidget* grid = gtk_grid_new();
        gtk_grid_set_column_spacing(GTK_GRID(grid), kGap);
        gtk_grid_set_row_spacing(GTK_GRID(grid), kGap / 2);
        const std::vector<prompt::Row> rows = prompt::rowsOf(question_.text, question_.language);
        for (std::size_t place = rows.size(); place-- > 0;)
            addRow(grid, static_cast<int>(place), rows[place]);
        GtkWidget* scrolled = gtk_scrolled_window_new(nullptr, nullptr);
        gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
        gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
        gtk_scrolled_window_set_propagate_natural_width(GTK_SCROLLED_WINDOW(scrolled), TRUE);
        gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scrolled), roomForText());
        gtk_container_add(GTK_CONTAINER(scrolled), grid);
        if (GtkWidget* picture = pictureOf(question_.model, gtk_widget_get_scale_factor(window_))) {
            gtk_widget_set_valign(picture, GTK_ALIGN_START);
            gtk_container_add(GTK_CONTAINER(beside), picture);
        }
        gtk_box_pack_start(GTK_BOX(beside), scrolled, TRUE, TRUE, 0);
        gtk_container_add(GTK_CONTAINER(body_), beside);
    }

    /// A grid's children are read out in the reverse order of their coming: here and in addField() the last
    /// comes first.
    void addRow(GtkWidget* grid, int place, const prompt::Row& row) {
        const bool isFact = row.kind == prompt::RowKind::fact;
        GtkWidget* box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
        GtkWidget* value = addLabel(box, row.value, isFact ? kValueColumns : kColumns);
        if (row.kind == prompt::RowKind::heading) gtk_widget_set_margin_top(box, kGap);
        if (!isFact) return gtk_grid_attach(GTK_GRID(grid), box, 0, place, 2, 1);
        if (row.isStrong) dress(value, PANGO_WEIGHT_BOLD);
        GtkWidget* name = gtk_label_new(row.label.c_str());
        gtk_label_set_xalign(GTK_LABEL(name), 0);
        gtk_widget_set_valign(name, GTK_ALIGN_START);
        gtk_style_context_add_class(gtk_widget_get_style_context(name), GTK_STYLE_CLASS_DIM_LABEL);
        gtk_grid_attach(GTK_GRID(grid), box, 1, place, 1, 1);
        gtk_grid_attach(GTK_GRID(grid), name, 0, place, 1, 1);
    }

    int roomForText() const {
        GdkDisplay* display = gdk_display_get_default();
        GdkMonitor* monitor = gdk_display_get_primary_monitor(display);
        if (monitor == nullptr) monitor = gdk_display_get_monitor(display, 0);
        GdkRectangle area{0, 0, 640, 480};
        if (monitor != nullptr) gdk_monitor_get_workarea(monitor, &area);
        return static_cast<int>(area.height * kShareOfScreen);
    }

    void showError(const std::string& text) {
        if (error_ == nullptr) {
            error_ = addLabel(body_, text);
            gtk_style_context_add_class(gtk_widget_get_style_context(error_), GTK_STYLE_CLASS_ERROR);
        }
        gtk_label_set_text(GTK_LABEL(error_), text.c_str());
    }

    void addFields() {
        GtkWidget* grid = gtk_grid_new();
        gtk_grid_set_column_spacing(GTK_GRID(grid), kGap);
        gtk_grid_set_row_spacing(GTK_GRID(grid), kGap / 2);
        if (!question_.repeat.empty()) again_ = addField(grid, 1, question_.repeat);
        field_ = addField(grid, 0, question_.label);
        gtk_container_add(GTK_CONTAINER(body_), grid);
    }

    GtkWidget* addField(GtkWidget* grid, int row, const std::string& label) {
        GtkEntryBuffer* buffer = makeLockedBuffer();
        GtkWidget* field = gtk_entry_new_with_buffer(buffer);
        g_object_unref(buffer);
        gtk_entry_set_visibility(GTK_ENTRY(field), FALSE);
        gtk_entry_set_input_purpose(GTK_ENTRY(field), GTK_INPUT_PURPOSE_PASSWORD);
        gtk_widget_set_hexpand(field, TRUE);
        gtk_widget_set_sensitive(field, FALSE);
        GtkWidget* name = gtk_label_new(label.c_str());
        gtk_label_set_xalign(GTK_LABEL(name), 0);
        gtk_label_set_mnemonic_widget(GTK_LABEL(name), field);
        atk_object_set_name(gtk_widget_get_accessible(field), label.c_str());
        gtk_grid_attach(GTK_GRID(grid), field, 1, row, 1, 1);
        gtk_grid_attach(GTK_GRID(grid), name, 0, row, 1, 1);
        g_signal_connect(field, "activate", G_CALLBACK(onEnter), this);
        return field;
    }

    void addButtons() {
        GtkWidget* row = gtk_button_box_new(GTK_ORIENTATION_HORIZONTAL);
        gtk_button_box_set_layout(GTK_BUTTON_BOX(row), GTK_BUTTONBOX_END);
        gtk_box_set_spacing(GTK_BOX(row), kGap);
        if (question_.kind != Kind::notice) {
            addButton(row, question_.cancel, onCancel);
            if (!question_.other.empty() && question_.kind == Kind::question)
                addButton(row, question_.other, onOther);
        }
        GtkWidget* ok = addButton(row, question_.ok, onOk);
        gtk_style_context_add_class(gtk_widget_get_style_context(ok), GTK_STYLE_CLASS_SUGGESTED_ACTION);
        gtk_container_add(GTK_CONTAINER(body_), row);
    }

    GtkWidget* addButton(GtkWidget* row, const std::string& label, void (*pressed)(GtkWidget*, Window*)) {
        GtkWidget* button = gtk_button_new_with_label(label.c_str());
        gtk_container_add(GTK_CONTAINER(row), button);
        g_signal_connect(button, "clicked", G_CALLBACK(pressed), this);
        return button;
    }

    // What it does.

    void connect(int input) {
        gtk_widget_add_events(window_, GDK_BUTTON_PRESS_MASK);
        g_signal_connect(window_, "map-event", G_CALLBACK(onShown), this);
        g_signal_connect(window_, "notify::is-active", G_CALLBACK(onActive), this);
        g_signal_connect(window_, "key-press-event", G_CALLBACK(onKey), this);
        g_signal_connect(window_, "delete-event", G_CALLBACK(onDelete), this);
        gdk_event_handler_set(beforeAll, this, nullptr);
        const auto seconds = static_cast<guint>(question_.timeout.count());
        if (seconds > 0) timeoutSource_ = g_timeout_add_seconds(seconds, onTimeout, this);
        inputSource_ = g_unix_fd_add(input, GIOCondition(G_IO_HUP | G_IO_ERR), onHangUp, this);
    }

    static prompt::Attention::Clock::time_point now() { return prompt::Attention::Clock::now(); }

    /// Clicks go to the widget beneath; so they are judged before any has seen them.
    static void beforeAll(GdkEvent* event, gpointer data) {
        auto* self = static_cast<Window*>(data);
        const bool isClick = event->type == GDK_BUTTON_PRESS || event->type == GDK_2BUTTON_PRESS ||
                             event->type == GDK_3BUTTON_PRESS || event->type == GDK_TOUCH_BEGIN;
        if (isClick && !self->attention_.click(now())) {
            self->look();
            return;
        }
        gtk_main_do_event(event);
    }

    static gboolean onShown(GtkWidget*, GdkEvent*, Window* self) {
        self->attention_.shown(now());
        self->grabKeyboard();
        self->look();
        self->isShown_ = true;
        self->noticeSight();
        return FALSE;
    }
    static void onActive(GObject*, GParamSpec*, Window* self) { self->noticeSight(); }
    static gboolean onSight(gpointer data) {
        auto* self = static_cast<Window*>(data);
        self->sightSource_ = 0;
        self->noticeSight();
        return G_SOURCE_REMOVE;
    }

    /// With the keyboard grabbed, the window is active wherever it lies; not so where another holds it, or
    /// the desktop gives it to nobody (Wayland).
    void noticeSight() {
        if (!isShown_) return;
        if (gtk_window_is_active(GTK_WINDOW(window_)) != FALSE) {
            overlooked_.back();
        } else {
            overlooked_.away(now());
        }
        if (const auto news = overlooked_.news(now())) {
            gtk_window_set_urgency_hint(GTK_WINDOW(window_), *news ? TRUE : FALSE);
            onOverlooked_(*news);
        }
        if (sightSource_ != 0) g_source_remove(std::exchange(sightSource_, 0));
        if (const auto due = overlooked_.due()) sightSource_ = g_timeout_add(milliUntil(*due), onSight, this);
    }
    static guint milliUntil(prompt::Attention::Clock::time_point at) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at - now());
        return static_cast<guint>(std::max<std::int64_t>(left.count(), 0) + 1);
    }

    /// So that what is typed goes nowhere else.
    void grabKeyboard() {
        GdkWindow* surface = gtk_widget_get_window(window_);
        GdkSeat* seat = gdk_display_get_default_seat(gdk_display_get_default());
        (void)gdk_seat_grab(seat, surface, GDK_SEAT_CAPABILITY_KEYBOARD, TRUE, nullptr, nullptr, nullptr,
                            nullptr);
    }

    /// Takes input from the moment on when it counts.
    void look() {
        const bool ready = attention_.isThere(now());
        if (ready != ready_) {
            ready_ = ready;
            // For whoever has eyes for windows alone.
            gtk_window_set_role(GTK_WINDOW(window_), ready ? "answerable" : "waiting");
            gtk_label_set_text(GTK_LABEL(hint_),
                               message(question_.language, ready ? "prompt.ready" : "prompt.wait").c_str());
            for (GtkWidget* field : {field_, again_}) {
                if (field != nullptr) gtk_widget_set_sensitive(field, ready ? TRUE : FALSE);
            }
            if (ready && field_ != nullptr) gtk_widget_grab_focus(field_);
        }
        if (readySource_ != 0) g_source_remove(std::exchange(readySource_, 0));
        if (ready) return;
        readySource_ = g_timeout_add(milliUntil(attention_.earliest()), onQuiet, this);
    }
    static gboolean onQuiet(gpointer data) {
        auto* self = static_cast<Window*>(data);
        self->readySource_ = 0;
        self->look();
        return G_SOURCE_REMOVE;
    }

    static gboolean onKey(GtkWidget*, GdkEventKey* event, Window* self) {
        if (!self->attention_.key(now())) {
            self->look();
            return TRUE;
        }
        if (event->keyval == GDK_KEY_Escape) {
            self->finish(Outcome::cancelled);
            return TRUE;
        }
        const guint32 character = gdk_keyval_to_unicode(event->keyval);
        const bool isText = character > ' ' && (event->state & (GDK_CONTROL_MASK | GDK_MOD1_MASK)) == 0;
        if (self->field_ == nullptr && isText) {
            self->attention_.astray(now());
            self->look();
            return TRUE;
        }
        return FALSE;
    }
    static gboolean onDelete(GtkWidget*, GdkEvent*, Window* self) {
        self->finish(Outcome::cancelled);
        return TRUE;
    }
    static gboolean onTimeout(gpointer data) {
        auto* self = static_cast<Window*>(data);
        self->timeoutSource_ = 0;
        self->finish(Outcome::timedOut);
        return G_SOURCE_REMOVE;
    }
    static gboolean onHangUp(gint, GIOCondition, gpointer data) {
        auto* self = static_cast<Window*>(data);
        self->inputSource_ = 0;
        self->finish(Outcome::cancelled);
        return G_SOURCE_REMOVE;
    }
    static void onCancel(GtkWidget*, Window* self) { self->finish(Outcome::cancelled); }
    static void onOther(GtkWidget*, Window* self) { self->finish(Outcome::other); }
    static void onOk(GtkWidget*, Window* self) { self->agree(); }
    static void onEnter(GtkWidget* field, Window* self) {
        if (field == self->field_ && self->again_ != nullptr) return gtk_widget_grab_focus(self->again_);
        self->agree();
    }

    void agree() {
        if (!attention_.isThere(now())) return;
        if (field_ == nullptr) return finish(Outcome::ok);
        const std::string_view pin = gtk_entry_get_text(GTK_ENTRY(field_));
        if (pin.empty()) return gtk_widget_grab_focus(field_);
        if (again_ != nullptr && pin != gtk_entry_get_text(GTK_ENTRY(again_))) {
            gtk_entry_set_text(GTK_ENTRY(again_), "");
            showError(question_.repeatError);
            gtk_widget_show_all(body_);
            return gtk_widget_grab_focus(field_);
        }
        answer_.pin = Secret::copyOf(pin);
        finish(Outcome::ok);
    }

    void finish(Outcome outcome) {
        answer_.outcome = outcome;
        gdk_event_handler_set(plainly, nullptr, nullptr);
        gdk_seat_ungrab(gdk_display_get_default_seat(gdk_display_get_default()));
        gtk_main_quit();
    }
    static void plainly(GdkEvent* event, gpointer) { gtk_main_do_event(event); }

    const Question& question_;
    const prompt::OnOverlooked& onOverlooked_;
    GtkWidget* window_;
    GtkWidget* body_;
    GtkWidget* hint_ = nullptr;
    GtkWidget* error_ = nullptr;
    GtkWidget* field_ = nullptr;
    GtkWidget* again_ = nullptr;
    guint readySource_ = 0;
    guint timeoutSource_ = 0;
    guint inputSource_ = 0;
    guint sightSource_ = 0;
    bool isShown_ = false;
    bool ready_ = false;
    prompt::Attention attention_;
    prompt::Overlooked overlooked_;
    Answer answer_;
};

}  // namespace

bool openDisplay() { return gtk_init_check(nullptr, nullptr) != FALSE; }

Answer ask(const Question& question, int input, const prompt::OnOverlooked& onOverlooked) {
    return Window(question, input, onOverlooked).run();
}

}  // namespace ukey::window
