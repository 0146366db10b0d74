"""Exports of logs: making them, and verifying them as they lie on a disk."""
