"""Tests, one folder per room, and what they share."""
