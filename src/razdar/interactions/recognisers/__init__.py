"""Named-entity engines: one file, one registration, one conformance suite.

An engine finds names of people and places in text by a model that lies in a folder of this machine. It never downloads
anything. It runs in a child process (`razdar.interactions.recogniser_process`); its file is imported on both sides, so
nothing but the loading itself may import the engine's library.
"""
