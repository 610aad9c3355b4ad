# What a page sends.
ukey_fuzz(PREFIX rpc LIBRARIES ukey_rpc)
