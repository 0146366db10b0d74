"""Data that is not part of the repository; tests that read it carry the marker ``shared`` and skip without it."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
