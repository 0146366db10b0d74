"""What the tags write."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from razdar.core.disclosure import CATALOGUE, MASK, DataClass, Level, Purpose, Role, Shown
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, PURPOSE_LABELS, ROLE_LABELS
from razdar.ui.samples import SampleForm

pytestmark = pytest.mark.usefixtures("gallery_site")


def write(source: str, **context: object) -> str:
    return Template("{% load razdar_ui %}" + source).render(Context(context)).strip()


def shown(level: Level, text: str = "", *, present: bool = True, data_class: DataClass = DataClass.SURNAME) -> Shown:
    return Shown(data_class, "key", level, text, present)


def test_a_field_that_is_not_disclosed_leaves_no_trace() -> None:
    assert write("{% masked x %}", x=shown(Level.NONE)) == ""


def test_every_hidden_value_looks_exactly_the_same() -> None:
    looks = {
        write("{% masked x %}", x=shown(level, text, data_class=data_class))
        for level in (Level.MASKED, Level.ON_REQUEST)
        for text in (MASK, "leaked by mistake", "x")
        for data_class in (DataClass.PHONE, DataClass.SURNAME, DataClass.TRANSCRIPT)
    }
    assert len(looks) == 1
    assert "leaked" not in looks.pop()


def test_what_is_absent_is_said_to_be_absent_and_not_masked() -> None:
    text = write("{% masked x %}", x=shown(Level.MASKED, present=False))
    assert "not given" in text
    assert "•" not in text


def test_shown_values_are_escaped_and_isolated() -> None:
    assert '<bdi dir="auto">&lt;b&gt;</bdi>' in write("{% masked x %}", x=shown(Level.CLEAR, "<b>"))
    number = shown(Level.CLEAR, "+48 22", data_class=DataClass.PHONE)
    assert '<bdi dir="ltr">+48 22</bdi>' in write("{% masked x %}", x=number)
    part = write("{% masked x %}", x=shown(Level.PARTIAL, "•• 67", data_class=DataClass.PHONE))
    assert "partly hidden" in part
    assert "•• 67" in part


def test_times_are_local_for_people_and_exact_for_machines(settings: object) -> None:
    moment = datetime(2026, 11, 21, 20, 5, 7, tzinfo=UTC)
    text = write("{% moment x seconds=True %}", x=moment)
    assert 'datetime="2026-11-21T20:05:07+00:00"' in text
    assert "21 Nov 2026" in text
    assert '<time datetime="2026-11-21">' in write("{% moment x %}", x=date(2026, 11, 21))
    assert write("{% moment x %}", x=None) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),
        (0, "just now"),
        (12, "12 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 hour ago"),
        (86399, "23 hours ago"),
        (86400, "1 day ago"),
        (200000, "2 days ago"),
    ],
)
def test_how_long_ago_is_said_in_words_and_exactly(seconds: int, text: str) -> None:
    then = timezone.now() - timedelta(seconds=seconds + 0.2)
    exact = then.isoformat(timespec="seconds")
    assert write("{% ago x %}", x=then) == f'<time datetime="{exact}" title="{exact}">{text}</time>'


BADGE = '{% include "ui/components/proof_badge.html" with cosigned_at=then frozen=frozen %}'


@pytest.mark.parametrize(
    ("state", "look", "says"),
    [
        ("cosigned", "ok", "Co-signed 40 s ago"),
        ("unwitnessed", "warn", "Signed, no witness yet"),
        ("late", "bad", "Alarm: last co-signed 40 s ago"),
        ("refused", "bad", "Alarm: a witness refuses this log"),
        ("damaged", "bad", "Alarm: the checkpoint is damaged"),
        ("unsigned", "idle", "Not signed yet"),
        ("away", "bad", "The key of the log is away"),
        ("something new", "bad", "The key of the log is away"),
    ],
)
def test_a_proof_badge_has_a_colour_a_picture_and_words(state: str, look: str, says: str) -> None:
    badge = write(BADGE, state=state, then=timezone.now() - timedelta(seconds=40.2))
    assert badge.count('<span class="pill ') == 1
    assert f'<span class="pill pill-{look}"><svg class="icon" aria-hidden="true"' in badge
    assert " ".join(re.sub(r"<[^>]+>", " ", badge).split()) == says
    assert " ago" not in write(BADGE, state=state, then=timezone.now(), frozen=True)


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (185, "3:05"), (3725, "1:02:05")])
def test_durations_read_like_a_clock(seconds: float, text: str) -> None:
    assert write("{% duration x %}", x=seconds) == f'<bdi dir="ltr">{text}</bdi>'


@pytest.mark.parametrize(("code", "tag"), [("en", "en"), ("fa", "fa"), ("zh-hant", "zh-Hant-TW")])
def test_the_page_names_its_language_in_full(code: str, tag: str) -> None:
    with translation.override(code):
        assert write("{% html_lang %}") == tag


def test_a_form_field_ties_label_help_and_errors_together() -> None:
    form = SampleForm({})
    assert not form.is_valid()
    text = write("{% field f %}", f=form["reason"])
    assert '<label for="id_reason">' in text
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="id_reason_error"' in text
    group = write("{% field f %}", f=form["kind"])
    assert "<legend>" in group
    assert group.count('type="radio"') == 2


def test_labels_are_complete_and_speak_the_core_s_words() -> None:
    with translation.override("en"):
        assert {key: str(label) for key, label in CLASS_LABELS.items()} == {k: v.label for k, v in CATALOGUE.items()}
    assert set(ROLE_LABELS) == set(Role)
    assert set(PURPOSE_LABELS) == set(Purpose)
    assert set(LEVEL_LABELS) == set(Level)
    assert write("{{ 'agent'|role_label }} {{ 'system'|role_label }}") == "Agent System"
    assert write("{{ 'phone'|class_label }} {{ 1|level_label }}") == "Phone number Masked"
