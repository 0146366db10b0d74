"""What holds for the whole tree: contracts, budgets, foreign keys, documents, the lock, the tests of the mission."""
