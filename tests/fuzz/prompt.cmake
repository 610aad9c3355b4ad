# What pinentry answers. The one file of the dialogs that reads it; the others need coroutines, which clang 14 cannot
# compile with debug information.
ukey_fuzz(PREFIX prompt SOURCES ${PROJECT_SOURCE_DIR}/tokenlib/prompt/assuan.cpp LIBRARIES ukey_base)
