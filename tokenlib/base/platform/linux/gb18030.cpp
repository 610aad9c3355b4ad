#include "tokenlib/base/platform/gb18030.hpp"

#include <iconv.h>

namespace ukey::platform {
namespace {

class Converter {
  public:
    Converter() : handle_(iconv_open("UTF-8", "GB18030")) {}
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter() {
        if (isOpen()) iconv_close(handle_);
    }

    bool isOpen() const noexcept { return handle_ != reinterpret_cast<iconv_t>(-1); }

    std::optional<std::string> convert(std::string_view octets) {
        std::string input(octets);
        // A character of two octets becomes one of three, one of four stays one of four.
        std::string output(input.size() * 2 + 4, '\0');
        char* from = input.data();
        char* to = output.data();
        std::size_t fromLeft = input.size();
        std::size_t toLeft = output.size();
        if (iconv(handle_, &from, &fromLeft, &to, &toLeft) != 0 || fromLeft != 0) return std::nullopt;
        output.resize(output.size() - toLeft);
        return output;
    }

  private:
    iconv_t handle_;
};

}  // namespace

std::optional<std::string> utf8FromGb18030(std::string_view octets) {
    Converter converter;
    if (!converter.isOpen()) return std::nullopt;
    return converter.convert(octets);
}

}  // namespace ukey::platform
