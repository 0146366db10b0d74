"""Data that is not part of the repository. Tests that read it carry the marker ``shared`` and skip where it is absent."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
