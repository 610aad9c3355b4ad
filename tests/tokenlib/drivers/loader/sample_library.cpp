#ifdef _WIN32
#include <windows.h>
#define EXPORT extern "C" __declspec(dllexport)

/// Whether it can load another one by its name, as makers' libraries do.
EXPORT bool loaderSampleFinds(const wchar_t* name) { return ::LoadLibraryW(name) != nullptr; }
#else
#define EXPORT extern "C" __attribute__((visibility("default")))
#endif

EXPORT int loaderSampleAnswer() { return 42; }
