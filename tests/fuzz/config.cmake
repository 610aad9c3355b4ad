# A file that the user, or a program of his, has written.
ukey_fuzz(PREFIX config LIBRARIES ukey_config nlohmann_json::nlohmann_json)
