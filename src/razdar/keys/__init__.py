"""The key store, the key agent and the roots they stand on; see README.md."""

from razdar.core.crypto.material import wipe

__all__ = ["wipe"]
