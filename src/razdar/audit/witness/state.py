"""What a witness keeps: a key, and one small file with what it co-signed last. No database, no keys of Razdar.

1. The folder is 0700. ``witness.key`` holds the witness's name and Ed25519 seed, made at the first start.
   ``state.json`` holds the trusted keys of logs, and size and root last co-signed for each generation of each log.
2. A state is written anew beside the old one, synced, and put in its place, before anything is signed. Whoever reads or
   writes it holds a lock on the folder, so that a second process, or a command beside the server, does no harm.
3. A key without its state, or with one that is damaged, signs nothing: a witness that forgot what it saw would co-sign
   a log that was rewritten.
4. A trusted key is that of an installation and signs every log of it. Of a log that is known, a higher generation is
   taken up only when the key was trusted once more after the last one: whoever runs the log must have told whoever runs
   the witness that it begins anew.
5. A log is known by its id and the number of its generation, read from the one name it can have
   (:mod:`~razdar.core.ledger.origins`): two spellings of a name are never two histories. A state that names a log in
   another way was written by a version that did not see to that, and is not gone on with.
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from razdar.core.errors import BadInput, Misconfigured
from razdar.core.ledger import merkle, notes, origins, witnessing
from razdar.core.ledger.notes import Algorithm, SignerName, VerifierKey
from razdar.core.ledger.origins import Origin
from razdar.core.ledger.witnessing import Accepted, Decision, Refused
from razdar.keys.private_files import require_private, write_new
from razdar.runtime import durable

KEY: Final = "witness.key"
STATE: Final = "state.json"
_LOCK: Final = "lock"
_VERSION: Final = 1
_LOST: Final = (
    "{} is missing or damaged, so this witness signs nothing. Put back the newest copy of it. If there is none, this "
    "witness cannot go on: set up another one in a new folder, with a new key, and have the log's operator add that."
)
_MISNAMED: Final = (
    "{} says that this witness trusted or co-signed something under a name that no log can have. Such a name may be a "
    "second history of a log, so this witness signs nothing any more. Keep the folder as evidence, and ask the log's "
    "operator. Then set up another witness in a new folder, with a new key, and have the operator add that."
)


class Misnamed(BadInput):
    """A state names a log as no log can be called."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was co-signed last."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class State:
    """What the file says.

    Attributes:
        keys: trusted keys of logs.
        logs: what was co-signed last, of each generation of each log.
        renewals: logs (their names without the generation) of which one higher generation may be taken up.
    """

    keys: tuple[VerifierKey, ...] = ()
    logs: Mapping[Origin, Seen] = field(default_factory=dict)
    renewals: frozenset[str] = frozenset()

    def encode(self) -> bytes:
        body = {
            "keys": [key.format() for key in self.keys],
            "origins": {
                str(origin): {"size": seen.size, "root": notes.to_base64(seen.root)}
                for origin, seen in self.logs.items()
            },
            "renewals": sorted(self.renewals),
            "version": _VERSION,
        }
        return json.dumps(body | {"check": _check(body)}, indent=1, sort_keys=True).encode() + b"\n"

    def trusting(self, key: VerifierKey) -> "State":
        """With a key trusted, perhaps once more: each log it signs may begin anew once."""
        known = {origin.lineage for origin in self.logs if origin.key_name == key.name}
        return replace(self, keys=tuple(dict.fromkeys((*self.keys, key))), renewals=self.renewals | known)

    def seeing(self, origin: Origin, seen: Seen) -> "State":
        """With what is about to be co-signed."""
        begins = self.generation(origin) not in {None, origin.generation}
        spent = {origin.lineage} if begins else set()
        return replace(self, logs={**self.logs, origin: seen}, renewals=self.renewals - spent)

    def generation(self, origin: Origin) -> int | None:
        """The highest generation known of the log with this name; ``None`` if the log is unknown."""
        return max((known.generation for known in self.logs if known.lineage == origin.lineage), default=None)

    def takes_up(self, origin: Origin) -> bool:
        """Whether the name is of the generation in use, or may replace it."""
        known, number = self.generation(origin), origin.generation
        return known is None or number == known or (number > known and origin.lineage in self.renewals)


def parse_state(data: bytes) -> State:
    """Read the file.

    Raises:
        BadInput: it is damaged.
    """
    try:
        body = json.loads(data)
        if body.pop("check") != _check(body) or body["version"] != _VERSION:
            raise BadInput("The state of the witness is damaged.")
        return _state(body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadInput("The state of the witness is damaged.") from error


def _state(body: dict[str, Any]) -> State:
    keys, renewals = tuple(map(VerifierKey.parse, body["keys"])), frozenset(body["renewals"])
    if not all(origins.is_key_name(key.name) for key in keys) or not all(map(origins.is_lineage, renewals)):
        raise Misnamed
    logs = {_origin(name): Seen(int(at["size"]), notes.from_base64(at["root"])) for name, at in body["origins"].items()}
    return State(keys, logs, renewals)


def _origin(name: str) -> Origin:
    try:
        return origins.parse(name)
    except BadInput:
        raise Misnamed from None


def _check(body: dict[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


class WitnessFolder:
    """A witness's folder, made at its first use.

    Args:
        path: where it is.
        name: of a new witness.

    Raises:
        Misconfigured: it cannot be used; the sentence says what to do.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._mutex = threading.Lock()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            require_private(path)
            with self._locked():
                self._set_up(name)
                self._private, self.key = self._open()
                self._load()
        except OSError as error:
            raise Misconfigured(f"The folder {path} cannot be used: {error.strerror}.") from None

    def state(self) -> State:
        """What it keeps now.

        Raises:
            Misconfigured: the file is damaged or missing.
        """
        with self._locked():
            return self._load()

    def trust(self, key: VerifierKey) -> State:
        """Trust a log's key, or let its logs begin anew once.

        Raises:
            BadInput: it is not a key that signs logs.
            Misconfigured: the state is damaged or missing.
        """
        if key.algorithm is not Algorithm.ED25519:
            raise BadInput("This is the key of a witness, not of a log.")
        if not origins.is_key_name(key.name):
            raise BadInput("This is not the key of an installation: it is called razdar/ and the installation's id.")
        with self._locked():
            state = self._load().trusting(key)
            self._store(state)
            return state

    def answer(self, body: bytes, now_s: int) -> tuple[Decision, bytes]:
        """Decide about a request; what was decided is on the disk when this returns.

        Returns:
            The decision, and for a good one the body of the answer.

        Raises:
            Misconfigured: the state is damaged or missing.
            OSError: it cannot be written.
        """
        try:
            request = witnessing.parse(body)
            name = witnessing.origin_of(request)
        except BadInput as error:
            return Refused(400, str(error)), b""
        try:
            origin = origins.parse(name)
        except BadInput:
            return Refused(404, "This log is unknown here."), b""
        with self._locked():
            state = self._load()
            seen = state.logs.get(origin, Seen(0, merkle.EMPTY_ROOT))
            decision = witnessing.decide(request, _key_for(state, request.note, origin), (seen.size, seen.root))
            if not isinstance(decision, Accepted):
                return decision, b""
            if not state.takes_up(origin):
                return Refused(404, "This log begins anew. Whoever runs this witness has to trust its key again."), b""
            new = Seen(decision.checkpoint.size, decision.checkpoint.root)
            if state.logs.get(origin) != new:
                self._store(state.seeing(origin, new))
        signature = notes.cosign(request.note, self.key.name, self.key.public_key, now_s, self._private.sign)
        return decision, witnessing.encode_signatures(signature)

    def _set_up(self, name: str) -> None:
        """The state first: a key that has none was robbed of it."""
        key, state = self._path / KEY, self._path / STATE
        if key.exists():
            return
        if not state.exists():
            write_new(state, State().encode())
        elif self._load() != State():
            raise Misconfigured(f"{key} is missing. Put it back, or set up another witness in a new folder.")
        SignerName(name)
        write_new(key, f"{name}\n{os.urandom(32).hex()}\n".encode())

    def _open(self) -> tuple[Ed25519PrivateKey, VerifierKey]:
        path = self._path / KEY
        require_private(path)
        try:
            name, seed = path.read_text().split()
            private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        except ValueError:
            raise Misconfigured(f"{path} is damaged. Put back a copy of it.") from None
        public = private.public_key().public_bytes_raw()
        return private, VerifierKey(SignerName(name), Algorithm.COSIGNATURE, public)

    def _load(self) -> State:
        path = self._path / STATE
        try:
            return parse_state(path.read_bytes())
        except Misnamed:
            raise Misconfigured(_MISNAMED.format(path)) from None
        except (OSError, BadInput):
            raise Misconfigured(_LOST.format(path)) from None

    def _store(self, state: State) -> None:
        new = self._path / f"{STATE}.new"
        with suppress(FileNotFoundError):
            new.unlink()
        write_new(new, state.encode())
        new.replace(self._path / STATE)
        durable.sync(self._path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._mutex:
            handle = os.open(self._path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)


def _key_for(state: State, note: notes.Note, origin: Origin) -> VerifierKey | None:
    """The trusted key that claims to have signed; else any that might have."""
    might = [key for key in state.keys if key.name == origin.key_name]
    return next((key for key in might if key.has_signed(note)), might[0] if might else None)
