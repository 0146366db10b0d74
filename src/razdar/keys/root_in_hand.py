"""The opened root of a process, which another may take the place of while it is in use.

While a root is exchanged, what was read from the store a moment ago is still wrapped under the other one: both are held
open until nothing of that kind can be under way any more. Which of the two fits is told by the authentication tag.
"""

import threading

from razdar.core.crypto.material import Key
from razdar.core.errors import Unopenable
from razdar.keys.providers import RootProvider

GRACE_SECONDS = 5.0
"""How long a replaced root is held: far longer than any call of the agent works on what it read."""


class RootInHand:
    """A root provider that passes everything on to the root in use; shared by every copy of an agent."""

    def __init__(self, root: RootProvider) -> None:
        self._roots: tuple[RootProvider, ...] = (root,)

    @property
    def current(self) -> RootProvider:
        """The root that wraps now. Whoever wraps and then notes the version takes it once for both."""
        return self._roots[0]

    @property
    def expected(self) -> RootProvider:
        """The root that is to take over; the current one while none is."""
        return self._roots[-1]

    @property
    def name(self) -> str:
        return self.current.name

    @property
    def version(self) -> int:
        return self.current.version

    def wrap(self, secret: Key, binding: bytes) -> bytes:
        return self.current.wrap(secret, binding)

    def unwrap(self, wrapped: bytes, binding: bytes) -> bytearray:
        for root in self._roots[:-1]:
            try:
                return root.unwrap(wrapped, binding)
            except Unopenable:
                continue
        return self._roots[-1].unwrap(wrapped, binding)

    def rewrap(self, wrapped: bytes, binding: bytes, newer: RootProvider) -> bytes:
        return self.current.rewrap(wrapped, binding, newer)

    def destroy_version(self, version: int) -> bool:
        return self.current.destroy_version(version)

    def expect(self, newer: RootProvider) -> None:
        """Unwrap with a newer root as well; called before the store is re-wrapped."""
        self._roots = (*self._roots, newer)

    def forget(self, newer: RootProvider) -> None:
        """The exchange did not come about."""
        self._roots = tuple(root for root in self._roots if root is not newer)
        newer.close()

    def take_over(self, newer: RootProvider) -> None:
        """Wrap with the newer root from now on; the others are closed a little later."""
        old = [root for root in self._roots if root is not newer]
        self._roots = (newer, *old)
        timer = threading.Timer(GRACE_SECONDS, self._let_go, [old])
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        for root in self._roots:
            root.close()

    def _let_go(self, old: list[RootProvider]) -> None:
        self._roots = tuple(root for root in self._roots if root not in old)
        for root in old:
            root.close()
