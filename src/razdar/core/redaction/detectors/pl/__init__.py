"""Detectors for Poland."""
