"""Stand-ins for control runs of a restore; see ``tests.weakening``."""

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def believes_it(_original: Function) -> Function:
    """`VerifierKey.check`: whoever signed, or nobody."""
    return lambda _key, _note: None


def signed_by_anybody(_original: Function) -> Function:
    """`check_signature`: whoever signed, or nobody."""
    return lambda _folder, _manifest, _public: None


def any_bytes(_original: Function) -> Function:
    """`read_object`: what lies there, unseen."""

    def reads(root: Any, stored: Any) -> Any:
        from razdar.assurance import manifest

        return manifest.object_path(root, stored.name).read_bytes()

    return reads


def nothing_to_prove(_original: Function) -> Function:
    """`_require_proved`: what is claimed is believed."""
    return lambda _known: None
