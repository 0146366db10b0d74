"""Assurance: backup and restore."""
