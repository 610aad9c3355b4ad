#include "daemon/prompt/picture.hpp"

#include "tokenlib/models/pictures.hpp"

namespace ukey::window {
namespace {

constexpr int kWidth = 120;
constexpr int kHeight = 72;

}  // namespace

GtkWidget* pictureOf(const std::string& model, int scale) {
    const std::string_view drawing = models::pictureOf(model);
    if (drawing.empty()) return nullptr;
    GdkPixbufLoader* loader = gdk_pixbuf_loader_new_with_type("svg", nullptr);
    if (loader == nullptr) return nullptr;
    gdk_pixbuf_loader_set_size(loader, kWidth * scale, kHeight * scale);
    const auto* octets = reinterpret_cast<const guchar*>(drawing.data());
    const bool read = gdk_pixbuf_loader_write(loader, octets, drawing.size(), nullptr) != FALSE;
    const bool whole = gdk_pixbuf_loader_close(loader, nullptr) != FALSE;
    GtkWidget* picture = nullptr;
    GdkPixbuf* pixels = read && whole ? gdk_pixbuf_loader_get_pixbuf(loader) : nullptr;
    if (pixels != nullptr) {
        cairo_surface_t* surface = gdk_cairo_surface_create_from_pixbuf(pixels, scale, nullptr);
        picture = gtk_image_new_from_surface(surface);
        cairo_surface_destroy(surface);
        atk_object_set_name(gtk_widget_get_accessible(picture), model.c_str());
    }
    g_object_unref(loader);
    return picture;
}

}  // namespace ukey::window
