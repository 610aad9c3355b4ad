#include "tokenlib/drivers/loader/platform/library_loader.hpp"

#include <dlfcn.h>

#include "tokenlib/base/error.hpp"
#include "tokenlib/base/path_text.hpp"
#include "tokenlib/base/platform/private_files.hpp"

namespace ukey::loader::platform {
std::optional<LibraryImage> ownImage() { return libraryImage("/proc/self/exe"); }

std::optional<std::string> whyExchangeable(const std::filesystem::path& path) {
    return ukey::platform::whyOthersCanChange(path);
}

void* load(const std::filesystem::path& path) {
    ::dlerror();
    if (void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) return handle;
    const char* text = ::dlerror();
    const std::string reason = text != nullptr ? text : pathText(path) + " cannot be loaded";
    const bool incomplete = reason.find("cannot open shared object file") != std::string::npos;
    throw Error(incomplete ? ErrorCode::driverMissing : ErrorCode::driverError, reason);
}

void* symbol(void* library, const char* name) noexcept { return ::dlsym(library, name); }

}  // namespace ukey::loader::platform
