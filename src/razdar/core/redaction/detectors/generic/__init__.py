"""Detectors of what is the same in every country."""
