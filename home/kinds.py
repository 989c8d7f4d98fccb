NOT_KINDS = {"HomePage": "a frame: its blocks list objects of kinds, each by its own visibility"}
