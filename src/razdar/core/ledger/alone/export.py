"""The export alone: all its logs, and the verdict."""

import argparse
import json
import sys
import zipfile
import zlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

from razdar.core.ledger.alone.formats import (
    FAULT,
    ORIGIN,
    REMARK,
    Checkpoint,
    Key,
    Said,
    lines_of,
    plain,
)
from razdar.core.ledger.alone.log import (
    Files,
    Log,
)
from razdar.core.ledger.alone.story import (
    Story,
)

UNREADABLE = (OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)


class Export:
    """All logs of an export, and the checkpoints handed in."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.said, self.logs, self.given = list[Said](), list[Log](), given
        self.kept: dict[str, list[tuple[str, bytes]]] = {}

    def check(self, files: Files) -> None:
        try:
            body = json.loads(files.get("manifest.json"))
            listed, made = {item["log"]: item for item in body["logs"]}, body["made_at"]
            folders = {log: "" if len(listed) == 1 else f"{log}/" for log in listed}
            logs = [Log(files, folders[log], item, self.given, made) for log, item in listed.items()]
            if (
                (body["format"], body["version"]) != ("razdar-log-export", 1)
                or len(body["logs"]) != len(logs)
                or not logs
            ):
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self.said.append((FAULT, "bad-manifest", "The manifest is absent, malformed or of another version."))
            return
        self.sort_out(logs)
        self.asked_for(listed)
        for name in sorted(files.names - {"manifest.json", "README.txt", "verify.py"}):
            if not name.startswith(tuple(folders.values())):
                self.said.append((REMARK, "unexpected-file", f"Not part of the export, and not looked at: {name}"))
        now = int(datetime.now(timezone.utc).timestamp() * 1000)
        for log in logs:
            known = log.check(self.kept.get(log.origin, []))
            if known is not None:
                Story(log, known, now).tell()
            self.logs.append(log)

    def asked_for(self, listed: "dict[str, Any]") -> None:
        asked = set(self.given.log)
        for log in sorted(asked - set(listed)):
            self.said.append((FAULT, "log-missing", f"The export does not hold the log {log}."))
        for log in sorted(set(listed) - asked) if asked else []:
            self.said.append((FAULT, "log-unexpected", f"The export holds a log that was not asked for: {log}"))

    def sort_out(self, logs: "list[Log]") -> None:
        for number, data in enumerate(self.given.seen, 1):
            label = f"handed-in checkpoint {number}"
            try:
                origin = Checkpoint(data).origin
            except ValueError:
                self.said.append((FAULT, "bad-checkpoint", f"{label} is malformed."))
                continue
            if not ORIGIN.fullmatch(origin):
                self.said.append((FAULT, "bad-checkpoint", f"{label} bears a name that no log can have: {origin}"))
                continue
            own = [log.origin for log in logs if log.origin.rpartition("/")[0] == origin.rpartition("/")[0]]
            if not own:
                sentence = f"{label} is of a log that is not in this export: {origin}"
                self.said.append((FAULT, "log-missing", sentence))
            for log in own:
                self.kept.setdefault(log, []).append((label, data))

    def verdict(self) -> "tuple[bool, list[str]]":
        said = self.said + [item for log in self.logs for item in log.said]
        good = all(gravity != FAULT for gravity, _, _ in said)
        lines = [line for log in self.logs for line in log.lines()] + lines_of(self.said)
        return good, [*map(plain, lines), "OK" if good else "NOT OK"]


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an export of Razdar's log.")
    parser.add_argument("export", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--log", action="append", default=[], type=lambda text: str(UUID(text)))
    parser.add_argument("--log-key", action="append", default=[], type=lambda text: Key(text, 1))
    parser.add_argument("--witness-key", action="append", default=[], type=lambda text: Key(text, 4))
    parser.add_argument("--seen", action="append", default=[], type=lambda name: Path(name).read_bytes())
    export = Export(parser.parse_args())
    try:
        export.check(Files(export.given.export))
    except UNREADABLE:
        export.said.append((FAULT, "bad-export", "A file of the export cannot be read."))
    good, lines = export.verdict()
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
