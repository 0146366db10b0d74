"""What reaches a log, and what does not."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog

from razdar.core.errors import BadInput
from razdar.runtime import logs

SECRET = "Anna Kowalska"
_HOOKS = [(sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Any]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = [(owner, name, getattr(owner, name)) for owner, name in _HOOKS]
    logs.configure("probe", tmp_path / "log")
    console = root.handlers[0]
    assert isinstance(console, logging.StreamHandler)
    console.setStream(io.StringIO())  # pytest's stands only for the length of the set-up

    def read() -> list[dict[str, Any]]:
        text = (tmp_path / "log" / "probe.log").read_text()
        assert SECRET not in text
        return [json.loads(line) for line in text.splitlines()]

    yield read
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    for owner, name, hook in hooks:
        setattr(owner, name, hook)
    structlog.reset_defaults()


def _fail() -> None:
    raise BadInput(SECRET)


def test_our_own_events(written: Any) -> None:
    logs.event("something-happened", number=3, id=UUID(int=1))
    (line,) = written()
    assert line["event"] == "something-happened"
    assert line["process"] == "probe"
    assert line["id"] == str(UUID(int=1))
    assert line["time"].endswith("Z")
    console: Any = logging.getLogger().handlers[0]
    assert "event=something-happened" in console.stream.getvalue()


def test_an_error_is_its_class_and_its_code(written: Any) -> None:
    try:
        raise BadInput(SECRET) from ValueError(SECRET)
    except BadInput as error:
        logs.error("it-failed", error)
    (line,) = written()
    assert line["error"] == "razdar.core.errors.BadInput"
    assert line["code"] == "bad-input"
    assert line["cause"] == "builtins.ValueError"
    assert "at" not in line, "this file is none of the product's"


def test_frames_of_the_product_are_named() -> None:
    from razdar.core.ids import uuid7

    with pytest.raises(ValueError, match="48-bit") as raised:
        uuid7(0, b"")
    (frame,) = logs.own_frames(raised.value.__traceback__)
    path, _, name = frame.partition(" ")
    assert path.startswith("core/ids.py:")
    assert name == "uuid7"


@pytest.mark.parametrize("exc_info", [False, True])
def test_messages_of_libraries_lose_texts_and_arguments(written: Any, exc_info: bool) -> None:
    library = logging.getLogger("some.library")
    try:
        _fail()
    except BadInput as error:
        library.error("went wrong: %s", error, exc_info=exc_info)
        library.error(f"went wrong: {error}", exc_info=exc_info)
        library.error(error, exc_info=exc_info)
        library.error("with extra", exc_info=exc_info, extra={"exception": str(error)}, stack_info=True)
    lines = written()
    assert len(lines) == 4
    assert {line["line"].partition(":")[0] for line in lines} == {"test_logs"}
    if exc_info:
        assert {line["code"] for line in lines} == {"bad-input"}
    else:
        assert lines[0]["event"] == "went wrong: %s"


def test_what_nobody_caught(written: Any) -> None:
    thread = threading.Thread(target=_fail)
    thread.start()
    thread.join()
    (line,) = written()
    assert (line["event"], line["code"]) == ("thread-failed", "bad-input")


def test_the_log_file_is_ours_alone(written: Any, tmp_path: Path) -> None:
    logs.event("x")
    assert (tmp_path / "log").stat().st_mode & 0o077 == 0
