// A picture in a dialog, by what Windows has for that.
#pragma once

#include <windows.h>

#include <memory>
#include <string_view>

namespace ukey::prompt::windows {

/// An image file (PNG and the like) that is drawn in any size. Belongs to one thread.
class Picture {
  public:
    /// Null for what is no image, and where the system cannot read it. `file` must live as long.
    static std::unique_ptr<Picture> read(std::string_view file);

    virtual ~Picture() = default;

    /// Draws it over what is there, as large as `area`.
    virtual void draw(HDC to, const RECT& area) = 0;
};

}  // namespace ukey::prompt::windows
