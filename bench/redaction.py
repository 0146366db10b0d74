"""Finding personal data beside Presidio: precision, recall, F1, F2, leak and speed, every engine in the same run.

``python bench/redaction.py [FOLDER or FILE ...]`` scores labelled texts (see ``_scoring``), by default those of
``../shared/data/pii``; ``--speed`` measures time instead. Presidio lives in an environment of its own
(``make presidio``) and runs as a child process; without it our engine is measured alone.

Times are seconds of processor time of the process that did the work, in turns.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from _scoring import CORE, Finding, Record, Score, Tally, records, score

from razdar.core.redaction import find

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "pii"
PRESIDIO = Path(os.environ.get("RAZDAR_PRESIDIO", ROOT / "var" / "presidio"))
LANGUAGES = ("en", "hi", "fa", "pl", "zh", "pt")
SHOWN = (*CORE, "DATE", "DOB", "CRYPTO")
CHUNK = 100
NOT_CORE = {"vectors-presidio-tests", "en-multidogo", *LANGUAGES}
"""Files that the core leaves out: a peer's own test literals, typed turns of one customer each, and our own vectors."""
KILOBYTE, MEGABYTE = 1_000, 1_000_000
TIMED = 40
"""Documents of a file that are timed."""
ROUNDS = 3
HOSTILE = {
    "digits": "7",
    "1 1 1 1": "1 ",
    "one one one": "one ",
    "@@@@": "@",
    "a.a.a.a": "a.",
    "4111": "4111 ",
    "cues": "card number phone iban account ",
    "mixed": "4111 one @ a.b 1-1/1 phone +44 http://a.b ",
    "dates": "1/1/",
    "colons": "a:",
    "plus": "+1",
    "months": "may 1 ",
}

Text = tuple[str, str]
Answer = tuple[list[list[Finding]], float]
Engine = Callable[[Sequence[Text]], Answer]


def ours(texts: Sequence[Text]) -> Answer:
    started = time.process_time()
    spans = [find(text, lang=lang) for text, lang in texts]
    seconds = time.process_time() - started
    return [[(span.start, span.end, span.type.name) for span in found] for found in spans], seconds


class Presidio:
    """The child process; one engine for each of its configurations."""

    def __init__(self, python: Path) -> None:
        command = [str(python), str(Path(__file__).with_name("_presidio.py"))]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answer()

    def default(self, texts: Sequence[Text]) -> Answer:
        return self._ask(texts, wide=False)

    def wide(self, texts: Sequence[Text]) -> Answer:
        return self._ask(texts, wide=True)

    def _ask(self, texts: Sequence[Text], *, wide: bool) -> Answer:
        assert self._child.stdin is not None
        known = [(text, _primary(lang)) for text, lang in texts]
        self._child.stdin.write(json.dumps({"wide": wide, "texts": known}) + "\n")
        self._child.stdin.flush()
        answer = self._answer()
        return [[(one[0], one[1], one[2]) for one in found] for found in answer["found"]], answer["seconds"]

    def _answer(self) -> Any:
        assert self._child.stdout is not None
        return json.loads(self._child.stdout.readline())


def _primary(lang: str) -> str:
    code = lang.partition("-")[0].lower()
    return code if code in LANGUAGES else "en"


def engines() -> dict[str, Engine]:
    """Ours first, then Presidio's configurations if it is there."""
    found: dict[str, Engine] = {"ours": ours}
    python = PRESIDIO / "bin" / "python"
    if python.exists():
        child = Presidio(python)
        found |= {"default": child.default, "wide": child.wide}
    else:
        print(f"Presidio is not at {PRESIDIO} (make presidio): ours alone")
    ours([("warm up 4111 1111 1111 1111", lang) for lang in LANGUAGES])
    return found


def scored(labelled: Sequence[Record], asked: dict[str, Engine]) -> dict[str, Score]:
    """What each engine scores on one file, chunk by chunk in turns."""
    totals = {name: Score() for name in asked}
    for first in range(0, len(labelled), CHUNK):
        chunk = labelled[first : first + CHUNK]
        for name, engine in asked.items():
            found, seconds = engine([(one.text, one.lang) for one in chunk])
            totals[name].add(score(chunk, found, seconds))
    return totals


def print_scores(title: str, totals: dict[str, Score]) -> None:
    """A line for each type; ``<`` where ours is behind in F2 or leak."""
    first = next(iter(totals.values()))
    speeds = ", ".join(f"{name} {one.speed:.0f}" for name, one in totals.items())
    print(f"\n== {title}: {first.documents} documents; documents a second: {speeds}")
    print(f"{'':12} {'n':>5}" + "".join(f"   {name:>8}: P     R     F1    F2    leak " for name in totals))
    kinds = [kind for kind in SHOWN if any(kind in one.tallies for one in totals.values())]
    for kind in kinds:
        _print_line(kind, {name: one.tallies[kind] for name, one in totals.items()})
    _print_line("core", {name: one.core() for name, one in totals.items()})
    print("concealed beside the labels: " + ", ".join(f"{name} {one.beside:.4f}" for name, one in totals.items()))


def _print_line(kind: str, tallies: dict[str, Tally]) -> None:
    mine, *others = tallies.values()
    behind = any(mine.f(2) < one.f(2) - 1e-9 or mine.leak > one.leak + 1e-9 for one in others)
    figures = "".join(
        f"      {one.precision:8.3f} {one.recall:5.3f} {one.f(1):5.3f} {one.f(2):5.3f} {one.leak:5.3f} "
        if one.labelled
        else f"      {one.false:4} false alarms{'':17}"
        for one in tallies.values()
    )
    print(f"{kind:12} {mine.labelled:5}{figures}{' <' if behind else ''}")


def print_all_scores(paths: Sequence[Path], asked: dict[str, Engine]) -> dict[str, dict[str, Score]]:
    every: dict[str, dict[str, Score]] = {}
    for path in paths:
        labelled = records(path)
        if labelled:
            every[path.stem] = scored(labelled, asked)
            print_scores(path.stem, every[path.stem])
    languages = sorted({name.partition("-")[0] for name in every})
    files = [*every]
    for title, names in [
        *((f"all {code}", [name for name in files if name.partition("-")[0] == code]) for code in languages),
        ("all", files),
        ("core files", [name for name in files if name not in NOT_CORE]),
    ]:
        totals = {engine: Score() for engine in asked}
        for name in names:
            for engine, one in every[name].items():
                totals[engine].add(one)
        print_scores(title, totals)
        every[title] = totals
    return every


def as_json(every: dict[str, dict[str, Score]]) -> str:
    def figures(one: Tally) -> dict[str, float]:
        return {
            "n": one.labelled, "false": one.false, "P": round(one.precision, 4), "R": round(one.recall, 4),
            "F1": round(one.f(1), 4), "F2": round(one.f(2), 4), "leak": round(one.leak, 4),
        }  # fmt: skip

    return json.dumps(
        {
            title: {
                engine: {"documents a second": round(total.speed), "beside": round(total.beside, 5)}
                | {kind: figures(total.tallies[kind]) for kind in SHOWN if kind in total.tallies}
                | {"core": figures(total.core())}
                for engine, total in totals.items()
            }
            for title, totals in every.items()
        },
        indent=1,
    )


def documents(labelled: Sequence[Record]) -> list[Text]:
    """Texts of a kilobyte, cut from the texts of a file one after the other."""
    joined = "\n".join(one.text for one in labelled)
    lang = labelled[0].lang
    return [(joined[at : at + KILOBYTE], lang) for at in range(0, len(joined) - KILOBYTE, KILOBYTE)][:TIMED]


def print_speed(paths: Sequence[Path], asked: dict[str, Engine]) -> None:
    for path in paths:
        texts = documents(labelled) if (labelled := records(path)) else []
        if len(texts) < 30:
            continue
        rates: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, engine in asked.items():
                rates[name].append(len(texts) / max(engine(texts)[1], 1e-9))
        _print_rates(path.stem, rates)
    turns = [(line, one.lang) for path in paths for one in records(path) for line in one.text.splitlines() if line]
    if turns:
        _print_turns(turns)
        whole = "\n".join(line for line, _ in turns)
        megabyte = (whole * (MEGABYTE // len(whole) + 1))[:MEGABYTE]
        print(f"a document of 1 MB: {ours([(megabyte, 'en')])[1] * 1e3:.0f} ms")
    for name, unit in HOSTILE.items():
        print(f"{name:14} {' '.join(_growth(unit))}")


def _print_rates(title: str, rates: dict[str, list[float]]) -> None:
    mine = rates["ours"]
    line = f"{title:24} documents of 1 KB a second:" + "".join(f" {name} {median(r):.0f}" for name, r in rates.items())
    for name, theirs in rates.items():
        if name != "ours":
            line += f", {median(m / t for m, t in zip(mine, theirs, strict=True)):.0f} times {name}"
    print(line)


def _print_turns(turns: Sequence[Text]) -> None:
    times = []
    for turn in turns[:20_000]:
        started = time.process_time()
        find(turn[0], lang=turn[1])
        times.append(time.process_time() - started)
    times.sort()
    p50, p99 = times[len(times) // 2] * 1e6, times[len(times) * 99 // 100] * 1e6
    print(f"{len(times)} turns: p50 {p50:.0f} us, p99 {p99:.0f} us, slowest {times[-1] * 1e6:.0f} us")


def _growth(unit: str) -> Iterator[str]:
    """A quarter of a megabyte and a whole one of the same: four times is linear."""
    quarter, whole = (ours([((unit * (size // len(unit) + 1))[:size], "en")])[1] for size in (MEGABYTE // 4, MEGABYTE))
    yield f"1 MB in {whole * 1e3:7.0f} ms, {whole / max(quarter, 1e-4):.1f} times a quarter of it"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("paths", nargs="*", type=Path, default=[DATA], help="folders or files of labelled texts")
    options.add_argument("--speed", action="store_true", help="measure time instead")
    options.add_argument("--json", type=Path, help="write the scores to this file too")
    chosen = options.parse_args()
    paths = [file for path in chosen.paths for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]
    if not all(path.is_file() for path in paths) or not paths:
        print(f"no labelled texts at {', '.join(map(str, chosen.paths))}")
        return 0
    asked = engines()
    if chosen.speed:
        print_speed(paths, asked)
        return 0
    every = print_all_scores(paths, asked)
    if chosen.json:
        chosen.json.write_text(as_json(every) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
