"""Interactions: calls and what belongs to them, recordings and transcripts."""
