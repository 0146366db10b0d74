"""What a test starts: the product as it is, or with one function taken out."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tests.weakening import environment


@dataclass(frozen=True)
class Build:
    """What a test starts: pass `environ` to every child process of the product."""

    name: str
    environ: Mapping[str, str] = field(repr=False)

    @property
    def only(self) -> dict[str, str]:
        """What differs from the sound build: for one command in a house that is sound."""
        return {name: value for name, value in self.environ.items() if SOUND.environ.get(name) != value}


SOUND = Build("sound", dict(os.environ))


@cache  # one object per patch, so that installations of a session scope are shared
def weakened(patch: str, with_: str) -> Build:
    return Build("weakened", environment(patch=patch, with_=with_))
