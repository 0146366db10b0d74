"""The recorder: takes what both sides of a call say and seals it while it is said."""
