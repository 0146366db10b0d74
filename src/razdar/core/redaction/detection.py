"""How a detector is added: one file under ``detectors/`` with one registered function.

A detector gets a ``Scan`` and yields candidate spans with a score for the evidence; it may yield overlapping ones and
leaves the choice to ``spans.resolve``. It never raises, whatever the text. The name is the file's path.
"""

from collections.abc import Callable, Iterable

from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span
from razdar.core.registry import Registry

Detector = Callable[[Scan], Iterable[Span]]

DETECTORS = Registry[Detector]("detector")
