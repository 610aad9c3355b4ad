# What a page does to its streams.
ukey_fuzz(PREFIX stream LIBRARIES ukey_stream)
