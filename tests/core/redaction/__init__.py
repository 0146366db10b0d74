"""Finding and concealing personal data in text, transcripts and sound."""
