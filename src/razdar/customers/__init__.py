"""Customer records: who they are, how they are reached, and how work is done without seeing either."""
