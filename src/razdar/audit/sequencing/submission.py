"""Sending checkpoints to witnesses: a thread beside the sequencer, with a database connection of its own.

1. Every ten seconds, and a second after a new checkpoint when there was none for a while, each log's newest checkpoint
   goes to each of its witnesses with a proof that it extends what that witness signed last.
2. No transaction is open while a witness is asked.
3. A cosignature is checked against the stored key before it is attached, and its time against this host's clock: one
   that is more than two minutes off would make every later verification fail. That, what a witness refuses, and a size
   larger than ours, is an alarm (``cosigning``); a witness that does not answer is asked again, and catches up.
4. When a witness knows another size than we thought, the proof is built from there, once.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import Error, connections

from razdar.audit.models import Checkpoint, CosigningState, Witness
from razdar.audit.sequencing import cosigning, witness_client
from razdar.audit.sequencing.cosigning import Finding
from razdar.audit.sequencing.inbox import SEQUENCER
from razdar.audit.sequencing.trees import reader
from razdar.core.errors import BadInput, RazdarError, Unavailable, Unverifiable
from razdar.core.ledger import checkpoints, merkle, notes, witnessing
from razdar.core.ledger.following import TOLERANCE_MS
from razdar.core.ledger.notes import Signature, VerifierKey
from razdar.core.ledger.witnessing import AddCheckpoint
from razdar.runtime import logs

EVERY: Final = 10.0
TICK: Final = 1.0

_REFUSALS: Final = {400: "malformed", 403: "unsigned", 404: "unknown", 422: "inconsistent"}


class Submission(threading.Thread):
    """Asks witnesses while ``working`` is set."""

    def __init__(self) -> None:
        super().__init__(name="audit-witnesses", daemon=True)
        self.working = threading.Event()
        self._ending = threading.Event()
        self._last = -EVERY

    def run(self) -> None:
        while not self._ending.wait(TICK):
            if not self.working.is_set():
                continue
            try:
                self._look()
            except (Error, RazdarError) as error:
                logs.error("witnesses-wait", error)
            finally:
                connections[SEQUENCER].close()

    def end(self) -> None:
        """Stop after the question that is under way."""
        self._ending.set()

    def _look(self) -> None:
        """Submit when it is time, or at once when nothing happened for a while and now something did."""
        if time.monotonic() - self._last < EVERY:
            return
        if submit():
            self._last = time.monotonic()


def submit(now: datetime | None = None) -> bool:
    """Send each log's newest checkpoint to each witness that has not signed it. True if any was asked."""
    now = now or datetime.now(UTC)
    asked, newest = False, _newest()
    for witness in Witness.objects.using(SEQUENCER).order_by("added_at"):
        for checkpoint in newest:
            if witness.client not in {None, checkpoint.log}:
                continue
            offer = _offer(witness, checkpoint)
            if offer is None:
                continue
            asked = True
            finding = offer.make(now)
            cosigning.remember(checkpoint.log, witness.id, finding, now)
            if finding.state is CosigningState.AWAY:
                break  # whoever does not answer for one log need not be waited for once more for each
    return asked


def _newest() -> list[Checkpoint]:
    return list(Checkpoint.objects.using(SEQUENCER).order_by("log", "-size").distinct("log"))


def _offer(witness: Witness, checkpoint: Checkpoint) -> "_Offer | None":
    known = cosigning.standing(checkpoint.log, witness.id)
    if known is not None and known.state == CosigningState.COSIGNED and known.size == checkpoint.size:
        return None
    return _Offer(witness, checkpoint, known.size if known is not None else 0)


@dataclass(frozen=True)
class _Offer:
    """One checkpoint for one witness.

    Attributes:
        known: the size it is believed to have signed last.
    """

    witness: Witness
    checkpoint: Checkpoint
    known: int

    def make(self, now: datetime) -> Finding:
        """Ask, and ask once more if the witness names another size to start from."""
        try:
            start = min(self.known, self.checkpoint.size)
            answer = self._ask(start)
            if answer.status == 409:
                other = _size(answer.body)
                if other > self.checkpoint.size:
                    return Finding(CosigningState.REFUSED, "larger", other)
                if other == start:
                    return Finding(CosigningState.REFUSED, "forked", other)
                answer = self._ask(other)
            return self._judge(answer, now)
        except Unavailable as error:
            logs.error("witness-away", error, witness=self.witness.id)
            return Finding(CosigningState.AWAY)
        except (BadInput, Unverifiable) as error:
            logs.error("witness-answer-refused", error, witness=self.witness.id, log=self.checkpoint.log)
            return Finding(CosigningState.REFUSED, "answer")

    def _ask(self, start: int) -> witness_client.Answer:
        proof = merkle.consistency_proof(start, self.checkpoint.size, reader(SEQUENCER, self.checkpoint.log))
        request = AddCheckpoint(start, proof, self._note())
        return witness_client.ask(witness_client.parse_url(self.witness.url), request.encode())

    def _note(self) -> notes.Note:
        """The checkpoint with the log's own signature alone: witnesses do not care for each other."""
        note = notes.parse(bytes(self.checkpoint.note))
        return notes.Note(note.text, note.signatures[:1])

    def _judge(self, answer: witness_client.Answer, now: datetime) -> Finding:
        if answer.status in _REFUSALS:
            return Finding(CosigningState.REFUSED, _REFUSALS[answer.status])
        if answer.status == 409:
            return Finding(CosigningState.REFUSED, "forked", _size(answer.body))
        if answer.status != 200:
            return Finding(CosigningState.AWAY)
        signatures, times = self._checked(witnessing.parse_signatures(answer.body))
        if not _on_time(times):
            return Finding(CosigningState.REFUSED, "clock")
        cosigning.attach(self.checkpoint.log, self.checkpoint.size, self._note(), signatures, now)
        return Finding(CosigningState.COSIGNED, size=self.checkpoint.size)

    def _checked(self, signatures: Sequence[Signature]) -> tuple[tuple[Signature, ...], list[int]]:
        """The witness's own ones, and when it made them, in seconds since 1970."""
        key, text = VerifierKey.parse(self.witness.vkey), self._note().text
        own = tuple(item for item in signatures if (item.name, item.key_id) == (key.name, key.key_id))
        if not own:
            raise Unverifiable("The witness did not sign with its key.")
        return own, [key.check(notes.Note(text, (item,))) or 0 for item in own]


def _on_time(times: Sequence[int]) -> bool:
    now_s = time.time()
    return all(abs(now_s - at) * 1000 <= TOLERANCE_MS for at in times)


def _size(body: bytes) -> int:
    return checkpoints.parse_size(body.decode("ascii", "replace").removesuffix("\n"))
