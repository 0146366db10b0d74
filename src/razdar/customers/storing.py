"""What every new record goes through, whether typed or imported: values checked, sealed, stored, indexed.

A value is stored as it was written, with its white space made plain. What cannot be a value of its class is refused
before anything is stored; the complaint names the class, never the value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from django.utils.translation import gettext_noop

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import BadInput
from razdar.customers.fields import FIELDS, GENDERS, HANDLES
from razdar.customers.models import Customer, Handle
from razdar.runtime.ids import uuid7
from razdar.vault import index
from razdar.vault import services as vault

LONGEST = 400
OLDEST = date(1850, 1, 1)


@dataclass(frozen=True, repr=False)
class Draft:
    """A new customer as typed or imported; printed nowhere, because it is still plain.

    Attributes:
        fields: values of the record by class (`razdar.customers.fields.FIELDS`).
        handles: ways to reach the customer, each a class of `HANDLES` and a value.
        provisional: nobody knows yet who it is.
    """

    fields: Mapping[DataClass, str]
    handles: Sequence[tuple[DataClass, str]] = field(default_factory=tuple)
    language: str = ""
    provisional: bool = False


class BadValue(BadInput):
    """What cannot be a value of a class.

    Attributes:
        data_class: the class.
    """

    def __init__(self, data_class: DataClass, sentence: str) -> None:
        super().__init__(sentence)
        self.data_class = data_class


def checked(draft: Draft) -> Draft:
    """The draft as it will be stored.

    Raises:
        BadValue: a value that cannot be one of its class. BadInput: a class that records do not have, or nothing at
        all by which anybody could be told from anybody else.
    """
    fields = {c: value(c, text) for c, text in draft.fields.items() if c in FIELDS}
    handles = tuple((c, value(c, text)) for c, text in draft.handles if c in HANDLES and text.strip())
    if len(fields) != len(draft.fields):
        raise BadInput("A customer's record has no such field.")
    if not any(fields.values()) and not handles:
        raise BadInput("Write at least a name, a reference or one way to reach the customer.")
    return Draft(fields, handles, draft.language[:12])


def value(data_class: DataClass, text: str) -> str:
    """A value of a class as it will be stored.

    Raises:
        BadValue: it cannot be one.
    """
    text = " ".join(text.split())
    if complaint := _complaint(data_class, text):
        raise BadValue(data_class, complaint)
    return text


def require_date(text: str) -> None:
    """Refuse what cannot be somebody's date of birth.

    Raises:
        BadValue
    """
    if complaint := _about_date(text):
        raise BadValue(DataClass.BIRTH_DATE, complaint)


def _complaint(data_class: DataClass, text: str) -> str:
    if len(text) > LONGEST or any(not c.isprintable() and c != "\u200c" for c in text):
        return gettext_noop("That value is too long or holds signs that cannot be stored.")
    about = _RULES.get(data_class)
    return about(text) if text and about else ""


def _about_date(text: str) -> str:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return gettext_noop("Write the date of birth as year-month-day, for example 1984-03-31.")
    return "" if OLDEST <= born <= datetime.now(UTC).date() else gettext_noop("That date of birth cannot be right.")


def _about_gender(text: str) -> str:
    return "" if text in GENDERS else gettext_noop("Choose female, male, other or unknown.")


def _about_email(text: str) -> str:
    return "" if "@" in text[1:-1] and " " not in text else gettext_noop("That is not an e-mail address.")


def _about_telephone(text: str) -> str:
    return "" if sum(c.isdigit() for c in text) >= 3 else gettext_noop("That is not a telephone number.")


_RULES: Mapping[DataClass, Callable[[str], str]] = {
    DataClass.GENDER: _about_gender,
    DataClass.BIRTH_DATE: _about_date,
    DataClass.EMAIL: _about_email,
    DataClass.PHONE: _about_telephone,
    DataClass.WHATSAPP_ID: _about_telephone,
}
"""What is wrong with a value of a class, as a sentence; empty when nothing is."""


def store(viewer: Viewer, ids: Sequence[UUID], drafts: Sequence[Draft], action: str) -> None:
    """Store new customers, each under a key of its own; all keys are made with one commit of the key store.

    Args:
        ids: of the new customers; a customer that has a key already keeps it.
        drafts: what `checked` returned, in the same order.
        action: of the event that will be logged for each of them.
    """
    client, now = viewer.client, datetime.now(UTC)
    rows = [
        Customer(id=i, client_id=client, language=d.language, provisional=d.provisional, created_at=now)
        for i, d in zip(ids, drafts, strict=True)
    ]
    vault.open_customers(client, ids)
    vault.seal(rows, [{str(c): text for c, text in draft.fields.items()} for draft in drafts], action)
    pairs = [(i, pair) for i, draft in zip(ids, drafts, strict=True) for pair in draft.handles]
    handles = [Handle(id=uuid7(), client_id=client, customer_id=i) for i, _ in pairs]
    if handles:
        vault.seal(handles, [{str(data_class): text} for _, (data_class, text) in pairs], action)
    Customer.objects.bulk_create(rows)
    Handle.objects.bulk_create(handles)
    terms = [index.Term(i, i, c, text) for i, d in zip(ids, drafts, strict=True) for c, text in d.fields.items()]
    terms += [index.Term(i, h.id, c, text) for h, (i, (c, text)) in zip(handles, pairs, strict=True)]
    index.add_new(client, [term for term in terms if term.value])
