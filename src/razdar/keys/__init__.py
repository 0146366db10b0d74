"""The key store, the key agent and the roots they stand on; see README.md."""
