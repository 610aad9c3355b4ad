#include "tokenlib/prompt/platform/windows/picture.hpp"

#include <objidl.h>
#include <shlwapi.h>
// Wants what comes before.
#include <gdiplus.h>

namespace ukey::prompt::windows {
namespace {

/// GDI+, for as long as it is used.
class Drawing {
  public:
    Drawing() {
        const Gdiplus::GdiplusStartupInput input;
        hasBegun_ = Gdiplus::GdiplusStartup(&token_, &input, nullptr) == Gdiplus::Ok;
    }
    Drawing(const Drawing&) = delete;
    Drawing& operator=(const Drawing&) = delete;
    ~Drawing() {
        if (hasBegun_) Gdiplus::GdiplusShutdown(token_);
    }
    bool hasBegun() const { return hasBegun_; }

  private:
    ULONG_PTR token_ = 0;
    bool hasBegun_ = false;
};

struct Release {
    void operator()(IStream* stream) const { stream->Release(); }
};

class DrawnPicture : public Picture {
  public:
    explicit DrawnPicture(std::string_view file) {
        if (!drawing_.hasBegun()) return;
        const std::unique_ptr<IStream, Release> stream(
            ::SHCreateMemStream(reinterpret_cast<const BYTE*>(file.data()), static_cast<UINT>(file.size())));
        if (stream) image_ = std::make_unique<Gdiplus::Image>(stream.get());
    }

    bool isThere() const { return image_ && image_->GetLastStatus() == Gdiplus::Ok; }

    void draw(HDC to, const RECT& area) override {
        Gdiplus::Graphics graphics(to);
        graphics.SetInterpolationMode(Gdiplus::InterpolationModeHighQualityBicubic);
        graphics.SetPixelOffsetMode(Gdiplus::PixelOffsetModeHalf);
        graphics.DrawImage(image_.get(), static_cast<INT>(area.left), static_cast<INT>(area.top),
                           static_cast<INT>(area.right - area.left),
                           static_cast<INT>(area.bottom - area.top));
    }

  private:
    Drawing drawing_;  // First: the image goes before it.
    std::unique_ptr<Gdiplus::Image> image_;
};

}  // namespace

std::unique_ptr<Picture> Picture::read(std::string_view file) {
    auto picture = std::make_unique<DrawnPicture>(file);
    if (!picture->isThere()) return nullptr;
    return picture;
}

}  // namespace ukey::prompt::windows
