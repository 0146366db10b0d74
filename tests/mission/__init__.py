"""Tests that show requirements of the mission; README.md says how one is written."""
