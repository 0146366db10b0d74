"""Changes of a redaction policy in words, for pages and for whoever decides; and the kind of request they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from razdar.core.disclosure import Viewer
from razdar.core.permissions import Permission
from razdar.core.redaction.documents import Part, PolicyChange
from razdar.identity import redacting
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload
from razdar.ui import formats
from razdar.ui.findings import ACTIONS, KINDS


@dataclass(frozen=True)
class Line:
    """One change as a page shows it.

    Attributes:
        what: the kind of finding, or what else it is about.
        value: the text or the pattern; empty for an action, and where the viewer may not read it.
        closed: there is a value that the viewer may not read.
        is_code: the value is a pattern, for a page and no sentence.
    """

    what: str | Promise
    before: str | Promise
    after: str | Promise
    opens: bool
    value: str = field(default="", repr=False)
    closed: bool = False
    is_code: bool = False


def lines(found: Iterable[PolicyChange], *, opens: bool) -> tuple[Line, ...]:
    """Changes as a page shows them.

    Args:
        opens: whether the viewer may read texts and patterns.
    """
    return tuple(_line(change, opens=opens) for change in found)


def _line(change: PolicyChange, *, opens: bool) -> Line:
    absent, value = _("not there"), change.value if opens else ""
    closed = bool(change.value) and not opens
    if change.part is Part.ALLOWED:
        on, off = _("on the list"), _("not on the list")
        before, after = (on, off) if change.after is None else (off, on)
        return Line(_("Text that stays"), before, after, change.opens, value, closed)
    what = KINDS[change.type] if change.type else ""
    before_text = ACTIONS[change.before] if change.before else absent
    after_text = ACTIONS[change.after] if change.after else absent
    if change.part is Part.PATTERN:
        what = _("Own pattern: %(kind)s") % {"kind": what}
        return Line(what, before_text, after_text, change.opens, value, closed, is_code=True)
    return Line(what, before_text, after_text, change.opens)


def _sentence(line: Line) -> str:
    said = {"what": line.what, "before": line.before, "after": line.after, "value": line.value}
    if line.value and not line.is_code:
        text = _("%(what)s “%(value)s”: before: %(before)s; now: %(after)s") % said
    else:
        text = _("%(what)s: before: %(before)s; now: %(after)s") % said
    return f"{text} – {_('opens more') if line.opens else _('shows less')}"


def _approved(viewer: Viewer, decided: Decided) -> None:
    redacting.decide(viewer, UUID(decided.subject), approve=True)


def _refused(viewer: Viewer, decided: Decided) -> None:
    redacting.decide(viewer, UUID(decided.subject), approve=False)


def _describe(payload: Payload) -> str:
    version = formats.digits(str(payload.get("version", "")))
    return _("Version %(version)s of the redaction policy") % {"version": version}


MOST_SENTENCES = 50


def _explain(viewer: Viewer, subject: str, _payload: Payload) -> tuple[str, ...]:
    found = redacting.version(viewer, UUID(subject))
    said = [_sentence(line) for line in lines(found.changes, opens=found.opens)]
    left = len(said) - MOST_SENTENCES
    more = ngettext("and %(number)s more change", "and %(number)s more changes", left) % {
        "number": formats.number(left)
    }
    why = _("Why: %(reason)s") % {"reason": found.reason}
    return (why, *said[:MOST_SENTENCES], *((more,) if left > 0 else ()))


APPROVALS.register(redacting.KIND)(
    ApprovalKind(
        label=gettext_lazy("Redaction policy"),
        asks=Permission.IDENTITY_REDACTION_PROPOSE,
        decides=Permission.VAULT_MATRIX_APPROVE,
        on_approved=_approved,
        on_refused=_refused,
        describe=_describe,
        explain=_explain,
    )
)
