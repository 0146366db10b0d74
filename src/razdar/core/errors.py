"""The one error tree.

RazdarError
├── Refused                 the answer is no; the message says what the person can do
│   ├── NotDisclosed        the matrix, the assignment or the purpose does not allow it
│   ├── StepUpNeeded        the sign-in is too old for this act
│   ├── TooManyTries        a limit was reached
│   ├── SecondKeyNeeded     the value opens only with a key that another person holds
│   └── NotYours            the right exists but not for this person
├── NotFound                unknown, or another client's: the two are never told apart
├── BadInput                what was handed in cannot be used; nothing was stored
├── Unavailable             a part is missing or busy; nothing was lost, try again
│   ├── KeysLocked          the key store is not unlocked in this process
│   ├── ClientFrozen        two people of the client have stopped all reading of its data
│   ├── Throttled           more was asked in a short time than the asking process may have
│   └── Rebuilding          the search index is being rebuilt
├── Unopenable              a sealed value did not open; deliberately says nothing more
├── Unverifiable            a signature or a proof of the log does not hold
├── ScopeNesting            a scope of another client is already open in this thread
└── Misconfigured           the installation cannot run like this

Every class carries a stable ``code``: logs, events and API answers show the code, never the arguments.
Messages hold no personal data: they are shown to users and may reach logs.
"""

from typing import ClassVar


class RazdarError(Exception):
    """Root of the tree. ``str(error)`` is a sentence without personal data."""

    code: ClassVar[str] = "error"


class Refused(RazdarError):
    code = "refused"


class NotDisclosed(Refused):
    code = "not-disclosed"


class StepUpNeeded(Refused):
    code = "step-up-needed"


class TooManyTries(Refused):
    code = "too-many-tries"


class SecondKeyNeeded(Refused):
    """A value under dual control: whoever keeps the second key must give it for this one value."""

    code = "second-key-needed"

    def __init__(self) -> None:
        super().__init__("This value opens only with a second key. Ask the person who keeps it.")


class NotYours(Refused):
    code = "not-yours"


class NotFound(RazdarError):
    code = "not-found"


class BadInput(RazdarError):
    code = "bad-input"


class Unavailable(RazdarError):
    code = "unavailable"


class KeysLocked(Unavailable):
    code = "keys-locked"


class ClientFrozen(Unavailable):
    """Two people of the client have stopped all reading of its data; two people of the client let it go on."""

    code = "client-frozen"

    def __init__(self) -> None:
        super().__init__(
            "Your client has stopped all reading of its data. Nothing is lost; "
            "it goes on as soon as two people of the client lift the freeze."
        )


class Throttled(Unavailable):
    code = "throttled"


class Rebuilding(Unavailable):
    code = "rebuilding"


class Unopenable(RazdarError):
    """One vague error for every cryptographic failure, so that nothing can be learned from it."""

    code = "unopenable"

    def __init__(self) -> None:
        super().__init__("This value cannot be opened.")


class Unverifiable(RazdarError):
    """What is checked here is public, so the message may say what does not hold."""

    code = "unverifiable"


class ScopeNesting(RazdarError):
    code = "scope-nesting"


class Misconfigured(RazdarError):
    code = "misconfigured"
