"""How well the log is proven, as people read it: its state, one entry, the keys, the commands that check an export."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from razdar.audit import selectors as log
from razdar.audit.selectors import Covered, Line, ProofState, Vouching
from razdar.core.disclosure import Purpose, Viewer
from razdar.core.errors import BadInput, Unavailable
from razdar.core.ledger import Event
from razdar.oversight.labels import VALUE_LABELS
from razdar.oversight.selectors import Row, row_of, short

EXPORT_NAME: Final = "log.zip"
"""What the commands call an export; a downloaded one has its time in its name."""

WITNESS_STEPS: Final = (
    " \\\n  ".join(
        (
            "razdar witness run --folder witness",
            "--bind 0.0.0.0:8443",
            "--cert /etc/ssl/witness.pem",
            "--key /etc/ssl/witness.key",
        )
    ),
    "razdar witness trust --folder witness LOG-KEY",
    "razdar log witness add https://witness.northwind.example:8443 WITNESS-KEY",
)
"""How a witness is run, told of the log, and asked; docs/production.md says the same."""

_FACTS: Final = {
    ("device", "other"): gettext_lazy("another program"),
    ("zone", "loopback"): gettext_lazy("the same computer"),
    ("zone", "private"): gettext_lazy("a private network"),
    ("zone", "public"): gettext_lazy("the internet"),
    ("zone", "unknown"): pgettext_lazy("network zone", "unknown"),
}
"""Codes of `razdar.identity.origin`."""

_STATES: Final = {
    "new": ("idle", gettext_lazy("not asked yet")),
    "cosigned": ("ok", gettext_lazy("co-signs")),
    "away": ("warn", gettext_lazy("does not answer")),
    "refused": ("bad", gettext_lazy("refuses")),
}


@dataclass(frozen=True)
class Proof:
    """How well the log is proven.

    Attributes:
        state: ``away`` (the keys are), ``damaged``, ``unsigned``, ``unwitnessed``, ``cosigned``, ``late``, ``refused``.
        size: entries that are signed.
        signed_at, cosigned_at: when that happened last, UTC.
        witness: name of the witness that co-signed last, or of the one that is to.
    """

    state: str
    size: int = 0
    signed_at: datetime | None = None
    cosigned_at: datetime | None = None
    witness: str = ""


@dataclass(frozen=True)
class Witness:
    """A witness in words: the look of its pill, how it stands, why it refuses."""

    name: str
    key: str
    fingerprint: str
    look: str
    state: str
    reason: str
    since: datetime | None
    size: int


@dataclass(frozen=True)
class Keys:
    """By what the log is verified.

    Attributes:
        log_key, fingerprint: of the key that signs it.
        witnesses: who co-signs it.
        alone: the command that checks an export with nothing but Python.
        installed: the same with Razdar.
        verdict: what they print, in outline.
        steps: the commands by which a witness is run, told of this log, and asked.
    """

    log_key: str
    fingerprint: str
    witnesses: tuple[Witness, ...]
    alone: str
    installed: str
    verdict: str
    steps: tuple[str, str, str]


@dataclass(frozen=True)
class Entry:
    """One entry with everything it says.

    Attributes:
        row: as the list shows it.
        facts: what else it says, as name and value.
        records: whole pseudonyms of the records it speaks of.
        text: its exact bytes, as text.
        size: their number.
        leaf: their hash in the log, in hexadecimal.
        signed, cosigned: the checkpoints that prove it.
        broken: it is not what was signed.
    """

    row: Row
    facts: tuple[tuple[str, str], ...]
    records: tuple[tuple[str, str], ...]
    text: str
    size: int
    leaf: str
    signed: Covered | None
    cosigned: Covered | None
    broken: bool


def proof(viewer: Viewer) -> Proof:
    """How well the log of the viewer's client is proven. Leaves no event.

    Raises:
        NotYours: the viewer may not read the log.
    """
    try:
        found = log.proof_state(viewer)
    except Unavailable:
        return Proof("away")
    except BadInput:
        return Proof("damaged")
    return Proof(_state(found), found.size, found.signed_at, found.cosigned_at, found.witness or "")


def _state(found: ProofState) -> str:
    if found.refused:
        return "refused"
    if not found.size:
        return "unsigned"
    if found.witness is None:
        return "unwitnessed"
    return "late" if found.alarm else "cosigned"


def keys(viewer: Viewer) -> Keys | None:
    """The keys of the log of the viewer's client, and the commands that check it; ``None`` while they are away.

    Leaves no event.

    Raises:
        NotYours: as ``proof``.
    """
    try:
        found = log.keys_of(viewer)
    except Unavailable:
        return None
    witnesses = (f"--witness-key {shlex.quote(witness.key)}" for witness in found.witnesses)
    trusted = [f"--log {viewer.client}", f"--log-key {found.log_key}", *witnesses]
    return Keys(
        found.log_key,
        found.fingerprint,
        tuple(map(_witness, found.witnesses)),
        _command("python3 -I verify.py", trusted),
        _command(f"razdar log verify {EXPORT_NAME}", trusted),
        _verdict(found),
        (WITNESS_STEPS[0], WITNESS_STEPS[1].replace("LOG-KEY", found.log_key), WITNESS_STEPS[2]),
    )


def _verdict(found: log.Keys) -> str:
    name = found.log_key.partition("+")[0]
    own = f"  log key {name} {found.fingerprint}"
    theirs = [f"  witness key {witness.name} {witness.fingerprint}" for witness in found.witnesses]
    cosigned = "  last co-signed …" if theirs else "  never co-signed"
    made = "  made …, as the export says"
    return "\n".join([f"log {name}/…: … entries, from … on; checked: …", made, cosigned, own, *theirs, "OK"])


def _command(program: str, options: list[str]) -> str:
    return " \\\n  ".join([program, *options])


def _witness(found: Vouching) -> Witness:
    look, state = _STATES[found.state]
    reason = str(VALUE_LABELS.get(("reason", found.reason), found.reason)) if found.state == "refused" else ""
    return Witness(found.name, found.key, found.fingerprint, look, str(state), reason, found.since, found.size)


def entry(viewer: Viewer, index: int) -> Entry:
    """One entry; looking at it is an event.

    Raises:
        NotFound: there is none. NotYours: as ``proof``. Unavailable: the look could not be logged, or the keys are
            away.
    """
    held = log.entry_of(viewer, index)
    records = sorted(held.event.subjects - {held.event.customer}) if held.event else ()
    return Entry(
        row=row_of(Line(held.index, held.at, held.event), whole=True),
        facts=_facts(held.event) if held.event else (),
        records=tuple((str(record), short(record)) for record in records if record is not None),
        text=held.payload.decode("utf-8", "backslashreplace"),
        size=len(held.payload),
        leaf=held.leaf.hex(),
        signed=held.signed,
        cosigned=held.cosigned,
        broken=held.broken,
    )


def _facts(event: Event) -> tuple[tuple[str, str], ...]:
    found = (
        (_("Session"), event.session),
        (_("Device"), str(_FACTS.get(("device", event.device), event.device))),
        (_("Network zone"), str(_FACTS.get(("zone", event.zone), event.zone))),
        (_("Case"), event.case),
        (_("Trace of the contact"), str(event.trace or "")),
    )
    return tuple((name, value) for name, value in found if value)


def proof_file(viewer: Viewer, index: int) -> bytes:
    """The proof of one entry as a file; that is an event.

    Raises:
        NotFound: there is none, or it is not signed yet. NotYours, Unavailable: as ``entry``.
    """
    return log.proof_of(viewer, index)


def entry_file(viewer: Viewer, index: int) -> bytes:
    """The exact bytes of one entry; that is an event.

    Raises:
        NotFound, NotYours, Unavailable: as ``entry``.
    """
    return log.entry_of(viewer, index).payload


def export(viewer: Viewer, purpose: Purpose) -> Iterator[bytes]:
    """The log of the viewer's client as a .zip file, in pieces, which may be read outside a scope; that is an event.

    Raises:
        NotFound: nothing is signed yet. NotYours, Unavailable: as ``entry``.
    """
    pieces = log.export_zip(viewer, purpose=purpose)
    return chain([next(pieces)], pieces)  # what is wrong from the start is an error page, and not a broken download
