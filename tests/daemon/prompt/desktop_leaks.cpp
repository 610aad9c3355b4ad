// What the desktop's libraries keep until a program ends is no leak of ours: fontconfig its patterns, D-Bus
// and GLib what they start once. The window runs in the test's own process, so LeakSanitizer meets them here.
#if defined(__SANITIZE_ADDRESS__)
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfontconfig\nleak:libdbus-1\nleak:libglib-2.0\n";
}
#endif
