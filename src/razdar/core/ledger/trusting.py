"""Which checkpoints of an export are believed, and on whose word."""

from collections.abc import Sequence
from dataclasses import dataclass

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import checkpoints, notes, origins
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.findings import Finding, Gravity
from razdar.core.ledger.layout import Listed, Manifest
from razdar.core.ledger.notes import Note, VerifierKey


@dataclass(frozen=True, slots=True)
class Known:
    """A checkpoint whose signatures hold.

    Attributes:
        label: where it came from.
        checkpoint: what was signed.
        cosigned: when it was co-signed, in milliseconds since 1970, and by whom; only by trusted witnesses, and never
            at size 0, where there is nothing to vouch for.
    """

    label: str
    checkpoint: Checkpoint
    cosigned: tuple[tuple[int, str], ...] = ()

    @property
    def size(self) -> int:
        return self.checkpoint.size

    @property
    def at_ms(self) -> int | None:
        """When it was co-signed last."""
        return max(self.cosigned)[0] if self.cosigned else None


@dataclass(frozen=True, slots=True)
class Keys:
    """Whom to believe about one log.

    Attributes:
        log: may sign its checkpoints.
        witnesses: may co-sign them.
        given: whether the log's keys come from the reader, not from the export.
        witnesses_given: the same of the witnesses' keys.
    """

    log: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...]
    given: bool
    witnesses_given: bool

    @classmethod
    def choose(cls, listed: Listed, log_keys: Sequence[VerifierKey], witness_keys: Sequence[VerifierKey]) -> "Keys":
        """The reader's keys; where there are none, those of the export."""
        return cls(
            tuple(key for key in log_keys or (listed.log_key,) if origins.may_sign(key.name, listed.origin)),
            tuple(witness_keys) or listed.witness_keys,
            bool(log_keys),
            bool(witness_keys),
        )

    def lines(self) -> list[str]:
        """For people: each key's name and fingerprint."""
        told = [("log", key, self.given) for key in self.log]
        told += [("witness", key, self.witnesses_given) for key in self.witnesses]
        return [
            f"  {kind} key {key.name} {key.fingerprint}{'' if given else ' (from the export)'}"
            for kind, key, given in told
        ]

    def remarks(self) -> list[Finding]:
        if self.given and (self.witnesses_given or not self.witnesses):
            return []
        sentence = "Keys were taken from the export itself: compare their fingerprints."
        return [Finding("key-from-export", sentence, Gravity.REMARK)]

    def open(self, data: bytes, label: str, origin: str) -> tuple[Known | None, list[Finding]]:
        """A checkpoint, if it is of this log and every trusted signature on it holds; otherwise why not."""
        try:
            note = notes.parse(data)
            checkpoint = checkpoints.parse_text(note.text)
        except BadInput:
            return None, [Finding("bad-checkpoint", f"{label} is malformed.")]
        if checkpoint.origin != origin:
            return None, [Finding("bad-checkpoint", f"{label} is of another log.")]
        if not any(key.has_signed(note) for key in self.log):
            return None, [Finding("bad-signature", f"{label} bears no signature of a trusted log key.")]
        return self._believe(note, Known(label, checkpoint))

    def _believe(self, note: Note, known: Known) -> tuple[Known | None, list[Finding]]:
        times: list[tuple[int, str]] = []
        bad: list[Finding] = []
        for key in (*self.log, *self.witnesses):
            if not key.has_signed(note):
                continue
            try:
                seconds = key.check(note)
            except Unverifiable:
                bad.append(Finding("bad-signature", f"{known.label}: the signature of {key.name} does not verify."))
            else:
                times += [(seconds * 1000, key.name)] if seconds is not None and known.size else []
        return (None if bad else Known(known.label, known.checkpoint, tuple(times))), bad


def sort_out(seen: Sequence[bytes], manifest: Manifest) -> tuple[dict[str, list[tuple[str, bytes]]], list[Finding]]:
    """Checkpoints handed in, with a label each, by the id of their log; and what is wrong with the others."""
    found: dict[str, list[tuple[str, bytes]]] = {str(listed.log): [] for listed in manifest.logs}
    lineages = {origins.parse(listed.origin).lineage: str(listed.log) for listed in manifest.logs}
    findings = []
    for number, data in enumerate(seen, 1):
        label = f"handed-in checkpoint {number}"
        try:
            name = checkpoints.parse_text(notes.parse(data).text).origin
        except BadInput:
            findings.append(Finding("bad-checkpoint", f"{label} is malformed."))
            continue
        try:
            log = lineages.get(origins.parse(name).lineage)
        except BadInput:
            findings.append(Finding("bad-checkpoint", f"{label} bears a name that no log can have: {name}"))
            continue
        if log is None:
            findings.append(Finding("log-missing", f"{label} is of a log that is not in this export: {name}"))
        else:
            found[log].append((label, data))
    return found, findings
