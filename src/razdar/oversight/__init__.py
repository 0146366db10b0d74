"""Room `oversight`. See README.md."""
