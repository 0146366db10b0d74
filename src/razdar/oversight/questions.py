"""Questions about entries of the log: people of the client ask, who answers for the data at the operator answers.

Rules
-----
* A question is about entries of the client's own log that its observer marked; who reads it sees those entries.
* It is *open* until somebody answers, *answered* until who asks closes it or asks on, which opens it again. What is
  closed stays as it is.
* What is written is sealed under the installation's key, bound to its row: it belongs to no customer. It is no place
  for a customer's data, and what looks like some is refused. Customers are named by their pseudonyms.
* It goes when nothing was added to it for as long as the log is kept (`razdar.oversight.jobs`).
* Asking, answering, asking on, closing and reading are events. Titles and lists hold nothing that was written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, When
from django.utils import timezone

from razdar import audit
from razdar.audit import selectors as log
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger import Event, Mode
from razdar.core.permissions import Permission
from razdar.core.redaction import sensitive
from razdar.oversight.models import Question, Turn
from razdar.oversight.selectors import Row, role_words, row_of, short
from razdar.runtime.ids import uuid7
from razdar.vault import staff

ASK, AGAIN = "oversight:question:ask", "oversight:question:again"
ANSWER, CLOSE, VIEW = "oversight:question:answer", "oversight:question:close", "oversight:question:view"
TEXT = "question"
MOST_ENTRIES = 50
SHORTEST, LONGEST = 10, 2000
ANSWER_WITHIN = timedelta(days=3)
_MOST_LISTED = 200
State, Kind = Question.State, Turn.Kind


@dataclass(frozen=True)
class Listed:
    """A question in a list.

    Attributes:
        asker: the end of the pseudonym of who asked.
        entries: about how many entries.
        since: when it came into its state.
        late: it has waited too long for an answer.
    """

    id: UUID
    state: str
    asker: str
    asked_at: datetime
    since: datetime
    entries: int
    late: bool


@dataclass(frozen=True)
class Said:
    """What one person wrote, or did."""

    kind: str
    who: str
    role: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Asked:
    """A question with everything that was written, the entries it is about, and what the viewer may do."""

    listed: Listed
    turns: tuple[Said, ...]
    rows: tuple[Row, ...]
    may_answer: bool
    may_ask_on: bool


def ask(viewer: Viewer, entries: Sequence[int], text: str) -> UUID:
    """Ask about entries of the client's log; the question's id.

    Raises:
        NotYours: not among the viewer's duties. NotFound: an entry that is not there.
        BadInput: no entry, too many, a text too short or too long, or one that holds personal data.
    """
    _require(viewer, Permission.OVERSIGHT_QUESTION_ASK)
    wanted = entries_of(entries)
    found = {line.index for line in log.lines_at(viewer, wanted).lines}
    if found != set(wanted):
        raise NotFound("There is no such entry.")
    now = timezone.now()
    row = Question(
        client_id=viewer.client, entries=wanted, asked_by=viewer.person, asked_at=now, since=now, state=State.OPEN
    )
    row.save(force_insert=True)
    _say(viewer, row, Kind.ASKED, text, now)
    _record(viewer, ASK, row, ("entries", len(wanted)))
    return row.pk


def ask_on(viewer: Viewer, question: UUID, text: str) -> None:
    """Ask further; the question is open again. Raises as `ask`; also NotFound and BadInput: closed."""
    row = _held(viewer, question, Permission.OVERSIGHT_QUESTION_ASK)
    _turn(viewer, row, Kind.ASKED, text, State.OPEN)
    _record(viewer, AGAIN, row)


def answer(viewer: Viewer, question: UUID, text: str) -> None:
    """Answer a question. Raises as `ask_on`."""
    row = _held(viewer, question, Permission.OVERSIGHT_QUESTION_ANSWER)
    _turn(viewer, row, Kind.ANSWERED, text, State.ANSWERED)
    _record(viewer, ANSWER, row)


def close(viewer: Viewer, question: UUID) -> None:
    """The client has nothing more to ask; nothing is added to it from now on. Raises as `ask_on`."""
    row = _held(viewer, question, Permission.OVERSIGHT_QUESTION_ASK)
    _turn(viewer, row, Kind.CLOSED, "", State.CLOSED)
    _record(viewer, CLOSE, row)


def listed(viewer: Viewer, state: str = "") -> list[Listed]:
    """Questions of the viewer's client, what has waited longest first. Nothing that was written is read.

    Args:
        state: of which state; all where it is empty, the closed ones last, of which the newest come first.

    Raises:
        NotYours: not among the viewer's duties.
    """
    _require(viewer, Permission.OVERSIGHT_QUESTION_VIEW)
    rows = Question.objects.filter(client_id=viewer.client)
    if state:
        rows = rows.filter(state=state)
    open_first = Case(When(state=State.OPEN, then=0), default=1)
    going_on = list(rows.exclude(state=State.CLOSED).order_by(open_first, "since", "id")[:_MOST_LISTED])
    closed = rows.filter(state=State.CLOSED).order_by("-since", "-id")[: _MOST_LISTED - len(going_on)]
    return [_listed(row) for row in (*going_on, *closed)]


def waiting(viewer: Viewer) -> int:
    """How many questions wait for an answer. Raises as `listed`."""
    _require(viewer, Permission.OVERSIGHT_QUESTION_VIEW)
    return Question.objects.filter(client_id=viewer.client, state=State.OPEN).count()


def question(viewer: Viewer, question_id: UUID) -> Asked:
    """One question with everything that was written; reading it is an event.

    Raises:
        NotYours: not among the viewer's duties. NotFound: no such question at the viewer's client.
        Unavailable: the reading could not be logged.
    """
    _require(viewer, Permission.OVERSIGHT_QUESTION_VIEW)
    row = Question.objects.filter(client_id=viewer.client, pk=question_id).first()
    if row is None:
        raise NotFound("There is no such question.")
    audit.record_now(Event.by(viewer, VIEW, Mode.VIEW, detail=(("question", str(row.pk)),)))
    turns = Turn.objects.filter(client_id=viewer.client, question_id=row.pk).order_by("at", "id")
    lines = log.lines_at(viewer, row.entries).lines
    going_on = row.state != State.CLOSED
    return Asked(
        listed=_listed(row),
        turns=tuple(_said(turn) for turn in turns),
        rows=tuple(row_of(line) for line in lines),
        may_answer=going_on and viewer.may(Permission.OVERSIGHT_QUESTION_ANSWER),
        may_ask_on=going_on and viewer.may(Permission.OVERSIGHT_QUESTION_ASK),
    )


def entries_of(entries: Sequence[int]) -> list[int]:
    """Marked entries in their order, each once.

    Raises:
        BadInput: none, or too many.
    """
    wanted = sorted(set(entries))
    if not 1 <= len(wanted) <= MOST_ENTRIES:
        raise BadInput("Mark at least one entry, and at most fifty.")
    return wanted


def _require(viewer: Viewer, permission: Permission) -> None:
    if not viewer.may(permission):
        raise NotYours("Questions about the log are not among your duties.")


def _held(viewer: Viewer, question_id: UUID, permission: Permission) -> Question:
    """The question, held for the rest of the transaction; whether it is there is said to nobody else's client.

    Raises:
        NotFound: there is none. NotYours: not among the viewer's duties. BadInput: it is closed.
    """
    _require(viewer, Permission.OVERSIGHT_QUESTION_VIEW)
    row = Question.objects.select_for_update().filter(client_id=viewer.client, pk=question_id).first()
    if row is None:
        raise NotFound("There is no such question.")
    _require(viewer, permission)
    if row.state == State.CLOSED:
        raise BadInput("This question is closed. Ask a new one.")
    return row


def _turn(viewer: Viewer, row: Question, kind: str, text: str, state: str) -> None:
    now = timezone.now()
    _say(viewer, row, kind, text, now)
    row.state, row.since = state, now
    row.save(update_fields=["state", "since"])


def _say(viewer: Viewer, row: Question, kind: str, text: str, now: datetime) -> None:
    turn = Turn(id=uuid7(), client_id=viewer.client, question_id=row.pk, kind=kind, by=viewer.person)
    turn.role, turn.at = viewer.role, now
    if kind != Kind.CLOSED:
        turn.sealed_text = staff.seal_staff(turn.pk, TEXT, _checked(text))
    turn.save(force_insert=True)


def _checked(text: str) -> str:
    """A text as it may be kept.

    Raises:
        BadInput: too short, too long, or it holds what looks like personal data.
    """
    written = text.strip()
    if not SHORTEST <= len(written) <= LONGEST:
        raise BadInput("Write between 10 and 2000 letters.")
    if sensitive(written):
        raise BadInput(
            "This looks like personal data. Name customers by their pseudonyms and entries by their numbers."
        )
    return written


def _record(viewer: Viewer, action: str, row: Question, *also: tuple[str, str | int]) -> None:
    audit.record(Event.by(viewer, action, Mode.CHANGE, detail=(("question", str(row.pk)), *also)))


def _listed(row: Question) -> Listed:
    late = row.state == State.OPEN and timezone.now() - row.since > ANSWER_WITHIN
    return Listed(row.pk, row.state, short(row.asked_by), row.asked_at, row.since, len(row.entries), late)


def _said(turn: Turn) -> Said:
    text = staff.open_staff(turn.pk, TEXT, turn.sealed_text) if turn.sealed_text else ""
    return Said(turn.kind, short(turn.by), role_words(turn.role), turn.at, text)
