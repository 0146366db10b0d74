"""Certificates of erasure: what was destroyed, where the log says so, and from when it is final. C2SP signed notes.

1. The text has two lines: ``razdar/<installation>/erasure-certificate/v1`` and the body, canonical JSON as in
   ``events``: UTF-8, keys sorted, no spaces, no floating point; times are UTC with milliseconds. Any other spelling is
   refused, so that one certificate has one text.
2. It is signed with the installation's key for certificates, which signs nothing else: Ed25519 (RFC 8032) over the
   text. The body names that key, so that the certificate can be checked for changes by itself; whose key it is must be
   known from elsewhere.
3. It names a customer by pseudonym and holds no other data of theirs. Where a person had several records, which were
   linked, all were erased together: each has a certificate of its own, and each names the keys of all.
4. Finality (GDPR art. 17 gives no date; honesty does): a root that can destroy its versions gives one, when every
   bundle of keys made before has expired and the version is gone. With any other root none can be given: whoever kept
   a copy of the keys from before, and can open the root, could still open old copies of the data.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import notes, origins
from razdar.core.ledger.notes import Algorithm, Note, Sign, SignerName, VerifierKey

VERSION: Final = 1
_KIND: Final = "erasure-certificate/v1"
_ORIGIN = re.compile(rf"razdar/([0-9a-f-]{{36}})/{_KIND}")
_TIME = "%Y-%m-%dT%H:%M:%S"
_CODE = re.compile(r"[a-z][a-z0-9_ -]{0,39}")
_KEY_ID = re.compile(r"[0-9a-f]{32}")
_LOG = re.compile(r"[\x21-\x7e]{1,200}")
_MAX_INT: Final = (1 << 53) - 1

CUT = "The certificate is cut short or damaged: it ends before it should, or is no signed certificate of erasure."
ALTERED = "The certificate was altered: its signature does not fit its text."
FOREIGN = "The certificate was signed with another key than the one given."


class Ending(StrEnum):
    """From when nobody at all can open what was erased."""

    UNTIL_COPIES_ARE_GONE = "until_copies_are_gone"
    ON_DATE = "on_date"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle of keys made before the destruction that was still valid then.

    Attributes:
        number: of the bundle.
        expires_at: from when it is refused at a restore.
        certain: that it was finished is known; otherwise it may exist.
    """

    number: int
    expires_at: datetime
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Finality:
    """From when what holds.

    Attributes:
        live_at: nothing opens on the live system from here on.
        kind: whether a date can be given for all copies.
        date: that date; ``None`` where none can be given.
        bundles: what could still bring the keys back, by number.
    """

    live_at: datetime
    kind: Ending
    date: datetime | None = None
    bundles: tuple[Bundle, ...] = ()

    @classmethod
    def of(cls, live_at: datetime, bundles: Iterable[Bundle], root_ends_at: datetime | None) -> "Finality":
        """What can be said of a destruction.

        Args:
            live_at: when the keys were destroyed.
            bundles: all that were made before.
            root_ends_at: when the root's version that wrapped the keys is destroyed for good; ``None`` where the root
                cannot promise that, or no such day has been set.
        """
        valid = tuple(sorted((b for b in bundles if b.expires_at > live_at), key=lambda bundle: bundle.number))
        if root_ends_at is None:
            return cls(live_at, Ending.UNTIL_COPIES_ARE_GONE, None, valid)
        return cls(live_at, Ending.ON_DATE, max([live_at, root_ends_at, *(b.expires_at for b in valid)]), valid)

    @property
    def last(self) -> Bundle | None:
        """The bundle that expires last."""
        return max(self.bundles, key=lambda bundle: (bundle.expires_at, bundle.number), default=None)


@dataclass(frozen=True, slots=True)
class Linked:
    """Another record of the same person, erased together with the one that is certified.

    Attributes:
        customer: its pseudonym.
        keys: as of `Certificate`.
    """

    customer: UUID
    keys: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is certified.

    Attributes:
        installation: a random id of the installation.
        client: whose customer it was.
        customer: the customer's pseudonym, as the log knows it.
        ground: why, as a code.
        keys: id (32 hexadecimal digits) and version of each destroyed key.
        destroyed_at: when they were.
        removed: what went with them, number by kind.
        log: name of the log that has the entry of the end of the erasure.
        index: the entry's place in it.
        root_provider: which root the keys were wrapped under.
        root_version: its version.
        finality: from when it is final.
        issued_at: when this was signed.
        linked: the person's other records, whose keys were destroyed too.

    Raises:
        BadInput: a value that has no place in a certificate. Times are cut to milliseconds.
    """

    installation: UUID
    client: UUID
    customer: UUID
    ground: str
    keys: tuple[tuple[str, int], ...]
    destroyed_at: datetime
    removed: tuple[tuple[str, int], ...]
    log: str
    index: int
    root_provider: str
    root_version: int
    finality: Finality
    issued_at: datetime
    linked: tuple[Linked, ...] = ()

    @property
    def all_keys(self) -> tuple[tuple[str, int], ...]:
        """Every key that was destroyed, of whichever record."""
        return (*self.keys, *(key for each in self.linked for key in each.keys))

    def __post_init__(self) -> None:
        codes = [self.ground, self.root_provider, *(kind for kind, _ in self.removed)]
        numbers = [self.index, self.root_version, *(number for _, number in (*self.removed, *self.all_keys))]
        numbers += [bundle.number for bundle in self.finality.bundles]
        good = (
            all(map(_CODE.fullmatch, codes))
            and all(_KEY_ID.fullmatch(key) for key, _ in self.all_keys)
            and all(type(number) is int and 0 <= number <= _MAX_INT for number in numbers)
            and _LOG.fullmatch(self.log)
            and len(dict(self.removed)) == len(self.removed)
            and len({self.customer, *(each.customer for each in self.linked)}) == len(self.linked) + 1
            and (self.finality.date is None) is (self.finality.kind is Ending.UNTIL_COPIES_ARE_GONE)
        )
        if not good:
            raise BadInput("A value has no place in a certificate.")

    def signed(self, public_key: bytes, sign: Sign) -> Note:
        """The certificate as a signed note.

        Args:
            public_key: of the installation's key for certificates, 32 bytes.
            sign: signs with that key.
        """
        key = key_of(self.installation, public_key)
        text = f"{origin(self.installation)}\n{_canonical(_body(self, key))}\n"
        return notes.sign(text, key.name, public_key, sign)


def origin(installation: UUID) -> str:
    """The first line of an installation's certificates."""
    return f"{origins.key_name(installation)}/{_KIND}"


def key_of(installation: UUID, public_key: bytes) -> VerifierKey:
    """The key that verifies an installation's certificates, under the name it has in them."""
    name = SignerName(f"{origins.key_name(installation)}/certificates")
    return VerifierKey(name, Algorithm.ED25519, public_key)


@dataclass(frozen=True, slots=True)
class Verified:
    """A certificate whose signature holds.

    Attributes:
        certificate: what it says.
        key: whose signature it was.
        known: the key was given by whoever verified, and not only by the certificate itself.
    """

    certificate: Certificate
    key: VerifierKey
    known: bool


def verify(data: bytes, trusted: VerifierKey | None = None) -> Verified:
    """Read a certificate and check its signature.

    Args:
        data: the file.
        trusted: the installation's key as known from elsewhere; without it the key named inside is used, which shows
            that nothing was changed since, and not who signed.

    Raises:
        Unverifiable: cut short, altered, or signed with another key; the sentence says which.
    """
    try:
        note = notes.parse(data)
    except BadInput as error:
        raise Unverifiable(CUT) from error
    if trusted is not None:
        _check(note, trusted)
    try:
        certificate, key = _read(note.text)
    except BadInput as error:
        raise Unverifiable(ALTERED if _ORIGIN.match(note.text) else CUT) from error
    if trusted is None:
        _check(note, key, missing=ALTERED)
    elif key != trusted:
        raise Unverifiable(ALTERED)
    return Verified(certificate, key, trusted is not None)


def _check(note: Note, key: VerifierKey, missing: str = FOREIGN) -> None:
    if not key.has_signed(note):
        raise Unverifiable(missing)
    try:
        key.check(note)
    except Unverifiable as error:
        raise Unverifiable(ALTERED) from error


# --- The body ---------------------------------------------------------------------------------------------------------


def _body(certificate: Certificate, key: VerifierKey) -> dict[str, object]:
    c, finality = certificate, certificate.finality
    return {
        "client": str(c.client),
        "customer": str(c.customer),
        "destroyed_at": _text(c.destroyed_at),
        "finality": {
            "bundles": [_bundle(bundle) for bundle in finality.bundles],
            "date": None if finality.date is None else _text(finality.date),
            "kind": finality.kind,
            "live_at": _text(finality.live_at),
        },
        "ground": c.ground,
        "issued_at": _text(c.issued_at),
        "key": key.format(),
        "keys": _keys(c.keys),
        **(
            {"linked": [{"customer": str(each.customer), "keys": _keys(each.keys)} for each in c.linked]}
            if c.linked
            else {}
        ),
        "log": {"index": c.index, "origin": c.log},
        "removed": dict(c.removed),
        "root": {"provider": c.root_provider, "version": c.root_version},
        "v": VERSION,
    }


def _keys(keys: Iterable[tuple[str, int]]) -> list[dict[str, object]]:
    return [{"id": key_id, "version": version} for key_id, version in keys]


def _bundle(bundle: Bundle) -> dict[str, object]:
    may_exist = {} if bundle.certain else {"may_exist": True}
    return {"expires_at": _text(bundle.expires_at), "number": bundle.number, **may_exist}


def _canonical(body: Mapping[str, object]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _read(text: str) -> tuple[Certificate, VerifierKey]:
    """The inverse of the text's making; refuses what is not exactly that."""
    first, _, rest = text.partition("\n")
    named = _ORIGIN.fullmatch(first)
    try:
        body = json.loads(rest)
        found = _certificate(UUID(named[1] if named else ""), body)
        key = VerifierKey.parse(body["key"])
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise BadInput("This is not a certificate.") from error
    if key.algorithm is not Algorithm.ED25519 or key != key_of(found.installation, key.public_key):
        raise BadInput("The certificate names a key that is not its own.")
    if f"{origin(found.installation)}\n{_canonical(_body(found, key))}\n" != text:
        raise BadInput("The certificate is not in its canonical form.")
    return found, key


def _certificate(installation: UUID, body: dict[str, Any]) -> Certificate:
    return Certificate(
        installation=installation,
        client=UUID(body["client"]),
        customer=UUID(body["customer"]),
        ground=body["ground"],
        keys=_read_keys(body["keys"]),
        destroyed_at=_moment(body["destroyed_at"]),
        removed=tuple(body["removed"].items()),
        log=body["log"]["origin"],
        index=body["log"]["index"],
        root_provider=body["root"]["provider"],
        root_version=body["root"]["version"],
        finality=_finality(body["finality"]),
        issued_at=_moment(body["issued_at"]),
        linked=tuple(Linked(UUID(each["customer"]), _read_keys(each["keys"])) for each in body.get("linked", ())),
    )


def _read_keys(keys: Iterable[dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((key["id"], key["version"]) for key in keys)


def _finality(body: dict[str, Any]) -> Finality:
    return Finality(
        live_at=_moment(body["live_at"]),
        kind=Ending(body["kind"]),
        date=None if body["date"] is None else _moment(body["date"]),
        bundles=tuple(
            Bundle(bundle["number"], _moment(bundle["expires_at"]), "may_exist" not in bundle)
            for bundle in body["bundles"]
        ),
    )


def _text(at: datetime) -> str:
    moment = at.astimezone(UTC)
    return f"{moment.strftime(_TIME)}.{moment.microsecond // 1000:03}Z"


def _moment(text: str) -> datetime:
    return datetime.strptime(text, f"{_TIME}.%fZ").replace(tzinfo=UTC)
