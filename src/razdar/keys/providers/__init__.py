"""Roots: see ``base`` for what one is."""

from razdar.keys.providers import passphrase_file as _passphrase_file
from razdar.keys.providers.base import ROOT_PROVIDERS, RootProvider

__all__ = ["ROOT_PROVIDERS", "RootProvider"]

_REGISTERED = (_passphrase_file,)
