"""The process of a named-entity engine: from texts on one pipe to places in them on another.

Started by `razdar.interactions.recogniser_process` with four arguments: name and module of the engine, bytes of memory,
folder of the models. It begins in `razdar.interactions.engine_walls`, and is confined when it comes here.

Rules:
1. It says ``{"ready": true}`` once the engine is loaded, or ``{"failed": "model"}`` and ends.
2. A question is a line, ``{"number": 1, "text": ..., "lang": ...}``; the answer to it is a line with its number,
   ``{"number": 1, "found": [[start, end, type, score], ...]}``, or ``{"failed": "engine"}``, after which it ends.
3. Whatever a library prints goes nowhere: it could be what somebody wrote.
"""

import importlib
import json
from pathlib import Path
from typing import Any, BinaryIO

from razdar.core.redaction import EntityEngine
from razdar.interactions.engine_walls import apart
from razdar.interactions.recognisers.base import RECOGNISERS


def main(arguments: list[str], empty: int) -> int:
    """Answer until nobody asks any more.

    Args:
        arguments: see above.
        empty: a descriptor of /dev/null, open both ways; it is closed.
    """
    name, module, _, folder = arguments
    said, asked = apart(empty)
    try:
        importlib.import_module(module)
        engine = RECOGNISERS[name].load(Path(folder))
    except Exception:  # noqa: BLE001 - the edge of a process: a library's error may quote what it read
        return _failed(said, "model")
    _say(said, {"ready": True})
    try:
        for line in asked:
            question = json.loads(line)
            _say(said, {"number": question["number"], "found": _found(engine, question)})
    except Exception:  # noqa: BLE001 - as above
        return _failed(said, "engine")
    return 0


def _found(engine: EntityEngine, question: dict[str, Any]) -> list[list[Any]]:
    return [list(one) for one in engine.find(question["text"], question["lang"])]


def _say(said: BinaryIO, line: dict[str, Any]) -> None:
    said.write(json.dumps(line, allow_nan=False).encode() + b"\n")
    said.flush()


def _failed(said: BinaryIO, why: str) -> int:
    _say(said, {"failed": why})
    return 1
