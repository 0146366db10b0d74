"""Keys heard in the sound: found in noise, with twist and wrong frequency; not found in what is no key."""

import numpy as np
import pytest
from numpy.typing import NDArray

from razdar.core.redaction.audio import Pcm, mute
from razdar.core.redaction.dtmf import key_presses

LOW, HIGH = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
RATE = 8000
Sound = NDArray[np.float64]


def tone(
    low: float, high: float, seconds: float, *, rate: int = RATE, twist_db: float = 0.0, level: float = 6_000
) -> Sound:
    times = np.arange(int(seconds * rate)) / rate
    return np.asarray(
        level * np.sin(2 * np.pi * low * times) + level * 10 ** (twist_db / 20) * np.sin(2 * np.pi * high * times)
    )


def on_a_line(parts: list[Sound], *, snr_db: float | None = None, channels: int = 1) -> Pcm:
    sound = np.concatenate(parts)
    if snr_db is not None:
        loudness = np.sqrt(np.mean(parts[1] ** 2)) / 10 ** (snr_db / 20)
        sound = sound + np.random.default_rng(3).normal(0, loudness, len(sound))
    pcm = np.clip(sound, -32768, 32767).astype(np.int16)
    return np.stack([pcm, *[np.zeros_like(pcm)] * (channels - 1)], axis=1)


def silence(seconds: float, rate: int = RATE) -> Sound:
    return np.zeros(int(seconds * rate))


@pytest.mark.parametrize("low", LOW)
@pytest.mark.parametrize("high", HIGH)
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_every_key_is_heard_and_muted(low: float, high: float, rate: int) -> None:
    press = [tone(low, high, 0.06, rate=rate), silence(0.5, rate)]
    pcm = on_a_line([silence(0.5, rate), *press, *press], channels=2)
    heard = key_presses(pcm, rate)
    assert heard[1] == ()
    first, second = heard[0]
    assert first.start_ms <= 500
    assert 560 <= first.end_ms < 700
    assert second.start_ms <= 1_060
    assert 1_120 <= second.end_ms < 1_260
    assert not mute(pcm, rate, heard).any()


@pytest.mark.parametrize(
    ("twist_db", "off", "snr_db"), [(0, 1.012, None), (-6, 1.0, None), (3, 0.988, None), (0, 1.0, 10), (-3, 1.0, 8)]
)
def test_bad_lines(twist_db: float, off: float, snr_db: float | None) -> None:
    rng = np.random.default_rng(5)
    parts = [silence(0.2)]
    for _ in range(40):
        parts += [tone(rng.choice(LOW) * off, rng.choice(HIGH) * off, 0.08, twist_db=twist_db), silence(0.4)]
    assert len(key_presses(on_a_line(parts, snr_db=snr_db), RATE)[0]) >= 39


def test_a_single_key_is_a_menu_choice() -> None:
    parts = [silence(1), tone(697, 1209, 0.1), silence(11), tone(697, 1209, 0.1), silence(1)]
    assert key_presses(on_a_line(parts), RATE) == ((),)


def test_a_row_of_keys_is_one_stretch() -> None:
    parts = [part for low in LOW for part in (tone(low, 1209.0, 0.08), silence(0.1))]
    ((stretch,),) = key_presses(on_a_line([silence(1), *parts]), RATE)
    assert stretch.start_ms <= 1_000
    assert stretch.end_ms >= 1_000 + 4 * 180 - 100


def test_what_is_no_key() -> None:
    rng = np.random.default_rng(4)
    times = np.arange(60 * RATE) / RATE
    pitch = 120 + 40 * np.sin(2 * np.pi * 0.7 * times)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    loudness = 0.5 + 0.5 * np.sin(2 * np.pi * 3 * times)
    voice = loudness * sum(3_000 / (1 + k / 4) * np.sin(k * phase + rng.uniform(0, 6)) for k in range(1, 28))
    others = {
        "voice": voice + rng.normal(0, 100, len(times)),
        "noise": rng.normal(0, 3_000, len(times)),
        "dial tone": tone(350, 440, 10),
        "ringing": tone(440, 480, 10),
        "busy": tone(480, 620, 10),
        "one tone alone": 8_000 * np.sin(2 * np.pi * 697 * times),
        "silence": silence(10),
        "too short": tone(697, 1209, 0.01),
        "nothing": silence(0),
    }
    for name, sound in others.items():
        assert key_presses(on_a_line([sound]), RATE) == ((),), name
