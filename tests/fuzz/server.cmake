# The fields of an HTTP request that decide whether it is let in; what they are read from, Beast has parsed.
ukey_fuzz(PREFIX server SOURCES ${PROJECT_SOURCE_DIR}/daemon/server/handshake.cpp LIBRARIES ukey_policy)
