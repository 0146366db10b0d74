"""Detectors for Iran."""
