"""Telephony: calls as they run. See README.md."""
