"""No secret of the settings is ever printed, whatever a check makes of it."""

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from razdar.doctor import command
from razdar.runtime import checkup
from razdar.runtime.checkup import SECRET, Check, Site, broken, examine
from tests.doctor.healthy import Healthy

WORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="%/:@?#[]\\"), min_size=6, max_size=40
)


@given(password=WORDS, token=WORDS, around=st.text(max_size=20))
@hypothesis_settings(max_examples=200, deadline=None)
def test_a_reason_that_quotes_a_secret_is_printed_without_it(password: str, token: str, around: str) -> None:
    environment = {
        "RAZDAR_DATABASE_URL": f"postgresql://razdar_runtime:{password}@db.example/razdar?sslmode=verify-full",
        "AWS_SECRET_ACCESS_KEY": token,
    }
    hidden = frozenset(command.secrets(environment, [environment["RAZDAR_DATABASE_URL"]]))
    leaky = Check("Leaky", lambda _: broken(f"{around}{password}{token}", f"run {environment['RAZDAR_DATABASE_URL']}"))
    with patch.object(checkup, "CHECKS", {"leaky": leaky}):
        (result,) = examine(Site(Path("/nowhere"), secrets=hidden), ["leaky"])
    printed = "".join(command.lines(result)) + str(command.encoded([result]))
    for secret in (password, token):
        assert secret not in printed.replace(SECRET, "") or secret in _plain(around)


def test_what_looks_like_a_place_and_what_stands_behind_a_question_mark_is_hidden_too(tmp_path: Path) -> None:
    url = "postgresql://h/razdar?user=a&password=hun%20ter2/+&sslpassword=quill&sslmode=verify-full&sslkey=/no/such.key"
    environment = {
        "AWS_SECRET_ACCESS_KEY": "/8zV+no+such/place",
        "RAZDAR_PASSPHRASE_FILE": "/no/such/passphrase",
        "SOME_KEY": str(tmp_path),
    }
    hidden = set(command.secrets(environment, [url]))
    assert hidden == {"/8zV+no+such/place", "hun%20ter2/+", "hun ter2/+", "hun ter2/ ", "quill"}


def _plain(around: str) -> str:
    """What stands on the line anyway."""
    return f"{around}{SECRET}broken Leaky: Mend: run postgresql://razdar_runtime:@db.example/razdar?sslmode=verify-full"


def test_the_whole_report_holds_no_secret(made: Healthy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where every role is refused and everything that can be wrong with an address is."""
    passwords = {role: url.split("://", 1)[1].split("@", 1)[0].split(":", 1)[1] for role, url in made.site.urls.items()}
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-the-store")
    for broken_ in (
        {},
        {role: url.replace("@", "x@", 1) for role, url in made.site.urls.items()},
        dict.fromkeys(made.site.urls, "postgresql://razdar_runtime:hunter2hunter2@h/x"),
    ):
        site = Site(made.var, {**made.site.urls, **broken_})
        results = list(examine(site, list(checkup.CHECKS)))
        printed = "\n".join(line for result in results for line in command.lines(result)) + str(
            command.encoded(results)
        )
        for secret in (*passwords.values(), "a-secret-of-the-store", "hunter2"):
            assert secret not in printed
    assert repr(made.site).count("postgresql") == 0
