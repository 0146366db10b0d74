"""Where the worker finds the vault's jobs."""

from razdar.vault.resealing import reseal

__all__ = ["reseal"]
