# Origins, as browsers send them and as people write them into a configuration.
ukey_fuzz(PREFIX policy LIBRARIES ukey_policy)
