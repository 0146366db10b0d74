"""A client's choice, per data class, of how its values are stored.

Rules
-----
* What must never be stored has no mode. What belongs to the installation or to staff has no choice. Recordings and
  attachments are files, sealed as files.
* *searchable*: classes by which customers are searched. *token*: numbers of cards and accounts. *dual control*: not for
  what the product itself must read to do its work: names, transcripts, messages, reasons.
* Leaving *searchable* drops the class's blind index in the same transaction; coming to it builds one, and search waits.
* The choice holds for writing at once. Older values are resealed in the background (`razdar.vault.resealing`), and
  until that is done both open.
* Values that only persons can open stay under dual control, whatever is chosen later, until somebody types them anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from razdar import audit
from razdar.core.crypto.age import Recipient
from razdar.core.crypto.modes import MODES
from razdar.core.disclosure import Category, DataClass, Viewer, info
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.runtime.scope import scope
from razdar.vault import index, modes, resealing, rights
from razdar.vault.modes import DUAL, SEALED, SEARCHABLE, SEARCHED, STANDARD, TOKEN, Choice

TOKEN_CLASSES: Final = frozenset({DataClass.PAN, DataClass.ACCOUNT_NO, DataClass.IBAN})
FILES: Final = frozenset({DataClass.RECORDING, DataClass.ATTACHMENT, DataClass.ID_DOCUMENT})
READ_BY_US: Final = frozenset(
    {
        DataClass.SURNAME,
        DataClass.GIVEN_NAME,
        DataClass.MIDDLE_NAME,
        DataClass.GENDER,
        DataClass.TRANSCRIPT,
        DataClass.MESSAGE,
        DataClass.REASON,
        DataClass.NOTE,
    }
)
"""What lists, redaction and second persons read: nothing of it may wait for somebody's key."""
_PROPOSAL = "mode proposal"
_OURS: Final = frozenset({Category.SETTING, Category.TECHNICAL, Category.STAFF, Category.COMPLIANCE})
MOST_RECIPIENTS: Final = 5


@dataclass(frozen=True)
class Consequence:
    """What a choice brings with it, as codes that pages put into words.

    Attributes:
        loses_search: nobody can search by the class any more.
        gains_search: search by the class comes back when resealing is done.
        needs_persons: each look waits for a person who keeps a second key; matching ends.
        cannot_leave: values that are stored under dual control stay so.
    """

    loses_search: bool
    gains_search: bool
    needs_persons: bool
    cannot_leave: bool


def allowed(data_class: DataClass) -> tuple[str, ...]:
    """Names of the modes a client may choose for a class; empty where there is no choice."""
    entry = info(data_class)
    if not entry.storable or entry.category in _OURS or data_class in FILES:
        return ()
    found = [STANDARD, SEALED]
    found += [SEARCHED] if data_class in SEARCHABLE else []
    found += [TOKEN] if data_class in TOKEN_CLASSES else []
    found += [] if data_class in READ_BY_US else [DUAL]
    return tuple(name for name in MODES if name in found)


def consequence(client: UUID, data_class: DataClass, mode: str) -> Consequence:
    """What choosing a mode would mean now."""
    now = modes.current(client).of(data_class)
    searched = MODES[mode].searchable
    return Consequence(
        loses_search=now.indexed and not searched,
        gains_search=searched and not now.indexed,
        needs_persons=mode == DUAL,
        cannot_leave=mode != DUAL and DUAL in (now.mode, *now.also),
    )


def check(client: UUID, data_class: DataClass, mode: str, recipients: Sequence[str] = ()) -> Choice:
    """The choice as it would be stored.

    Raises:
        BadInput: not a mode for this class, nobody to keep the second key, or nothing would change.
    """
    if mode not in allowed(data_class):
        raise BadInput("Values of this kind cannot be stored like that.")
    persons = tuple(dict.fromkeys(Recipient.parse(text).text for text in recipients))
    if (mode == DUAL) != bool(persons) or len(persons) > MOST_RECIPIENTS:
        raise BadInput("Dual control needs one to five persons who keep the second key; no other mode has any.")
    if len({Recipient.parse(text).post_quantum for text in persons}) > 1:
        raise BadInput("The persons' keys must all be post-quantum, or none of them.")
    now = modes.current(client).of(data_class)
    if (now.mode, now.recipients) == (mode, persons):
        raise BadInput("It is stored like that already.")
    earlier = tuple(name for name in dict.fromkeys((now.mode, *now.also)) if name != mode)
    return Choice(mode, earlier, persons)


def propose(
    viewer: Viewer, data_class: DataClass, mode: str, recipients: Sequence[str] = ()
) -> tuple[str, dict[str, str]]:
    """A choice for a second person to decide: its authenticator, and what it says. Nothing changes yet.

    Raises:
        NotYours: the viewer may not propose. BadInput: as `check`.
    """
    if not viewer.may(Permission.VAULT_MATRIX_PROPOSE):
        raise NotYours("Changing how data is stored is not among your duties.")
    choice = check(viewer.client, data_class, mode, recipients)
    said = {"data_class": str(data_class), "mode": mode, "recipients": " ".join(choice.recipients)}
    return rights.authenticator(_PROPOSAL, (viewer.client, *said.values())).hex(), said


def approve(viewer: Viewer, mark: str, said: Mapping[str, object]) -> Consequence:
    """Carry out a proposal that somebody else made.

    Raises:
        NotYours: deciding is not among the viewer's duties. NotFound: it is not what was proposed.
        BadInput: as `check`; what holds may have changed since.
    """
    if not viewer.may(Permission.VAULT_MATRIX_APPROVE):
        raise NotYours("Somebody else must decide this.")
    data_class, mode, recipients = (str(said.get(name, "")) for name in ("data_class", "mode", "recipients"))
    if not rights.holds(_PROPOSAL, (viewer.client, data_class, mode, recipients), _octets(mark)):
        raise NotFound("There is no such open proposal.")
    return choose(viewer, viewer.client, DataClass(data_class), mode, recipients.split())


def _octets(mark: str) -> bytes:
    try:
        return bytes.fromhex(mark)
    except ValueError:
        return b""


def choose(
    viewer: Viewer | None, client: UUID, data_class: DataClass, mode: str, recipients: Sequence[str] = ()
) -> Consequence:
    """Store a class in another mode from now on, and begin to bring what is stored to it.

    Who may decide this, and that two persons did, is for the caller to see to.

    Args:
        viewer: who decided; None at the console.
        recipients: under dual control, age recipients of the persons who keep the second key.

    Raises:
        BadInput: as `check`. Unavailable: how the client's data is stored is not known.
    """
    with scope(client):
        before = modes.for_changing(client).of(data_class)
        choice = check(client, data_class, mode, recipients)
        found = consequence(client, data_class, mode)
        by = viewer.person if viewer else None
        modes.replace(client, data_class, replace(choice, since=datetime.now(UTC), by=by))
        if not choice.indexed:
            index.drop(client, data_class)
        _record(viewer, client, data_class, before, choice)
        resealing.begin(client, data_class)
    return found


def start(client: UUID) -> None:
    """Write the empty document of a client that was founded before there were any, and log it; once.

    Raises:
        BadInput: the client has a document.
    """
    with scope(client):
        if not modes.start(client):
            raise BadInput("This client has its document already.")
        audit.record(Event.by_operator(client, "vault:mode:start", Mode.CHANGE))


def _record(viewer: Viewer | None, client: UUID, data_class: DataClass, before: Choice, choice: Choice) -> None:
    detail = (
        ("data_class", str(data_class)),
        ("before", before.mode),
        ("after", choice.mode),
        ("recipients", len(choice.recipients)),
    )
    action = "vault:mode:choose"
    if viewer is None:
        audit.record(Event.by_operator(client, action, Mode.CHANGE, detail=detail))
    else:
        audit.record(Event.by(viewer, action, Mode.CHANGE, detail=detail))
