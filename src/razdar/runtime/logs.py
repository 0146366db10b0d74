"""Logs without personal data: what happened, as a class, a code and our own lines of code.

An error's text quotes what it tripped over: PostgreSQL's DETAIL holds the row, a parser its input, procrastinate the
arguments. So no text of an error is written anywhere. :class:`TextsOut` sits on every handler:

* a record with an exception loses its message and arguments; class, code, SQLSTATE and our own frames stay;
* any other record of a library keeps its template ("Started server process [%d]") and loses the arguments; a message
  without arguments may have been put together by the library itself, so only the line that wrote it is named;
* our own events (:func:`event`, :func:`error`) are a fixed name and fields that are ids, numbers and codes.

Two places receive the same lines: standard error as ``key=value``, and ``RAZDAR_VAR/log/<process>.log`` as JSON.
"""

import logging
import logging.handlers
import sys
import threading
import traceback
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from razdar.core.errors import RazdarError

Value = str | int | float | bool | UUID | None

LARGEST_FILE = 20 * 1024 * 1024
FILES = 5
_PACKAGE = Path(__file__).resolve().parent.parent
_LOGGER = "razdar"
_QUIET = ("procrastinate", "uvicorn.access", "asyncio")


class TextsOut(logging.Filter):
    """Takes messages with data out of a record before a handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, dict):  # one of our own events
            return True
        error = record.exc_info[1] if record.exc_info else None
        if error is None and isinstance(record.msg, BaseException):
            error = record.msg
        fields: dict[str, Value] = {"event": str(record.msg) if record.args else "library-message"}
        if error:
            fields = {"event": "library-error", **describe(error)}
        fields["line"] = f"{record.module}:{record.lineno}"
        record.msg = fields
        record.args = ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def describe(error: BaseException) -> dict[str, Value]:
    """An error without its text: ``error``, ``code``, ``sqlstate`` and ``at``, as far as there are any."""
    fields: dict[str, Value] = {"error": _class(error)}
    if isinstance(error, RazdarError):
        fields["code"] = error.code
    sqlstate = next((state for state in map(_sqlstate, (error, error.__cause__)) if state), None)
    if sqlstate:
        fields["sqlstate"] = sqlstate
    if error.__cause__ is not None:
        fields["cause"] = _class(error.__cause__)
    frames = own_frames(error.__traceback__)
    if frames:
        fields["at"] = " < ".join(reversed(frames))
    return fields


def own_frames(where: TracebackType | None) -> list[str]:
    """The frames inside this package, outermost first: ``runtime/jobs.py:120 run``."""
    frames = []
    for frame, line in traceback.walk_tb(where):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            frames.append(f"{path.relative_to(_PACKAGE)}:{line} {frame.f_code.co_name}")
    return frames


def event(name: str, **fields: Value) -> None:
    """Write that something happened."""
    structlog.get_logger(_LOGGER).info(name, **_plain(fields))


def error(name: str, cause: BaseException, **fields: Value) -> None:
    """Write that something failed, without the error's text."""
    structlog.get_logger(_LOGGER).error(name, **_plain(fields | describe(cause)))


def configure(process: str, folder: Path | None) -> None:
    """Send this process's logs to standard error and to ``folder/<process>.log``; to be called once, at its start.

    Args:
        process: name of the process, part of every line.
        folder: made when missing, 0700; None writes no file.
    """
    console = logging.StreamHandler(sys.stderr)
    handlers: list[logging.Handler] = [console]
    if folder:
        handlers.append(_file(process, folder))
    console.setFormatter(
        _formatter(process, structlog.processors.LogfmtRenderer(key_order=["time", "process", "event"]))
    )
    root = logging.getLogger()
    root.handlers.clear()
    for handler in handlers:
        handler.addFilter(TextsOut())
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Refusals are events of the audit log; an answer of 4xx is nothing an operator must act on.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    structlog.configure(
        processors=[ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    _catch_the_rest()


def _file(process: str, folder: Path) -> logging.Handler:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(folder / f"{process}.log", maxBytes=LARGEST_FILE, backupCount=FILES)
    file.setFormatter(_formatter(process, structlog.processors.JSONRenderer(ensure_ascii=False)))
    return file


def _formatter(process: str, render: Any) -> logging.Formatter:
    def with_process(_logger: object, _method: str, fields: EventDict) -> EventDict:
        record: logging.LogRecord = fields["_record"]
        return {"process": process, "level": record.levelname.lower(), "logger": record.name, **fields}

    clean: list[Processor] = [
        with_process,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        ProcessorFormatter.remove_processors_meta,
    ]
    return ProcessorFormatter(foreign_pre_chain=[_unpack], processors=[*clean, render])


def _unpack(_logger: object, _method: str, fields: EventDict) -> EventDict:
    """A library's record as :class:`TextsOut` left it."""
    return {**fields, **fields["_record"].msg}


def _catch_the_rest() -> None:
    """Python prints what nobody caught, text included, unless told otherwise."""

    def main(_kind: type[BaseException], cause: BaseException, _where: TracebackType | None) -> None:
        if isinstance(cause, KeyboardInterrupt):
            return
        error("process-failed", cause)

    def thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            error("thread-failed", arguments.exc_value)

    def unraisable(arguments: Any) -> None:
        if arguments.exc_value is not None:
            error("unraisable", arguments.exc_value)

    def warning(
        message: Warning | str,  # noqa: ARG001 - it may hold anything
        category: type[Warning],
        filename: str,
        lineno: int,
        *_: object,
        **__: object,
    ) -> None:
        event("python-warning", kind=category.__name__, line=f"{Path(filename).stem}:{lineno}")

    sys.excepthook = main
    threading.excepthook = thread
    sys.unraisablehook = unraisable
    warnings.showwarning = warning


def _plain(fields: dict[str, Value]) -> dict[str, Value]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in fields.items()}


def _class(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _sqlstate(error: BaseException | None) -> str | None:
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None
