"""The opened root of a process, which another may take the place of while it is in use.

While a root is exchanged, what was read from the store a moment ago is still wrapped under the other one: both are held
open until nothing of that kind can be under way any more. Which of the two fits is told by the authentication tag.
"""

import threading

from razdar.core.crypto.material import Key
from razdar.core.errors import Unavailable, Unopenable
from razdar.keys.providers import RootProvider

GRACE_SECONDS = 5.0
"""How long a replaced root is held: far longer than any call of the agent works on what it read."""

_ELSEWHERE = "The root was changed by another process. Start the key agent again, with the new passphrase."


class RootInHand:
    """A root provider that passes everything on to the root in use; shared by every copy of an agent."""

    def __init__(self, root: RootProvider) -> None:
        self._roots: tuple[RootProvider, ...] = (root,)
        self._expected: RootProvider | None = None
        self._changing = threading.Lock()

    @property
    def current(self) -> RootProvider:
        """The root that wraps now. Whoever wraps and then notes the version takes it once for both."""
        return self._roots[0]

    @property
    def name(self) -> str:
        return self.current.name

    @property
    def version(self) -> int:
        return self.current.version

    @property
    def file(self) -> bytes:
        return self.current.file

    def wrap(self, secret: Key, binding: bytes) -> bytes:
        return self.current.wrap(secret, binding)

    def unwrap(self, wrapped: bytes, binding: bytes) -> bytearray:
        *others, last = self._roots
        for root in others:
            try:
                return root.unwrap(wrapped, binding)
            except Unopenable:
                continue
        return last.unwrap(wrapped, binding)

    def rewrap(self, wrapped: bytes, binding: bytes, newer: RootProvider) -> bytes:
        return self.current.rewrap(wrapped, binding, newer)

    def destroy_version(self, version: int) -> bool:
        return self.current.destroy_version(version)

    def expect(self, newer: RootProvider) -> None:
        """Unwrap with a newer root as well; called before the store is re-wrapped."""
        with self._changing:
            self._roots, self._expected = (*self._roots, newer), newer

    def settle(self, version: int) -> None:
        """After an exchange, however it ended: wrap with the root of the version that the store names.

        Raises:
            Unavailable: neither the root in use nor the expected one is of this version.
        """
        with self._changing:
            newer, self._expected = self._expected, None
            if newer is not None and newer.version == version:
                self._take_over(newer)
            elif newer is not None:
                self._roots = tuple(root for root in self._roots if root is not newer)
                newer.close()
        if self.version != version:
            raise Unavailable(_ELSEWHERE)

    def close(self) -> None:
        for root in self._roots:
            root.close()

    def _take_over(self, newer: RootProvider) -> None:
        """Wrap with the newer root from now on; the others are closed a little later."""
        old = [root for root in self._roots if root is not newer]
        self._roots = (newer, *old)
        timer = threading.Timer(GRACE_SECONDS, self._let_go, [old])
        timer.daemon = True
        timer.start()

    def _let_go(self, old: list[RootProvider]) -> None:
        with self._changing:
            self._roots = tuple(root for root in self._roots if root not in old)
        for root in old:
            root.close()
