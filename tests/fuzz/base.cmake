# Texts whose encoding nobody told.
ukey_fuzz(PREFIX base LIBRARIES ukey_base)
