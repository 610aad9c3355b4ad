#include "daemon/prompt/locked_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace ukey::window {
namespace {

struct Held {
    Secret octets{kLongestPin};
    guint characters = 0;
};

struct LockedBuffer {
    GtkEntryBuffer parent;
    Held held;
};
struct LockedBufferClass {
    GtkEntryBufferClass parent;
};

Held& heldBy(gpointer buffer) { return static_cast<LockedBuffer*>(buffer)->held; }

gsize octetsOf(const char* text, guint characters) {
    return static_cast<gsize>(g_utf8_offset_to_pointer(text, static_cast<glong>(characters)) - text);
}

const gchar* textOf(GtkEntryBuffer* buffer, gsize* octets) {
    const Held& held = heldBy(buffer);
    if (octets != nullptr) *octets = held.octets.size();
    return held.octets.cString();
}

guint lengthOf(GtkEntryBuffer* buffer) { return heldBy(buffer).characters; }

guint insert(GtkEntryBuffer* buffer, guint position, const gchar* text, guint characters) {
    Held& held = heldBy(buffer);
    const gsize added = octetsOf(text, characters);
    // All of it or nothing: half of a PIN would be a wrong one.
    if (held.octets.size() + added > kLongestPin) return 0;
    const gsize at = octetsOf(held.octets.cString(), std::min(position, held.characters));
    const gsize behind = held.octets.size() - at;
    held.octets.resize(held.octets.size() + added);
    std::memmove(held.octets.data() + at + added, held.octets.data() + at, behind);
    std::memcpy(held.octets.data() + at, text, added);
    held.characters += characters;
    gtk_entry_buffer_emit_inserted_text(buffer, position, text, characters);
    return characters;
}

guint remove(GtkEntryBuffer* buffer, guint position, guint characters) {
    Held& held = heldBy(buffer);
    if (position >= held.characters) return 0;
    characters = std::min(characters, held.characters - position);
    const gsize from = octetsOf(held.octets.cString(), position);
    const gsize to = octetsOf(held.octets.cString(), position + characters);
    std::memmove(held.octets.data() + from, held.octets.data() + to, held.octets.size() - to);
    held.octets.resize(held.octets.size() - (to - from));
    held.characters -= characters;
    gtk_entry_buffer_emit_deleted_text(buffer, position, characters);
    return characters;
}

void finalize(GObject* object) {
    heldBy(object).~Held();
    auto* parent = static_cast<GObjectClass*>(g_type_class_peek(GTK_TYPE_ENTRY_BUFFER));
    parent->finalize(object);
}

void setUpClass(gpointer type, gpointer) {
    auto* buffer = static_cast<GtkEntryBufferClass*>(type);
    buffer->get_text = textOf;
    buffer->get_length = lengthOf;
    buffer->insert_text = insert;
    buffer->delete_text = remove;
    static_cast<GObjectClass*>(type)->finalize = finalize;
}

void setUp(GTypeInstance* instance, gpointer) {
    ::new (&reinterpret_cast<LockedBuffer*>(instance)->held) Held();
}

GType lockedBufferType() {
    static const GType type =
        g_type_register_static_simple(GTK_TYPE_ENTRY_BUFFER, "UkeyLockedBuffer", sizeof(LockedBufferClass),
                                      setUpClass, sizeof(LockedBuffer), setUp, GTypeFlags(0));
    return type;
}

}  // namespace

GtkEntryBuffer* makeLockedBuffer() {
    return static_cast<GtkEntryBuffer*>(g_object_new(lockedBufferType(), nullptr));
}

}  // namespace ukey::window
