// Where a test finds what was built, and how it changes its environment, on every system.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace ukey::test {

/// `value` is UTF-8.
inline void setEnvironment(const char* name, const std::string& value) {
#ifdef _WIN32
    ::_putenv_s(name, value.c_str());
#else
    ::setenv(name, value.c_str(), 1);
#endif
}

/// A library that the project builds, e.g. "ukey-softtoken".
inline std::filesystem::path builtLibrary(const std::string& name) {
    const char* folder = std::getenv("UKEY_LIB_DIR");
    const auto place = std::filesystem::absolute(folder != nullptr ? folder : "lib");
#ifdef _WIN32
    return place / (name + ".dll");
#else
    return place / ("lib" + name + ".so");
#endif
}

}  // namespace ukey::test
