"""Razdar: a self-hosted contact center that keeps its customers' secrets."""

__version__ = "0.1.0"
