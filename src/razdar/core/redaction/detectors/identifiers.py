"""The identifiers and marks of all countries (see ``identifiers``): digits through one reader, marks through a
gate each."""

from functools import partial

from razdar.core.redaction import identifiers
from razdar.core.redaction.detection import detector, reader
from razdar.core.redaction.detectors import countries  # noqa: F401 - registers them
from razdar.core.redaction.folding import LETTER_CLASS

SHORTEST, LONGEST = 6, 34
_BEGINNING = rb"(?:^|[^" + LETTER_CLASS + rb"])"

reader("identifiers", shortest=SHORTEST)(identifiers.read)
for _name, _mark in identifiers.MARKS.items():
    detector(_name, gate=_BEGINNING + rb"(?:" + _mark.pattern + rb")")(partial(identifiers.find_marks, name=_name))
