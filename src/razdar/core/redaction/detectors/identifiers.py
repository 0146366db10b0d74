"""The identifiers and marks of all countries (see ``identifiers``): digits through one reader, marks through a
gate each."""

from functools import partial

from razdar.core.redaction import identifiers
from razdar.core.redaction.bridges import alternatives
from razdar.core.redaction.detection import detector, reader
from razdar.core.redaction.detectors import countries  # noqa: F401 - registers them
from razdar.core.redaction.folding import LETTER_CLASS

SHORTEST, LONGEST = 6, 34

reader("identifiers", shortest=SHORTEST)(identifiers.read)


def _gate(mark: identifiers.Mark) -> bytes:
    runs_on = rb"|" + alternatives(mark.cues.split("|")) if mark.runs_on else b""
    return rb"(?:^|[^" + LETTER_CLASS + rb"]" + runs_on + rb")(?:" + mark.pattern + rb")"


for _name, _mark in identifiers.MARKS.items():
    detector(_name, gate=_gate(_mark))(partial(identifiers.find_marks, name=_name))
