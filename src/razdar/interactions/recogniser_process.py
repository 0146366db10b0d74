"""Asking a named-entity engine: a confined child process, one question after the other.

Texts go to it over a pipe and places in them come back over another. It is kept in its place as transcription engines
are (`razdar.interactions.engine_walls`): no network, no other programs, no file but to read it. It is killed when it
does not answer in time, and started again for the next text, so that one text that breaks it takes no other with it;
after ``MOST_STARTS`` it is given up. What it answers is checked by whoever asks (`razdar.core.redaction.entities`).
"""

import json
import os
import re
import selectors
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from razdar.core.redaction import Entity
from razdar.interactions.engine_lines import EngineFailed
from razdar.interactions.engine_process import model_memory, started
from razdar.interactions.recognisers.base import Recogniser

MOST_STARTS = 5
LONGEST_ANSWER = 64 * 2**20
_PIECE = 1 << 16
_SURROGATES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which libraries in C stumble over."""


class RecogniserFailed(EngineFailed):
    """A named-entity engine gave no answer."""

    code = "recogniser-failed"


@dataclass(frozen=True)
class Limits:
    """What an engine may use.

    Attributes:
        memory: bytes of address space beside its models.
        loading_seconds: how long it may load.
        answer_seconds: how long it may take over one text.
    """

    memory: int = 3 << 30
    loading_seconds: float = 300.0
    answer_seconds: float = 120.0


class Asked:
    """A `razdar.core.redaction.EntityEngine` in a process of its own; see `asked`."""

    def __init__(self, name: str, recogniser: Recogniser, folder: Path, limits: Limits) -> None:
        self._name, self._recogniser, self._folder, self._limits = name, recogniser, folder, limits
        self._process: subprocess.Popen[bytes] | None = None
        self._running = ExitStack()
        self._starts = self._number = 0

    def find(self, text: str, lang: str | None) -> list[Entity]:
        """What it sees in a text.

        Raises:
            RecogniserFailed: it could not be loaded, broke off, did not answer in time, or gave no list.
        """
        try:
            process = self._process or self.start()
            self._number += 1
            asked_for = {"number": self._number, "text": _SURROGATES.sub("\ufffd", text), "lang": lang}
            answer = _line(process, json.dumps(asked_for).encode() + b"\n", self._limits.answer_seconds)
            return _entities(answer, self._number)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End its process, if there is one."""
        self._process = None
        self._running.close()

    def start(self) -> "subprocess.Popen[bytes]":
        """Load it.

        Raises:
            RecogniserFailed: it cannot be, or it broke off too often.
        """
        if self._starts >= MOST_STARTS:
            raise RecogniserFailed("The named-entity engine broke off too often and was given up.")
        self._starts += 1
        memory = self._limits.memory + model_memory(self._folder)
        arguments = (self._name, self._recogniser.module, str(memory), str(self._folder))
        process = self._running.enter_context(started("razdar.interactions.recogniser_child", arguments))
        for pipe in (process.stdin, process.stdout):
            os.set_blocking(pipe.fileno(), False)  # type: ignore[union-attr]
        if _line(process, b"", self._limits.loading_seconds) != {"ready": True}:
            raise RecogniserFailed("The named-entity engine could not load its models.")
        self._process = process
        return process


@contextmanager
def asked(name: str, recogniser: Recogniser, folder: Path, limits: Limits | None = None) -> Iterator[Asked]:
    """An engine that is there as long as the block.

    Raises:
        RecogniserFailed: it cannot be loaded.
    """
    engine = Asked(name, recogniser, folder, limits or Limits())
    try:
        engine.start()
        yield engine
    finally:
        engine.close()


def _entities(answer: dict[str, Any], number: int) -> list[Entity]:
    """What an answer holds, if it answers the question of this number: another text's would conceal other places."""
    try:
        if answer["number"] != number:
            raise KeyError
        return [Entity(*one) for one in answer["found"]]
    except (KeyError, TypeError):
        raise RecogniserFailed("The named-entity engine could not do it.") from None


def _line(process: "subprocess.Popen[bytes]", question: bytes, seconds: float) -> dict[str, Any]:
    """Write a question and read the line that answers it.

    Raises:
        RecogniserFailed: it ended, was too slow, or gave no line of JSON.
    """
    assert process.stdin is not None  # noqa: S101 - asked for
    assert process.stdout is not None  # noqa: S101 - asked for
    end, said = time.monotonic() + seconds, b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if question:
            selector.register(process.stdin, selectors.EVENT_WRITE)
        while not said.endswith(b"\n"):
            ready = selector.select(max(0.0, end - time.monotonic()))
            if not ready or len(said) > LONGEST_ANSWER:
                raise RecogniserFailed("The named-entity engine did not answer and was ended.")
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    question = question[_written(process.stdin.fileno(), question) :]
                    if not question:
                        selector.unregister(process.stdin)
                else:
                    said += _read(process.stdout.fileno())
    return _object(said)


def _written(pipe: int, question: bytes) -> int:
    try:
        return os.write(pipe, question[:_PIECE])
    except OSError:
        raise RecogniserFailed("The named-entity engine broke off.") from None


def _read(pipe: int) -> bytes:
    data = os.read(pipe, _PIECE)
    if not data:
        raise RecogniserFailed("The named-entity engine broke off.")
    return data


def _object(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise RecogniserFailed("The named-entity engine gave an answer that makes no sense.")
    return said
