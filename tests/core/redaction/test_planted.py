"""Cards planted in texts made up and mutated: whatever stands around one, it never stays; a short run and a long one.

What stands around a card is random pieces of talk, numbers, cues, markup and signs; the card is dressed in one of six
scripts, grouped and separated in some way, or said as words. It stays if its digits do, in whatever dress.
"""

import time
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from razdar.core.redaction import redact
from razdar.core.redaction.folding import view
from tests.core.redaction.cases import SCRIPTS, SEPARATORS, luhn_completed
from tests.core.redaction.test_properties import ANY_TEXT, LANGUAGES

TEN_MINUTES = 600
SLOWEST = 1.0
"""Seconds that one text of a few hundred characters may take, on a machine that is busy with other tests."""

NETWORKS = ("4", "51", "55", "2221", "6011", "603799")
SAID = {
    "en": "zero one two three four five six seven eight nine",
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć",
    "pt": "zero um dois três quatro cinco seis sete oito nove",
    "fa": "صفر یک دو سه چهار پنج شش هفت هشت نه",
    "hi": "शून्य एक दो तीन चार पाँच छह सात आठ नौ",
    "zh": "零 一 二 三 四 五 六 七 八 九",
}
EDGES = st.sampled_from([" ", "\n", ": ", " (", "; ", "\t"])


@dataclass(frozen=True)
class Planted:
    """A text with a card in it."""

    text: str
    lang: str | None
    digits: str
    words: tuple[str, ...] = ()
    """The card's digits as words, if it was said."""


@st.composite
def planted(draw: st.DrawFn) -> Planted:
    """A card in a text. Around it stands no digit so near that a longer number might be meant."""
    number = luhn_completed((draw(st.sampled_from(NETWORKS)) + draw(st.text("0123456789", min_size=15)))[:15])
    before, after = draw(ANY_TEXT).rstrip("0123456789+ "), draw(ANY_TEXT)
    lang = draw(LANGUAGES | st.sampled_from(sorted(SAID)))
    words: tuple[str, ...] = ()
    if lang in SAID and draw(st.booleans()):
        digits = SAID[lang].split()
        words = tuple(digits[int(digit)] for digit in number)
        dressed = ("" if lang == "zh" else " ").join(words)
    else:
        groups = [number[at : at + 4] for at in range(0, 16, 4)]
        dressed = draw(st.sampled_from(SEPARATORS)).join(groups) if draw(st.booleans()) else number
        dressed = dressed.translate(draw(st.sampled_from(({}, *SCRIPTS))))
    cue = draw(st.sampled_from(["card", "my card number is", "shomare kart", "karta", "卡號", "कार्ड", "کارت"]))
    return Planted(f"{before} {cue}{draw(EDGES)}{dressed}{draw(EDGES)}x {after}", lang, number, words)


def holds(case: Planted) -> None:
    begun = time.process_time()
    shown = redact(case.text, lang=case.lang).text
    assert time.process_time() - begun < SLOWEST
    left = bytes(byte for byte in view(shown) if 0x30 <= byte <= 0x39).decode()
    assert case.digits not in left
    if case.words:
        assert ("" if case.lang == "zh" else " ").join(case.words) not in shown


@given(planted())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_planted_card_stays(case: Planted) -> None:
    holds(case)


@pytest.mark.heavy
@pytest.mark.timeout(2 * TEN_MINUTES)
def test_ten_minutes_without_a_crash_a_delay_or_a_card_left() -> None:
    ends = time.monotonic() + TEN_MINUTES
    rounds = 0

    @given(planted())
    @settings(
        max_examples=2_000,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def one_round(case: Planted) -> None:
        holds(case)

    while time.monotonic() < ends:
        one_round()
        rounds += 1
    print(f"{rounds * 2_000:,} texts, 0 with a card left")  # noqa: T201
