"""Transcription engines: one file, one registration, one conformance suite.

An engine turns sound into words with times, in memory, from a model that lies in a folder of this machine. It never
downloads anything. It runs in a child process (`razdar.interactions.engine_process`); its file is imported on both
sides, so nothing but the loading itself may import the engine's library.
"""
